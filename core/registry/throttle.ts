/**
 * Slows down guessing of passwords. What is counted is every answer to a `login-start`, since a guess can be checked against
 * that answer without ever finishing; a login that succeeds forgets the count. By name and address: somebody who guesses at one
 * machine doesn't lock the person out at another.
 */
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { because } from '../protocol/reasons.ts'
import { ATTEMPTS_REMEMBERED, FIRST_WAIT, FREE_ATTEMPTS, LONGEST_WAIT, MAX_REMEMBERED_ATTEMPTS } from './limits.ts'

export class Throttle {
  readonly #clock: Clock
  /** In the order of the last attempt, so that the first is the one to forget. */
  readonly #attempts = new Map<string, { count: number; last: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws OptiChatError `slow-down` with `retryAfter` */
  attempt(nameKey: string, address: string): void {
    const key = `${address}\n${nameKey}`
    const now = this.#clock.elapsed()
    const earlier = this.#attempts.get(key)
    const count = earlier && now - earlier.last < ATTEMPTS_REMEMBERED ? earlier.count : 0
    if (earlier && count >= FREE_ATTEMPTS) {
      const wait = Math.min(FIRST_WAIT * 2 ** (count - FREE_ATTEMPTS), LONGEST_WAIT)
      const left = Math.ceil(earlier.last + wait - now)
      if (left > 0) throw new OptiChatError('slow-down', because('wait', { seconds: Math.ceil(left / 1000) }), { retryAfter: left })
    }
    this.#attempts.delete(key)
    this.#attempts.set(key, { count: count + 1, last: now })
    if (this.#attempts.size > MAX_REMEMBERED_ATTEMPTS) {
      for (const oldest of this.#attempts.keys()) {
        this.#attempts.delete(oldest)
        break
      }
    }
  }

  succeeded(nameKey: string, address: string): void {
    this.#attempts.delete(`${address}\n${nameKey}`)
  }
}
