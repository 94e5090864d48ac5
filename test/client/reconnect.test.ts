import { expect } from 'chai'
import { Backoff, watchForWake } from '../../core/client/reconnect.ts'
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

  it('tries within half a second after the machine slept', async () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock, () => 0.5, times)
    let tries = 0
    const stop = watchForWake(clock, () => backoff.soon())
    backoff.schedule(() => tries++, 3_600_000)
    await clock.advance(12_000)
    expect(tries, 'nobody slept yet').to.equal(0)
    clock.jump(8 * 3_600_000)
    await clock.advance(5_000)
    await clock.advance(500)
    expect(tries).to.equal(1)
    stop()
    expect(clock.pending).to.deep.equal([])
  })

  it('takes a late timer or a clock set back for no sleep', async () => {
    const clock = fakeClock()
    let woken = 0
    watchForWake(clock, () => woken++)
    clock.jump(8_000)
    await clock.advance(6_000)
    clock.jump(-3_600_000)
    await clock.advance(6_000)
    expect(woken).to.equal(0)
  })
})
