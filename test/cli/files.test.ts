import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { Desk } from './typed.ts'

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

describe('files by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob')
    writeFileSync(desk.path('film.bin'), randomBytes(5_000_000))
    mkdirSync(desk.path('plans/empty'), { recursive: true })
    writeFileSync(desk.path('plans/a.txt'), 'a')
  })

  after(() => desk?.close())

  const sends = (...args: string[]) => desk.starts(['send-file', '--to', 'bob', ...args, '--json', '--profile', desk.path('Alice')])
  const offered = (process: ReturnType<typeof sends>) => process.json(({ event }) => event === 'offered')
  const receives = (...args: string[]) => desk.as('Bob', ['receive', '--json', ...args])

  it('an accepted offer arrives whole, and both sides are told how it went', async () => {
    const sending = sends(desk.path('film.bin'))
    const { transfer, bytes } = await offered(sending)
    expect(bytes).to.equal(5_000_000)
    const { json } = await receives('--accept', 'alice', '--into', desk.path('in'))
    const offer = json.find(({ event }) => event === 'offer')
    expect(offer).to.deep.include({ transfer, from: 'Alice', files: [{ path: 'film.bin', bytes: 5_000_000 }], bytes: 5_000_000 })
    expect(json.filter(({ event }) => event === 'progress').at(-1)).to.include({ transfer, of: 5_000_000 })
    const paths = [join(desk.path('in'), 'film.bin')]
    const received = json.at(-1)
    expect(received).to.deep.include({ event: 'received', transfer, from: 'Alice', paths, bytes: 5_000_000, path: 'direct' })
    expect(received?.seconds).to.be.a('number')
    expect(sha256(desk.path('in/film.bin'))).to.equal(sha256(desk.path('film.bin')))
    const done = await sending.json(({ event }) => event === 'done')
    expect(done).to.include({ transfer, to: 'Bob', bytes: 5_000_000, path: 'direct' })
    expect(done.seconds).to.be.a('number')
    expect((await sending.ended).code).to.equal(0)
  })

  it('what was left out, and what came through, is told by name', async () => {
    mkdirSync(desk.path('mixed'))
    writeFileSync(desk.path('mixed/kept.txt'), 'kept')
    writeFileSync(desk.path('mixed/changed.txt'), 'as offered')
    symlinkSync('/etc/hostname', desk.path('mixed/link'))
    const sending = sends(desk.path('mixed'))
    const { transfer, skipped } = await offered(sending)
    expect(skipped).to.have.length(1)
    writeFileSync(desk.path('mixed/changed.txt'), 'otherwise')
    const args = ['receive', '--accept', 'alice', '--into', desk.path('mixed-in')]
    const { code, json, stderr } = await desk.types([...args, '--json', '--profile', desk.path('Bob')])
    expect(code).to.equal(1)
    expect(json.at(-1)).to.deep.include({ event: 'failed', transfer, code: 'files-missing', missingCount: 1 })
    expect(json.at(-1)?.missing).to.deep.equal([{ path: 'mixed/changed.txt', code: 'file-changed' }])
    expect(stderr).to.match(/Not there: mixed\/changed\.txt/)
    expect(readdirSync(desk.path('mixed-in/mixed'))).to.deep.equal(['kept.txt'])
    const failed = await sending.json(({ event }) => event === 'failed')
    expect(failed).to.deep.include({ to: 'Bob', code: 'files-missing', missing: [{ path: 'mixed/changed.txt', code: 'file-changed' }] })
    const ended = await sending.ended
    expect([ended.code, ended.stderr]).to.satisfy(([code, text]: [number, string]) => code === 1 && /left out: .*link/.test(text))
  })

  it('an offer nobody decided on waits, says how to take it, and is accepted by a later call', async () => {
    const sending = sends(desk.path('plans'))
    await offered(sending)
    const { stdout } = await desk.as('Bob', ['receive'])
    expect(stdout).to.contain('plans/a.txt').and.to.contain('optichat receive --accept Alice')
    const { json } = await receives('--accept', 'all', '--into', desk.path('in'))
    expect(json.at(-1)).to.deep.include({ event: 'received', paths: [desk.path('in/plans')] })
    expect(existsSync(desk.path('in/plans/empty'))).to.equal(true)
    expect((await sending.ended).code).to.equal(0)
  })

  it('a declined offer is told to the sender, who ends with 1', async () => {
    const sending = sends(desk.path('film.bin'))
    await offered(sending)
    await receives('--accept', 'none')
    const ended = await sending.ended
    expect(ended.code).to.equal(1)
    expect(sending.jsonSoFar().at(-1)).to.include({ event: 'declined', to: 'Bob' })
  })

  it('somebody else’s offers are not taken by --accept', async () => {
    const sending = sends(desk.path('film.bin'), '--timeout', '2')
    await offered(sending)
    await receives('--accept', 'bob', '--into', desk.path('other'))
    expect(existsSync(desk.path('other/film.bin'))).to.equal(false)
    const ended = await sending.ended
    expect(ended.code).to.equal(1)
    expect(sending.jsonSoFar().at(-1)).to.include({ event: 'failed', to: 'Bob', code: 'timed-out' })
    await receives('--accept', 'none')
  })

  it('a sender who is away makes a call fail, and a follower wait until the files are offered again', async () => {
    const sending = sends(desk.path('film.bin'))
    const { transfer } = await offered(sending)
    await sending.kill('SIGINT')
    const { code, json } = await desk.types([
      'receive',
      '--accept',
      'all',
      '--into',
      desk.path('late'),
      '--json',
      '--profile',
      desk.path('Bob'),
    ])
    expect(code).to.equal(1)
    expect(json.at(-1)).to.include({ event: 'failed', transfer, code: 'peer-away' })
    const follow = desk.starts([
      'receive',
      '--follow',
      '--accept',
      'all',
      '--into',
      desk.path('late'),
      '--json',
      '--profile',
      desk.path('Bob'),
    ])
    await follow.json(({ event }) => event === 'failed')
    const again = sends(desk.path('film.bin'))
    expect(await offered(again)).to.include({ transfer })
    expect(await follow.json(({ event }) => event === 'received')).to.include({ transfer })
    expect((await again.ended).code).to.equal(0)
    expect((await follow.kill('SIGTERM')).code).to.equal(0)
  })

  it('what another program on the profile receives is told in words, and is no failure', async () => {
    const sending = sends(desk.path('film.bin'))
    const { transfer } = await offered(sending)
    await sending.kill('SIGINT')
    const args = ['receive', '--accept', 'all', '--into', desk.path('app'), '--json', '--profile', desk.path('Bob')]
    const app = desk.starts([...args, '--follow'])
    await app.json(({ event, code }) => event === 'failed' && code === 'peer-away')
    const { code, json, stderr } = await desk.types(args)
    expect(code).to.equal(0)
    expect(json.at(-1)).to.deep.equal({ event: 'elsewhere', transfer, from: 'Alice' })
    expect(stderr).to.match(/film\.bin.*another OptiChat on this profile is receiving it/)
    const again = sends(desk.path('film.bin'))
    await app.json(({ event }) => event === 'received')
    expect((await again.ended).code).to.equal(0)
    await app.kill('SIGTERM')
  })

  it('Ctrl-C ends a sender by the signal, as shells expect', async () => {
    const sending = sends(desk.path('plans'))
    await offered(sending)
    expect(await sending.kill('SIGINT')).to.include({ signal: 'SIGINT' })
    await receives('--accept', 'none')
  })

  it('what cannot be sent or written is an error in words', async () => {
    const missing = await desk.types(['send-file', '--to', 'bob', desk.path('no such file'), '--profile', desk.path('Alice')])
    expect(missing.code).to.equal(1)
    expect(missing.stderr).to.match(/no such file.*\[(nothing-to-send|file-unreadable)\]/)
    const sending = sends(desk.path('film.bin'))
    await offered(sending)
    const into = ['--into', desk.path('film.bin/in')]
    const { code, json, stderr } = await desk.types(['receive', '--accept', 'alice', ...into, '--json', '--profile', desk.path('Bob')])
    expect(code).to.equal(1)
    expect(json.at(-1)).to.include({ event: 'failed', code: 'folder-unwritable' })
    expect(stderr).to.contain('[folder-unwritable]')
    await receives('--accept', 'none')
    await until('the sender has ended', () => !sending.running)
  })
})
