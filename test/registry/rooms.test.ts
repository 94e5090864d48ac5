import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { roomConversation } from '../../core/protocol/conversation.ts'
import { MAX_MEMBERS_NAMED, MAX_ROOM_MEMBERS, PRESENCE_INTERVAL } from '../../core/protocol/limits.ts'
import { newId } from '../../core/registry/ids.ts'
import { MAX_ROOMS_OF_USER } from '../../core/registry/limits.ts'
import type { TestClient } from './support/client.ts'
import { House, offer, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'

describe('rooms', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let ids: Record<'alice' | 'bob' | 'carol', string>
  let alice: TestClient
  let bob: TestClient
  let carol: TestClient

  const arrive = async () => {
    alice = await house.online('Alice')
    bob = await house.online('Bob')
    carol = await house.online('Carol')
  }
  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
    await arrive()
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const make = async (open: boolean, members: string[] = []) => (await alice.ask('room-create', { name: 'Tea', open, members })).room
  /** Lets what was gathered be told, and arrive. */
  const settle = async () => {
    clock.advance(PRESENCE_INTERVAL)
    await Promise.all([alice, bob, carol].map((one) => one.settled()))
  }

  it('by invitation are seen by their members only, before and after a restart', async () => {
    const room = await make(false, [ids.bob])
    await settle()
    expect(bob.events('room').at(-1)?.room).to.deep.include({ id: room, name: 'Tea', open: false })
    expect(bob.events('room').at(-1)?.room.members).to.have.members([ids.alice, ids.bob])
    expect(carol.events('room')).to.deep.equal([])
    for (const verb of ['room-join', 'room-leave'] as const) expect(await carol.refusal(verb, { room })).to.equal('room-unknown')
    expect(await carol.refusal('room-invite', { room, users: [ids.carol] })).to.equal('room-unknown')
    expect(await carol.refusal('room-rename', { room, name: 'Mine' })).to.equal('room-unknown')
    expect(await carol.refusal('send', { id: randomUUID(), to: { room }, body: { kind: 'text', text: 'x' } })).to.equal('room-unknown')
    expect(await carol.refusal('typing', { to: { room } })).to.equal('room-unknown')
    await house.close()
    house = await House.open({ folder: folder.path, clock })
    expect((await (await house.greet('Bob')).ask('sync', { after: 0 })).rooms.map(({ id }) => id)).to.deep.equal([room])
    expect((await (await house.greet('Carol')).ask('sync', { after: 0 })).rooms).to.deep.equal([])
  })

  it('that are open are seen by all, joined by any, written to by members only', async () => {
    const room = await make(true)
    await settle()
    expect(carol.events('room')).to.have.length(1)
    expect(await carol.refusal('send', { id: randomUUID(), to: { room }, body: { kind: 'text', text: 'x' } })).to.equal('not-a-member')
    expect(await carol.refusal('room-rename', { room, name: 'Mine' })).to.equal('not-a-member')
    await carol.ask('room-join', { room })
    await carol.ask('room-join', { room })
    await say(carol, { room }, 'here I am')
    const { message } = await alice.event('message')
    expect(message.audience).to.deep.equal({ room })
    await settle()
    expect(bob.texts()).to.deep.equal([])
    expect(bob.events('room').at(-1)?.room.members).to.have.members([ids.alice, ids.carol])
  })

  it('show a member what is said from its joining on, and after leaving nothing more', async () => {
    const room = await make(true)
    await say(alice, { room }, 'before')
    await bob.ask('room-join', { room })
    await say(alice, { room }, 'during')
    await bob.ask('room-leave', { room })
    await say(alice, { room }, 'without')
    await bob.settled()
    expect(bob.texts()).to.deep.equal(['during'])
    await bob.ask('room-join', { room })
    await say(alice, { room }, 'again')
    await bob.settled()
    expect(bob.texts()).to.deep.equal(['during', 'again'])
    // A device that comes later sees what came after the new joining.
    expect((await house.online('Bob')).texts()).to.deep.equal(['again'])
  })

  it('lose and double nothing for those who join while others talk', async () => {
    const room = await make(true)
    const talk = Promise.all(Array.from({ length: 60 }, (_, index) => say(alice, { room }, `${index}`)))
    await bob.ask('room-join', { room })
    const positions = await talk
    const last = await say(alice, { room }, 'end')
    await bob.event('message', ({ message }) => message.position === last)
    const got = bob.messages().map(({ position }) => position)
    const first = got[0] ?? 0
    expect(got).to.deep.equal([...positions.filter((position) => position >= first), last])
    expect((await house.online('Bob')).messages().map(({ position }) => position)).to.deep.equal(got)
  })

  it('are told of to those who come in, go out, and to the others', async () => {
    const room = await make(false)
    await alice.ask('room-invite', { room, users: [ids.bob, ids.bob] })
    await settle()
    await bob.ask('room-invite', { room, users: [ids.carol] })
    await bob.ask('room-rename', { room, name: '  Coffee & more…  ' })
    await settle()
    expect(carol.events('room').at(-1)?.room).to.deep.include({ name: 'Coffee & more...' })
    await bob.ask('room-leave', { room })
    expect((await bob.event('room-left')).room).to.equal(room)
    await settle()
    expect(alice.events('room').at(-1)?.room.members).to.have.members([ids.alice, ids.carol])
    expect(bob.events('room').at(-1)?.room.members).to.include(ids.bob)
    expect(await alice.refusal('room-invite', { room, users: [newId()] })).to.equal('user-unknown')
  })

  it('end with their last member, for all who saw them', async () => {
    const room = await make(true)
    await settle()
    await alice.ask('room-leave', { room })
    expect((await carol.event('room-left')).room).to.equal(room)
    await settle()
    expect(await bob.refusal('room-join', { room })).to.equal('room-unknown')
    expect((await house.online('Bob')).texts()).to.deep.equal([])
    await house.close()
    house = await House.open({ folder: folder.path, clock })
    expect((await (await house.greet('Bob')).ask('sync', { after: 0 })).rooms).to.deep.equal([])
  })

  it('have read positions and offers of their members', async () => {
    const room = await make(true, [ids.bob])
    const transfer = randomUUID()
    const position = await say(alice, { room }, offer(transfer))
    await alice.ask('serve', { transfers: [transfer] })
    await bob.ask('receipt', { read: { conversation: roomConversation(room), position } })
    await alice.event('receipt', ({ read }) => read?.user === ids.bob && read.conversation === roomConversation(room))
    await carol.ask('room-join', { room })
    expect(await carol.refusal('ticket', { transfer })).to.equal('transfer-unknown')
    expect(await bob.refusal('ticket', { transfer })).to.equal('done')
  })

  it('have names without characters that hide', async () => {
    for (const name of ['   ', 'a\u202eb', 'a\u0000b', '\u200b'])
      expect(await alice.refusal('room-create', { name, open: true, members: [] })).to.equal('name-refused')
    expect(await alice.refusal('room-create', { name: 'Küche: Tee & 🫖!', open: true, members: [] })).to.equal('done')
  })

  it('that are open name only some of their members to those who are not among them', async () => {
    const room = await make(true)
    const crowd = await Promise.all(Array.from({ length: 2 * MAX_MEMBERS_NAMED }, (_, index) => house.user(`Person ${index}`)))
    await alice.ask('room-invite', { room, users: crowd.map(({ id }) => id) })
    await settle()
    const size = crowd.length + 1
    expect(alice.events('room').at(-1)?.room.members).to.have.length(size)
    const brief = bob.events('room').at(-1)?.room
    expect([brief?.members.length, brief?.size]).to.deep.equal([MAX_MEMBERS_NAMED, size])
    const [seen] = (await (await house.greet('Bob')).ask('sync', { after: 0 })).rooms
    expect([seen?.members.length, seen?.size]).to.deep.equal([MAX_MEMBERS_NAMED, size])
    await bob.ask('room-join', { room })
    await settle()
    expect(bob.events('room').at(-1)?.room.members)
      .to.include(ids.bob)
      .and.to.have.length(size + 1)
  })

  it('are a bounded number for one user, also of those it is brought into', async () => {
    const { rooms } = house.context
    for (let index = 0; index < MAX_ROOMS_OF_USER; index++) {
      await rooms.create({ id: newId(), name: `Room ${index}`, open: false, members: [ids.bob] })
    }
    const room = await make(true)
    expect(await bob.refusal('room-join', { room })).to.equal('room-full')
    expect(await alice.refusal('room-invite', { room, users: [ids.bob] })).to.equal('room-full')
    expect(await alice.refusal('room-invite', { room, users: [ids.carol] })).to.equal('done')
    const [first] = [...rooms.visibleTo(ids.bob)]
    await bob.ask('room-leave', { room: first?.id ?? '' })
    expect(await bob.refusal('room-join', { room })).to.equal('done')
  })

  it('take a bounded number of members', async () => {
    const room = await make(true)
    const { store } = house.context
    const crowd = Array.from({ length: MAX_ROOM_MEMBERS - 1 }, () => newId())
    await store.enterRoom(room, crowd)
    expect(await bob.refusal('room-join', { room })).to.equal('room-full')
  })
})
