import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ROOT } from '../../core/setup/setup.mjs'
import { Desk } from './typed.ts'

const SUBCOMMANDS =
  'registry interfaces discover register login logout whoami devices password delete-account who send edit take-back react send-file receive history chat presence doctor'.split(
    ' ',
  )

describe('the command, before it does anything', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
  })

  after(() => desk?.close())

  it('lists every subcommand', async () => {
    const { code, stdout } = await desk.types(['--help'])
    expect(code).to.equal(0)
    for (const name of SUBCOMMANDS) expect(stdout).to.match(new RegExp(`^  ${name} `, 'm'))
  })

  for (const name of SUBCOMMANDS) {
    it(`optichat ${name} --help shows its usage, its options and an example`, async () => {
      const { code, stdout, stderr } = await desk.types([name, '--help'])
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })
      expect(stdout).to.contain(`usage: optichat ${name}`).and.to.contain(`example: optichat ${name}`)
      expect(stdout).to.contain('--json').and.to.contain('--profile DIR')
    })
  }

  it('lists what can be done with rooms, each with its help', async () => {
    const { code, stdout } = await desk.types(['room', '--help'])
    expect(code).to.equal(0)
    for (const name of ['list', 'create', 'join', 'invite', 'leave', 'rename']) expect(stdout).to.match(new RegExp(`^  room ${name} `, 'm'))
    expect((await desk.types(['room', 'create', '--help'])).stdout).to.contain('example: optichat room create "Summer party"')
    expect(await desk.types(['room', 'burn'])).to.include({
      code: 2,
      stderr: 'optichat: There is no "room burn". "optichat room --help" lists those there are.\n',
    })
  })

  it('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(await desk.types(['--version'])).to.include({ code: 0, stdout: `${version}\n` })
  })

  const wrong: [string, string[], RegExp][] = [
    ['no subcommand', [], /usage: optichat SUBCOMMAND/],
    ['an unknown subcommand, with what may have been meant', ['sned'], /no subcommand "sned"\. Did you mean "send"\?/],
    ['an unknown subcommand that is like none', ['frobnicate'], /no subcommand "frobnicate"\. "optichat --help"/],
    ['an unknown option', ['who', '--all'], /Unknown option '--all'/],
    ['an option without its value', ['send', 'hello', '--to'], /--to/],
    ['an empty value', ['send', 'hello', '--to='], /--to needs a value/],
    ['a missing text', ['send'], /: TEXT is missing\./],
    ['several that are missing', ['edit'], /: ID and TEXT are missing\./],
    ['a missing text after an id', ['edit', '1f0c9a3e'], /: TEXT is missing\./],
    ['an unquoted text, so that no name becomes part of it', ['send', 'bob', 'hello'], /"hello" is too much/],
    ['a room and people at once', ['send', '--to', 'bob', '--room', 'Music', 'x'], /contradict/],
    ['people and everyone at once', ['send', '--to', 'bob', '--everyone', 'x'], /contradict/],
    ['an empty name among people', ['send', '--to', 'bob,,carol', 'x'], /parted by commas/],
    ['a text that is empty', ['send', ''], /no text/],
    ['a port that is none', ['registry', '70000'], /PORT must be a whole number/],
    ['a presence that is none', ['presence', 'asleep'], /none of online, away and busy/],
    ['seconds that are none', ['discover', '--timeout', 'soon'], /number of seconds/],
    ['a limit that is none', ['history', '--limit', '0'], /--limit must be/],
    ['an export that would leave something out', ['history', '--export', 'x', '--limit', '3'], /--limit has no meaning/],
    ['a format that is none', ['history', '--export', 'x', '--format', 'xml'], /jsonl or text, not "xml"/],
    ['a file to hand over that is not named', ['send-file'], /: PATH… is missing\./],
  ]
  for (const [what, args, sentence] of wrong) {
    it(`refuses ${what} with a sentence and exit code 2`, async () => {
      const { code, stdout, stderr } = await desk.types(args)
      expect(code).to.equal(2)
      expect(stdout).to.equal('')
      expect(stderr).to.match(sentence)
    })
  }

  it('asks for no password where nobody could type it', async () => {
    const { code, stderr } = await desk.types(['login', 'alice', '--registry', '127.0.0.1:1'], { env: { OPTICHAT_PASSWORD: '' } })
    expect(code).to.equal(2)
    expect(stderr).to.contain('--password-file')
  })
})
