import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { Desk } from './typed.ts'

describe('rooms and presence by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob', 'Carol')
  })

  after(() => desk?.close())

  const receive = async (person: string, ...more: string[]) => (await desk.as(person, ['receive', '--json', ...more])).json

  it('a room is made, written in and read in by its members only, from their joining on', async () => {
    const { json } = await desk.as('Alice', ['room', 'create', 'Summer party', '--with', 'bob', '--json'])
    expect(json[0]).to.deep.include({ event: 'room', room: 'Summer party', open: false, member: true })
    expect(json[0]?.members).to.have.members(['Alice', 'Bob'])
    const { stdout } = await desk.as('Alice', ['send', '--room', 'summer PARTY', 'who brings cake?'])
    expect(stdout).to.equal('sent to the room Summer party (1 other)\n')
    expect((await receive('Bob'))[0]).to.deep.include({ room: 'Summer party', from: 'Alice', to: ['Bob'], text: 'who brings cake?' })
    expect((await desk.as('Carol', ['room', 'list', '--json'])).json).to.deep.equal([])
    await desk.as('Bob', ['room', 'invite', 'Summer party', 'carol'])
    await desk.as('Bob', ['send', '--room', 'Summer party', 'I do'])
    expect((await receive('Carol')).map(({ text }) => text)).to.deep.equal(['I do'])
    expect((await desk.as('Carol', ['history', '--room', 'summer party'])).stdout).to.match(/Bob → the room Summer party: I do\n$/)
  })

  it('it is renamed, and left; what was said in it stays', async () => {
    await desk.as('Carol', ['room', 'rename', 'Summer party', 'Autumn party'])
    expect((await desk.as('Bob', ['room', 'list'])).stdout).to.match(/^Autumn party: /)
    await desk.as('Carol', ['room', 'leave', 'Autumn party'])
    await desk.as('Bob', ['send', '--room', 'Autumn party', 'without Carol'])
    expect(await receive('Carol')).to.deep.equal([])
    expect((await desk.as('Carol', ['history', '--room', 'autumn party', '--json'])).json).to.have.length(1)
    const { code, stderr } = await desk.types(['send', '--room', 'Autumn party', 'x', '--profile', desk.path('Carol')])
    expect(code).to.equal(1)
    expect(stderr).to.contain('[room-unknown]')
  })

  it('an open one can be joined by anybody, and files can be handed to it', async () => {
    await desk.as('Alice', ['room', 'create', 'Music', '--open'])
    expect((await desk.as('Bob', ['room', 'list'])).stdout).to.contain('Music (open; you are not in it): Alice')
    expect((await desk.as('Bob', ['room', 'join', 'music'])).stdout).to.equal('you are in Music\n')
    const song = randomBytes(200_000)
    writeFileSync(desk.path('song.ogg'), song)
    const sending = desk.starts(['send-file', '--room', 'music', desk.path('song.ogg'), '--json', '--profile', desk.path('Alice')])
    await sending.json(({ event }) => event === 'offered')
    await receive('Bob', '--accept', 'all', '--into', desk.path('in'))
    expect((await sending.ended).code).to.equal(0)
    expect(readFileSync(desk.path('in/song.ogg')).equals(song)).to.equal(true)
  })

  it('who is away or busy is seen as long as a program says so', async () => {
    const presence = async () => (await desk.as('Alice', ['who', '--json'])).json.find(({ user }) => user === 'Bob')?.presence
    const busy = desk.starts(['presence', 'busy', '--profile', desk.path('Bob')])
    await busy.line('busy until Ctrl-C')
    await until('Bob is busy', async () => (await presence()) === 'busy')
    expect((await desk.as('Alice', ['who'])).stdout).to.match(/^Bob +busy$/m)
    expect((await busy.kill('SIGINT')).code).to.equal(0)
    await until('Bob is gone', async () => (await presence()) === 'offline')
    const follow = desk.starts(['receive', '--follow', '--presence', 'away', '--profile', desk.path('Bob')])
    await until('Bob is away', async () => (await presence()) === 'away')
    await follow.kill('SIGINT')
  })

  it('a conversation can be in a room, shows changes, and says how one is there', async () => {
    const [alice, bob] = ['Alice', 'Bob'].map((person) => desk.starts(['chat', '--profile', desk.path(person)])) as [
      ReturnType<Desk['starts']>,
      ReturnType<Desk['starts']>,
    ]
    await Promise.all([alice.line('/help lists'), bob.line('/help lists')])
    bob.write('/busy\n')
    await alice.line('Bob is busy')
    alice.write('/who\n')
    await alice.line('busy: Bob')
    bob.write('/back\n')
    await alice.line('Bob is online')
    alice.write('/room music\nla la\n')
    await bob.line('Alice → the room Music: la la')
    const { json } = await desk.as('Alice', ['history', '--limit', '1', '--json'])
    await desk.as('Alice', ['edit', String(json[0]?.id), 'la la la'])
    await bob.line(/Alice edited the message of .* to the room Music: la la la/)
    await Promise.all([alice.kill('SIGTERM'), bob.kill('SIGTERM')])
  })
})
