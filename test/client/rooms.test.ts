import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Client, RoomEntry } from '../../core/client/client.ts'
import { collect, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

describe('rooms', () => {
  let team: Team<'alice' | 'bob' | 'carol'>
  before(async () => {
    team = await startTeam(['alice', 'bob', 'carol'])
  })
  after(() => team?.close())

  const idOf = (client: Client) => client.me?.id ?? ''
  const names = (room: RoomEntry | undefined) => room?.members.map(({ name }) => name).sort()
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error) => error.code,
    )

  it('are made with a name and members, who all see them, and nobody else when they are by invitation', async () => {
    const { alice, bob, carol } = team.people
    const room = await alice.createRoom('Summer  party ☀', { open: false, members: [idOf(bob)] })
    expect(room).to.deep.include({ name: 'Summer party ☀', open: false, member: true, conversation: `room:${room.id}` })
    expect(alice.rooms().map(({ id }) => id)).to.deep.equal([room.id])
    await until('bob sees it', () => bob.rooms().some(({ id }) => id === room.id))
    expect(names(bob.rooms()[0])).to.deep.equal(['alice', 'bob'])
    expect(carol.rooms()).to.deep.equal([])
    expect(await codeOf(carol.joinRoom(room.id))).to.equal('room-unknown')
    expect(await codeOf(alice.createRoom('\u202e', { open: true }))).to.equal('name-refused')
    await alice.leaveRoom(room.id)
    await bob.leaveRoom(room.id)
    await until('it has ended', () => alice.rooms().length + bob.rooms().length === 0)
  })

  it('hold a conversation of those who are in them, from their joining on, with who has got and read what', async () => {
    const { alice, bob, carol } = team.people
    const { id, conversation } = await alice.createRoom('Lobby', { open: true, members: [idOf(bob)] })
    const before = await alice.send({ room: id }, 'before carol')
    await until('bob has it', () => bob.message(before.id))
    expect(bob.message(before.id)).to.deep.include({ conversation, room: { id, name: 'Lobby' } })
    await until('carol sees that there is one', () => carol.rooms().some((room) => room.id === id && !room.member))
    expect(await codeOf(carol.send({ room: id }, 'let me in'))).to.equal('not-a-member')
    await carol.joinRoom(id)
    expect(names(carol.rooms()[0])).to.deep.equal(['alice', 'bob', 'carol'])
    await until('alice sees her', () => names(alice.rooms()[0])?.includes('carol'))
    const after = await alice.send({ room: id }, 'welcome')
    await until('carol has it', () => carol.message(after.id))
    expect(carol.message(before.id)).to.equal(null)
    expect(carol.conversations().find((one) => one.id === conversation)).to.deep.include({ room: { id, name: 'Lobby' }, unread: 1 })
    bob.markRead(conversation, after.position)
    const receipts = () => alice.message(after.id)?.receipts
    await until('all is told', () => receipts()?.delivered.length === 2 && receipts()?.read.length === 1)
    expect(alice.search('welcome', { conversation, limit: 5 }).map((found) => found.id)).to.deep.equal([after.id])
    await carol.react(after.id, '👋', true)
    await until('the sign is there', () => alice.message(after.id)?.reactions?.length === 1)
    await bob.edit((await bob.send({ room: id }, 'typo')).id, 'no typo')
    await until('and the edit', () => alice.search('"no" typo', { conversation, limit: 5 }).length === 1)
  })

  it('take files, each member’s part for itself', async () => {
    const { alice, bob, carol } = team.people
    const { id } = await alice.createRoom('Files', { open: false, members: [idOf(bob), idOf(carol)] })
    await until('all see it', () => [bob, carol].every((client) => client.rooms().some((room) => room.id === id)))
    const path = join(team.folder, 'minutes.txt')
    writeFileSync(path, 'what was said')
    const offer = await alice.offer({ room: id }, [path])
    expect(offer.parts.map(({ user }) => user.name).sort()).to.deep.equal(['bob', 'carol'])
    await until('bob has it', () => bob.transfer(offer.id))
    await bob.accept(offer.id, join(team.folder, 'into-bob'))
    await until('it is there', () => bob.transfer(offer.id)?.parts[0]?.state === 'done')
    await until('alice knows', () => alice.transfer(offer.id)?.parts.find(({ user }) => user.name === 'bob')?.state === 'done')
    expect(alice.transfer(offer.id)?.parts.find(({ user }) => user.name === 'carol')?.state).to.equal('offered')
  })

  it('can be renamed by any member, left, and joined again by invitation; their history stays', async () => {
    const { alice, bob, carol } = team.people
    const { id, conversation } = await alice.createRoom('Old name', { open: false, members: [idOf(bob)] })
    await until('bob sees it', () => bob.rooms().some((room) => room.id === id))
    const { id: first } = await alice.send({ room: id }, 'hello bob')
    await until('bob has it', () => bob.message(first))
    await bob.renameRoom(id, 'New name')
    await until('alice sees it', () => alice.rooms().some((room) => room.name === 'New name'))
    expect(alice.message(first)?.room?.name).to.equal('New name')
    const changes = collect(bob, 'rooms')
    await bob.leaveRoom(id)
    await until('it is gone for bob', () => !bob.rooms().some((room) => room.id === id))
    expect(changes.length).to.be.greaterThan(0)
    expect(await codeOf(bob.send({ room: id }, 'still here?'))).to.equal('room-unknown')
    expect(bob.history({ conversation, limit: 5 }).map((message) => [message.id, message.room?.name])).to.deep.equal([[first, 'New name']])
    await alice.send({ room: id }, 'without bob')
    await alice.inviteToRoom(id, [idOf(bob), idOf(carol)])
    await until('bob is back', () => bob.rooms().some((room) => room.id === id && room.member))
    const { id: last } = await alice.send({ room: id }, 'welcome back')
    await until('all have it', () => [bob, carol].every((client) => client.message(last)))
    expect(bob.history({ conversation, limit: 5 }).map((message) => message.id)).to.deep.equal([first, last])
  })

  it('are known offline, and what is written there offline is sent later', async () => {
    const { alice, bob } = team.people
    const { id, conversation } = await alice.createRoom('Night shift', { open: false, members: [idOf(bob)] })
    await until('bob sees it', () => bob.rooms().some((room) => room.id === id))
    await bob.close()
    const offline = await team.open('bob')
    team.people.bob = offline
    expect(offline.rooms().find((room) => room.id === id)).to.deep.include({ name: 'Night shift', member: true })
    const queued = await offline.queue({ room: id }, 'from the dark')
    expect(offline.conversations()[0]).to.deep.include({ id: conversation, room: { id, name: 'Night shift' } })
    await offline.connect()
    await until('alice has it', () => alice.message(queued.id))
  })
})

describe('how people are there', () => {
  let team: Team<'alice' | 'bob'>
  before(async () => {
    team = await startTeam(['alice', 'bob'])
  })
  after(() => team?.close())

  const seenOf = (client: Client, name: string) => client.roster().find((entry) => entry.name === name)?.presence

  it('is what they say, also after a new connection, and until they say otherwise', async () => {
    const { alice, bob } = team.people
    bob.setPresence('busy')
    await until('alice sees it', () => seenOf(alice, 'bob') === 'busy')
    bob.setPresence('away')
    await until('alice sees it', () => seenOf(alice, 'bob') === 'away')
    await team.registry.close()
    await until('both wait', () => [alice, bob].every((client) => client.connection.at === 'waiting'))
    expect(seenOf(alice, 'bob')).to.equal('offline')
    await team.startAgain()
    for (const client of [alice, bob]) client.retryNow()
    await until('alice sees it again', () => seenOf(alice, 'bob') === 'away')
    bob.setPresence('online')
    await until('alice sees it', () => seenOf(alice, 'bob') === 'online')
  })

  it('shows who is writing, until they have said it', async () => {
    const { alice, bob } = team.people
    const told = collect(bob, 'typing')
    const toBob = alice.resolve(['bob'])
    for (let key = 0; key < 50; key++) alice.sendTyping(toBob)
    await until('bob sees it', () => told.length > 0)
    expect(told[0]?.users.map(({ name }) => name)).to.deep.equal(['alice'])
    const { id } = await alice.send(toBob, 'done')
    await until('bob has it', () => bob.message(id))
    expect(told.map(({ users }) => users.length)).to.deep.equal([1, 0])
    expect(told[0]?.conversation).to.equal(bob.message(id)?.conversation)
  })
})
