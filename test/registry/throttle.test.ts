import { expect } from 'chai'
import type { OptiChatError } from '../../core/protocol/errors.ts'
import { ATTEMPTS_REMEMBERED, FIRST_WAIT, FREE_ATTEMPTS, LONGEST_WAIT, MAX_REMEMBERED_ATTEMPTS } from '../../core/registry/limits.ts'
import { Throttle } from '../../core/registry/throttle.ts'
import { ManualClock } from './support/manual-clock.ts'

describe('guessing of passwords', () => {
  let clock: ManualClock
  let throttle: Throttle

  beforeEach(() => {
    clock = new ManualClock()
    throttle = new Throttle(clock)
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) throttle.attempt('alice', '10.0.0.1')
  })

  /** Milliseconds that somebody has to wait; 0 when the attempt was let through. */
  const wait = (name = 'alice', address = '10.0.0.1'): number => {
    try {
      throttle.attempt(name, address)
      return 0
    } catch (error) {
      return (error as OptiChatError).retryAfter ?? Number.NaN
    }
  }

  it('waits longer after each attempt, up to a bound, and no longer for asking in between', () => {
    const waits: number[] = []
    for (let attempt = 0; attempt < 12; attempt++) {
      waits.push(wait())
      expect(wait()).to.equal(waits.at(-1))
      clock.advance(waits.at(-1) ?? 0)
      expect(wait()).to.equal(0)
    }
    expect(waits.slice(0, 3)).to.deep.equal([FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4])
    expect(waits.at(-1)).to.equal(LONGEST_WAIT)
  })

  it('does not keep the person out at another machine, nor others at the same', () => {
    expect([wait('alice', '10.0.0.2'), wait('bob', '10.0.0.1')]).to.deep.equal([0, 0])
    expect(wait()).to.equal(FIRST_WAIT)
  })

  it('is forgotten by a success and after some time', () => {
    throttle.succeeded('alice', '10.0.0.1')
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) expect(wait()).to.equal(0)
    expect(wait()).to.equal(FIRST_WAIT)
    clock.advance(ATTEMPTS_REMEMBERED)
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) expect(wait()).to.equal(0)
    expect(wait()).to.equal(FIRST_WAIT)
  })

  it('is remembered for a bounded number of names, the last ones', () => {
    for (let other = 0; other < MAX_REMEMBERED_ATTEMPTS - 1; other++) throttle.attempt(`${other}`, '10.0.0.1')
    expect(wait()).to.equal(FIRST_WAIT)
    throttle.attempt('one more', '10.0.0.1')
    expect(wait()).to.equal(0)
  })
})
