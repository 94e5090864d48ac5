import { expect } from 'chai'
import { PRESENCE_INTERVAL, TYPING_INTERVAL } from '../../core/protocol/limits.ts'
import type { Account } from '../../core/registry/accounts.ts'
import { MAX_TYPING_AUDIENCE } from '../../core/registry/limits.ts'
import { until } from '../support/wait.ts'
import type { TestClient } from './support/client.ts'
import { House, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { register } from './support/password.ts'

describe('presence', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let bobs: Account

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    await house.user('Alice')
    bobs = await house.user('Bob')
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const told = (client: TestClient) => client.events('presence').flatMap(({ users }) => users.map((user) => [user.name, user.presence]))

  it('begins with a user’s first session and ends with the last', async () => {
    const alice = await house.online('Alice')
    clock.advance(PRESENCE_INTERVAL)
    const [first, second] = [await house.greet('Bob'), await house.greet('Bob')]
    await alice.event('presence')
    first.link.close('lost')
    await until('the end', () => house.context.sessions.count === 2)
    clock.advance(PRESENCE_INTERVAL)
    await alice.settled()
    expect(told(alice)).to.deep.equal([['Bob', 'online']])
    clock.advance(60_000)
    second.link.destroy()
    const { users } = await alice.event('presence', ({ users }) => users.some(({ presence }) => presence === 'offline'))
    expect(users).to.have.length(1)
    expect(users[0]).to.deep.include({ name: 'Bob', lastSeen: clock.now() })
  })

  it('is in the roster, with when somebody was last there', async () => {
    const bob = await house.online('Bob')
    clock.advance(5_000)
    bob.link.close('lost')
    await until('the end', () => house.context.sessions.count === 0)
    const { users } = await (await house.greet('Alice')).ask('sync', { after: 0 })
    expect(users.map(({ name, presence, lastSeen }) => [name, presence, lastSeen])).to.have.deep.members([
      ['Alice', 'online', undefined],
      ['Bob', 'offline', clock.now()],
    ])
  })

  it('tells of somebody who registers', async () => {
    const alice = await house.online('Alice')
    clock.advance(PRESENCE_INTERVAL)
    await register(await house.greet(), 'Carol', 'secret password')
    const { users } = await alice.event('presence')
    expect(users[0]).to.deep.include({ name: 'Carol', presence: 'offline', delivered: 0 })
    expect(users[0]).to.not.have.property('lastSeen')
  })

  it('is told to nobody before it has synced', async () => {
    const alice = await house.greet('Alice')
    await house.greet('Bob')
    clock.advance(PRESENCE_INTERVAL)
    await alice.settled()
    expect(alice.log).to.deep.equal([])
  })

  it('is busy when one of a user’s sessions is, else online when one is, else away', async () => {
    const alice = await house.online('Alice')
    const [desk, phone] = [await house.greet('Bob'), await house.greet('Bob')]
    const say = async (client: TestClient, state: 'online' | 'away' | 'busy') => {
      clock.advance(PRESENCE_INTERVAL)
      await client.ask('presence', { state })
      await alice.settled()
      return bobs.sessions.size > 0 && told(alice).at(-1)?.[1]
    }
    expect(await say(desk, 'away')).to.equal('online')
    expect(await say(phone, 'away')).to.equal('away')
    expect(await say(phone, 'busy')).to.equal('busy')
    expect(await say(desk, 'online')).to.equal('busy')
    clock.advance(PRESENCE_INTERVAL)
    phone.link.close('lost')
    await until('the other session counts', () => told(alice).at(-1)?.[1] === 'online')
  })

  it('that changes to and fro is told as it is in the end', async () => {
    const alice = await house.online('Alice')
    clock.advance(PRESENCE_INTERVAL)
    const bob = await house.greet('Bob')
    for (const state of ['away', 'busy', 'away', 'online', 'busy'] as const) await bob.ask('presence', { state })
    clock.advance(PRESENCE_INTERVAL)
    await alice.settled()
    expect(told(alice)).to.deep.equal([
      ['Bob', 'online'],
      ['Bob', 'busy'],
    ])
  })

  it('of a thousand people who sign in within five seconds costs each client a handful of frames', async () => {
    const people: TestClient[] = []
    for (let second = 0; second < 5; second++) {
      const names = Array.from({ length: 200 }, (_, index) => `Person ${second * 200 + index}`)
      await Promise.all(names.map((name) => house.user(name)))
      for (const name of names) people.push(await house.online(name))
      clock.advance(1_000)
    }
    clock.advance(2 * PRESENCE_INTERVAL)
    await Promise.all(people.map((person) => person.settled()))
    const frames = people.map((person) => person.events('presence').length)
    expect(Math.max(...frames)).to.be.lessThan(10)
    // Whoever came first has heard of everybody after it, once.
    const heard = new Set(people[0]?.events('presence').flatMap(({ users }) => users.map(({ name }) => name)))
    for (let index = 1; index < 1_000; index++) expect(heard.has(`Person ${index}`)).to.equal(true)
  })
})

describe('who is writing', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let people: Account[]

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    people = [await house.user('Alice'), await house.user('Bob'), await house.user('Carol')]
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('is told to the others of the conversation who are online, to nobody else, and never kept', async () => {
    const [alice, bob, carol] = [await house.online('Alice'), await house.online('Bob'), await house.online('Carol')]
    const to = [people[1]?.id ?? '']
    await alice.ask('typing', { to })
    const typed = await bob.event('typing')
    const position = await say(alice, to, 'hello')
    const { message } = await bob.event('message')
    expect(typed.user).to.equal(people[0]?.id)
    expect(message.audience).to.have.members([people[0]?.id, people[1]?.id])
    await Promise.all([alice.settled(), carol.settled()])
    expect([alice, carol].flatMap((one) => one.events('typing'))).to.deep.equal([])
    const late = await house.online('Bob')
    expect(late.events('typing')).to.deep.equal([])
    expect(position).to.equal(1)
  })

  it('is passed on once in two seconds for each conversation', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const to = [people[1]?.id ?? '']
    for (let count = 0; count < 10; count++) await alice.ask('typing', { to })
    await alice.ask('typing', { to: 'everyone' })
    await bob.settled()
    expect(bob.events('typing').map(({ conversation }) => conversation === 'everyone')).to.deep.equal([false, true])
    clock.advance(TYPING_INTERVAL)
    await alice.ask('typing', { to })
    await bob.settled()
    expect(bob.events('typing')).to.have.length(3)
  })

  it('is kept from a crowd', async () => {
    const alice = await house.online('Alice')
    const bobs = await Promise.all(Array.from({ length: MAX_TYPING_AUDIENCE + 1 }, () => house.online('Bob')))
    await alice.ask('typing', { to: 'everyone' })
    await Promise.all(bobs.map((bob) => bob.settled()))
    expect(bobs.flatMap((bob) => bob.events('typing'))).to.deep.equal([])
  })

  it('among people of whom one is unknown is refused', async () => {
    const alice = await house.online('Alice')
    expect(await alice.refusal('typing', { to: ['a'.repeat(22)] })).to.equal('user-unknown')
    expect(await alice.refusal('typing', { to: { room: 'a'.repeat(22) } })).to.not.equal('done')
  })
})
