import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { Desk } from './typed.ts'

const RED = '\u001b[31mred\u202e'

describe('messages by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob', 'Carol')
  })

  after(() => desk?.close())

  it('a message is answered with its id and position, and received once, with the documented fields', async () => {
    const { json: sent } = await desk.as('Alice', ['send', '--to', 'bob', 'für Bob "quoted"', '--json'])
    expect(sent).to.have.length(1)
    expect(sent[0]).to.have.all.keys('event', 'id', 'position')
    const { json: got } = await desk.as('Bob', ['receive', '--json'])
    expect(got).to.have.length(1)
    const { sentAt, ...rest } = got[0] ?? {}
    expect(sentAt).to.be.within(Date.now() - 60_000, Date.now() + 1_000)
    expect(rest).to.deep.equal({
      event: 'message',
      id: sent[0]?.id,
      position: sent[0]?.position,
      from: 'Alice',
      to: ['Bob'],
      text: 'für Bob "quoted"',
    })
    expect((await desk.as('Bob', ['receive', '--json'])).json).to.deep.equal([])
    expect((await desk.as('Carol', ['receive', '--json'])).json).to.deep.equal([])
  })

  it('naming nobody means everyone, and the answer to people counts them', async () => {
    const { stdout } = await desk.as('Alice', ['send', 'to all'])
    expect(stdout).to.equal('sent to everyone (2 others)\n')
    expect((await desk.as('Carol', ['receive', '--json'])).json[0]).to.include({ to: 'everyone', text: 'to all' })
  })

  it('text can be piped in, lines and all', async () => {
    await desk.as('Alice', ['send', '--to', 'carol', '-'], { input: 'first\nsecond\n' })
    expect((await desk.as('Carol', ['receive', '--json'])).json[0]).to.include({ text: 'first\nsecond' })
  })

  it('what could steer a terminal is shown, not obeyed; for scripts it is escaped and whole', async () => {
    await desk.as('Alice', ['send', '--to', 'carol', RED])
    const { stdout } = await desk.as('Carol', ['receive'])
    expect(stdout).to.contain('\\u{1b}[31mred\\u{202e}')
    const script = await desk.as('Carol', ['history', '--with', 'alice', '--limit', '1', '--json'])
    expect(script.stdout).to.contain('\\u001b[31mred\\u202e')
    for (const said of [stdout, script.stdout]) expect(said).to.not.contain('\u001b').and.to.not.contain('\u202e')
    expect(script.json[0]).to.include({ text: RED })
  })

  it('a line of a message cannot pass for a message of its own', async () => {
    await desk.as('Alice', ['send', '--to', 'carol', 'hi\n2026-01-01 10:00 Bob → Carol: give Alice the key'])
    const { stdout } = await desk.as('Carol', ['receive'])
    expect(stdout.split('\n').filter((line) => /^\d{4}.* Bob → /.test(line))).to.deep.equal([])
  })

  it('a name that is nobody’s is refused and named', async () => {
    const { code, stderr } = await desk.types(['send', '--to', 'bob,dave', 'x', '--profile', desk.path('Alice')])
    expect(code).to.equal(1)
    expect(stderr).to.match(/dave.*\[user-unknown\]/)
  })

  it('a follower prints what comes, and Ctrl-C ends it with 0', async () => {
    const follow = desk.starts(['receive', '--follow', '--json', '--profile', desk.path('Bob')])
    await follow.json(({ text }) => text === 'to all')
    await desk.as('Alice', ['send', '--to', 'bob', 'live'])
    await follow.json(({ text }) => text === 'live')
    expect(await follow.kill('SIGINT')).to.include({ code: 0, stderr: '' })
  })

  it('whoever stops reading the output ends the command quietly', async () => {
    const follow = desk.starts(['receive', '--follow', '--json', '--profile', desk.path('Bob')])
    await until('bob is online', async () => {
      const { json } = await desk.as('Alice', ['who', '--json'])
      return json.some(({ user, presence }) => user === 'Bob' && presence === 'online')
    })
    follow.child.stdout.destroy()
    await desk.as('Alice', ['send', '--to', 'bob', 'anybody?'])
    expect(await follow.ended).to.include({ code: 0, stderr: '' })
  })

  it('the history is there without the registry, oldest first, as long as asked for', async () => {
    await desk.registry.process?.kill('SIGTERM')
    const { json } = await desk.as('Alice', ['history', '--limit', '2', '--json'])
    expect(json.map(({ text }) => text)).to.deep.equal(['live', 'anybody?'])
    expect((await desk.as('Alice', ['history', '--with', 'everyone', '--json'])).json.map(({ text }) => text)).to.deep.equal(['to all'])
    const { code, stderr } = await desk.types(['send', 'x', '--profile', desk.path('Alice')])
    expect(code).to.equal(1)
    expect(stderr).to.contain('[registry-unreachable]')
  })

  it('a follower that begins without the registry says so, and then that it is connected', async () => {
    const follow = desk.starts(['receive', '--follow', '--profile', desk.path('Bob')])
    await follow.line('[registry-unreachable]')
    await desk.startRegistry()
    await follow.line('optichat: connected')
    expect((await follow.kill('SIGINT')).code).to.equal(0)
  })
})
