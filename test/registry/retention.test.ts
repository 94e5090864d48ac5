import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { TAKE_BACK_TIME } from '../../core/protocol/limits.ts'
import { DELIVERED_INTERVAL } from '../../core/registry/limits.ts'
import { forgetOld, forgetRegularly } from '../../core/registry/retention.ts'
import { until } from '../support/wait.ts'
import { House, offer, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'

describe('messages that are kept no longer than until they are delivered', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House
  let clock: ManualClock
  let ids: Record<'alice' | 'bob' | 'carol', string>

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const kept = async (user: string) => (await house.context.store.page({ user, after: 0 })).rows.map(({ position }) => position)

  it('are deleted when all have them and they cannot be taken back any more; offers and what somebody lacks stay', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const room = (await alice.ask('room-create', { name: 'Tea', open: true, members: [ids.bob] })).room
    await say(alice, [ids.bob], '1: to Bob')
    await say(alice, [ids.bob, ids.carol], '2: to Bob and Carol')
    await say(alice, 'everyone', '3: to everyone')
    await say(alice, { room }, '4: to the room of Bob')
    await say(alice, [ids.bob], offer(randomUUID()))
    await say(alice, [ids.bob], '6: the newest')
    await bob.ask('receipt', { delivered: 6 })
    expect(await forgetOld(house.context, 'none')).to.equal(0)
    clock.advance(TAKE_BACK_TIME + 1)
    expect(await forgetOld(house.context, 'none')).to.equal(2)
    expect(await kept(ids.bob)).to.deep.equal([2, 3, 5, 6])
    const carol = await house.online('Carol')
    expect(carol.texts()).to.deep.equal(['2: to Bob and Carol', '3: to everyone'])
    await carol.ask('receipt', { delivered: 3 })
    expect(await forgetOld(house.context, 'none')).to.equal(2)
    expect(await kept(ids.bob)).to.deep.equal([5, 6])
    // The conversation is still one: its members can say how far they have read.
    const { conversation } = (await house.context.store.page({ user: ids.bob, after: 0 })).rows[0] ?? expect.fail('none')
    await bob.ask('receipt', { read: { conversation, position: 6 } })
  })

  it('are not kept for those who have left, nor for who joined later', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    await say(alice, 'everyone', 'before')
    await say(alice, [ids.carol], 'to Carol')
    const room = (await alice.ask('room-create', { name: 'Tea', open: true, members: [] })).room
    await say(alice, { room }, 'alone')
    await bob.ask('room-join', { room })
    await say(alice, [ids.alice], 'the newest')
    await bob.ask('receipt', { delivered: 1 })
    const carol = house.context.accounts.get(ids.carol) ?? expect.fail('no Carol')
    await house.context.accounts.remove(carol)
    clock.advance(TAKE_BACK_TIME + 1)
    expect(await forgetOld(house.context, 'none')).to.equal(3)
  })

  it('are looked for every few minutes', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    await say(alice, [ids.bob], 'x')
    await say(alice, [ids.bob], 'y')
    await bob.ask('receipt', { delivered: 2 })
    clock.advance(TAKE_BACK_TIME + 1)
    const cancel = forgetRegularly(house.context, 'none')
    clock.advance(DELIVERED_INTERVAL)
    await until('it', async () => (await kept(ids.bob)).length === 1)
    cancel()
  })
})

describe('a registry whose clock is wrong', () => {
  const DAY = 24 * 60 * 60_000
  let folder: ReturnType<typeof temporaryFolder>
  let houses: House[]

  beforeEach(() => {
    folder = temporaryFolder()
    houses = []
  })
  afterEach(async () => {
    for (const house of houses) await house.close()
    folder.remove()
  })

  /** The same registry started anew, its clock so much ahead. */
  async function start(ahead: number): Promise<{ house: House; clock: ManualClock }> {
    await houses.pop()?.close()
    const clock = new ManualClock()
    clock.set(clock.now() + ahead)
    const house = await House.open({ folder: folder.path, clock })
    houses.push(house)
    return { house, clock }
  }

  async function two(): Promise<void> {
    const { house } = await start(0)
    const alice = (await house.user('Alice')) && (await house.online('Alice'))
    await say(alice, 'everyone', 'old')
    await say(alice, 'everyone', 'newest')
    await forgetOld(house.context, 30)
  }

  it('deletes nothing at once when it starts a year ahead, nor when it is started again and again, and messages come meanwhile', async () => {
    await two()
    for (let restart = 0; restart < 40; restart++) {
      const { house, clock } = await start(365 * DAY)
      clock.advance(60_000)
      await say(await house.online('Alice'), 'everyone', 'stamped a year ahead')
      expect(await forgetOld(house.context, 30)).to.equal(0)
    }
    const { house } = await start(0)
    expect((await (await house.online('Alice')).texts())[0]).to.equal('old')
  })

  it('deletes nothing at once when the clock leaps ahead while it runs', async () => {
    await two()
    const { house, clock } = await start(0)
    clock.set(clock.now() + 365 * DAY)
    expect(await forgetOld(house.context, 30)).to.equal(0)
    clock.advance(12 * 60 * 60_000)
    expect(await forgetOld(house.context, 30)).to.equal(0)
  })

  it('believes a clock that stays ahead after some hours of running, as when it was switched off for weeks', async () => {
    await two()
    const { house, clock } = await start(60 * DAY)
    expect(await forgetOld(house.context, 30)).to.equal(0)
    clock.advance(DAY)
    expect(await forgetOld(house.context, 30)).to.equal(0)
    clock.advance(DAY)
    expect(await forgetOld(house.context, 30)).to.equal(1)
  })
})
