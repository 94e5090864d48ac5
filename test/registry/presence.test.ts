import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { House, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { register } from './support/password.ts'

describe('presence', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    await house.user('Alice')
    await house.user('Bob')
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('begins with a user’s first session and ends with the last', async () => {
    const alice = await house.online('Alice')
    const [first, second] = [await house.greet('Bob'), await house.greet('Bob')]
    await alice.event('presence')
    first.link.close('lost')
    await until('the end', () => house.context.sessions.count === 2)
    await alice.settled()
    expect(alice.events('presence').map(({ user }) => [user.name, user.presence])).to.deep.equal([['Bob', 'online']])
    clock.advance(60_000)
    second.link.destroy()
    const { user } = await alice.event('presence', ({ user }) => user.presence === 'offline')
    expect(user).to.deep.include({ name: 'Bob', lastSeen: clock.now() })
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
    await register(await house.greet(), 'Carol', 'secret password')
    const { user } = await alice.event('presence')
    expect(user).to.deep.include({ name: 'Carol', presence: 'offline', delivered: 0 })
    expect(user).to.not.have.property('lastSeen')
  })

  it('is told to nobody before it has synced', async () => {
    const alice = await house.greet('Alice')
    await house.greet('Bob')
    await alice.settled()
    expect(alice.log).to.deep.equal([])
  })
})
