import { expect } from 'chai'
import { Backoff } from '../../core/client/reconnect.ts'
import { type Disturbance, Surroundings } from '../../core/client/surroundings.ts'
import { fakeClock } from '../support/fake-clock.ts'

describe('waiting before trying again', () => {
  const times = { first: 1_000, longest: 10_000 }

  it('doubles the wait up to the longest, and spreads it over its second half', () => {
    for (const [chance, expected] of [
      [0, [500, 1_000, 2_000, 4_000, 5_000, 5_000]],
      [0.999_999, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]],
    ] as const) {
      const clock = fakeClock()
      const backoff = new Backoff(clock, () => chance, times)
      const waits = expected.map(() => backoff.schedule(() => undefined) - clock.now())
      expect(waits).to.deep.equal(expected)
    }
  })

  it('tries once when the time has come, and says so beforehand', async () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock, () => 0.5, times)
    let tries = 0
    const at = backoff.schedule(() => tries++)
    expect(at - clock.now()).to.equal(750)
    await clock.advance(749)
    expect([tries, backoff.waiting]).to.deep.equal([0, true])
    await clock.advance(1)
    expect([tries, backoff.waiting]).to.deep.equal([1, false])
    await clock.advance(60_000)
    expect(tries).to.equal(1)
  })

  it('waits at least as long as the other side asked for', async () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock, () => 0, times)
    expect(backoff.schedule(() => undefined, 30_000) - clock.now()).to.equal(30_000)
  })

  it('starts over after a success, and forgets what waited', async () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock, () => 0, times)
    let tries = 0
    for (let failure = 0; failure < 5; failure++) backoff.schedule(() => tries++)
    backoff.reset()
    await clock.advance(60_000)
    expect(tries).to.equal(0)
    expect(backoff.schedule(() => undefined) - clock.now()).to.equal(500)
  })

  it('tries at once when told to, and only what waits', async () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock, () => 0, times)
    let tries = 0
    backoff.now()
    await clock.advance(0)
    backoff.schedule(() => tries++, 60_000)
    backoff.now()
    await clock.advance(0)
    expect(tries).to.equal(1)
  })

  it('tries within half a second when told that it may go well now, and says when', async () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock, () => 0.5, times)
    let tries = 0
    backoff.schedule(() => tries++, 3_600_000)
    expect(backoff.soon() - clock.now()).to.equal(300)
    await clock.advance(300)
    expect(tries).to.equal(1)
  })
})

describe('what happens to this computer', () => {
  function setUp() {
    const clock = fakeClock()
    const control = { addresses: ['10.0.0.2', 'fd00::2'] }
    const noticed: Disturbance[] = []
    const surroundings = new Surroundings({ clock, addresses: () => control.addresses, noticed: (what) => noticed.push(what) })
    return { clock, control, noticed, surroundings }
  }

  it('is noticed within seconds when it slept, with the time from when on it did', async () => {
    const { clock, noticed, surroundings } = setUp()
    await clock.advance(12_000)
    const asleep = clock.now()
    clock.jump(8 * 3_600_000)
    await clock.advance(5_000)
    expect(noticed.map(({ code }) => code)).to.deep.equal(['was-asleep'])
    expect(noticed[0]?.since).to.be.within(asleep - 5_000, asleep)
    expect(surroundings.recent()?.code).to.equal('was-asleep')
    await clock.advance(60_000)
    expect(noticed).to.have.length(1)
    expect(surroundings.recent(), 'what ends now ends for another reason').to.equal(null)
    surroundings.close()
    expect(clock.pending).to.deep.equal([])
  })

  it('is told at once when asked for: a link may end before anybody looked', () => {
    const { clock, noticed, surroundings } = setUp()
    expect(surroundings.recent()).to.equal(null)
    clock.jump(3_600_000)
    expect(surroundings.recent()?.code).to.equal('was-asleep')
    expect(noticed).to.have.length(1)
  })

  it('is no sleep when a timer was late or the clock was set back', async () => {
    const { clock, noticed } = setUp()
    clock.jump(8_000)
    await clock.advance(6_000)
    clock.jump(-3_600_000)
    await clock.advance(6_000)
    expect(noticed).to.deep.equal([])
  })

  it('is noticed when it has other addresses, in whatever order they are listed', async () => {
    const { clock, control, noticed } = setUp()
    control.addresses = ['fd00::2', '10.0.0.2']
    await clock.advance(6_000)
    expect(noticed).to.deep.equal([])
    control.addresses = ['10.0.1.9']
    await clock.advance(6_000)
    expect(noticed.map(({ code }) => code)).to.deep.equal(['address-changed'])
  })
})
