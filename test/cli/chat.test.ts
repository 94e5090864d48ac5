import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { Desk } from './typed.ts'

describe('a conversation in the terminal', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob')
  })

  after(() => desk?.close())

  const chats = (person: string, env: Record<string, string> = {}) => desk.starts(['chat', '--profile', desk.path(person)], { env })

  it('shows who is there, carries what is typed to the audience named, and ends on /quit', async () => {
    const alice = chats('Alice')
    await alice.line('online: nobody else; offline: Bob')
    const bob = chats('Bob')
    await bob.line('online: Alice')
    await alice.line('Bob is online')
    alice.write('hello all\n')
    await bob.line('Alice → everyone: hello all')
    bob.write('/to alice\nonly you\n')
    await alice.line('Bob → Alice: only you')
    alice.write('/dance\n')
    await alice.line('There is no /dance')
    alice.write('/to zoe\n')
    await alice.line(/zoe.*\[user-unknown\]/)
    alice.write('/quit\n')
    expect((await alice.ended).code).to.equal(0)
    await bob.line('Alice is offline')
    expect((await bob.kill('SIGINT')).code).to.equal(0)
  })

  it('hands files over: offered, accepted, received', async () => {
    const film = randomBytes(300_000)
    writeFileSync(desk.path('my film.bin'), film)
    const [alice, bob] = [chats('Alice'), chats('Bob', { HOME: desk.path('home') })]
    await Promise.all([alice.line('/help lists'), bob.line('/help lists')])
    alice.write(`/to bob\n/file ${desk.path('my film.bin')}\n`)
    await bob.line('/accept Alice takes it')
    bob.write('/accept alice\n')
    await bob.line('received 300 kB from Alice')
    await alice.line('Bob has it all')
    expect(readFileSync(desk.path('home/Downloads/OptiChat/my film.bin')).equals(film)).to.equal(true)
    await Promise.all([alice.kill('SIGTERM'), bob.kill('SIGTERM')])
  })

  it('keeps what is typed while the registry is away, and sends it when that is back', async () => {
    const [alice, bob] = [chats('Alice'), chats('Bob')]
    await Promise.all([alice.line('/help lists'), bob.line('/help lists')])
    await desk.registry.process?.kill('SIGTERM')
    await alice.line('[registry-stopping]')
    alice.write('/to bob\nlater then\n')
    await alice.line('queued')
    await desk.startRegistry()
    await bob.line('Alice → Bob: later then')
    await Promise.all([alice.kill('SIGTERM'), bob.kill('SIGTERM')])
  })

  it('sends what is piped in before it ends', async () => {
    await desk.as('Alice', ['chat'], { input: 'one\ntwo\n' })
    const { json } = await desk.as('Bob', ['receive', '--json'])
    expect(json.map(({ text }) => text).slice(-2)).to.deep.equal(['one', 'two'])
  })
})
