/** How fast bytes may go on: a rate that several streams share, however many they are. */
import type { Clock } from '../protocol/clock.ts'

/** Milliseconds of the rate that may go at once, after which there is a wait: shorter ones cost more timers than they even out. */
const BURST = 50

/** Milliseconds of the rate that were not used and may be made up for: a timer comes late, a stream takes a moment to flow again. */
const CREDIT = 50

export class Pace {
  readonly #clock: Clock
  readonly #rate: number
  /** When what has gone so far would have gone at just this rate, in elapsed milliseconds. */
  #due = 0

  /** @param rate bytes a second */
  constructor(clock: Clock, rate: number) {
    this.#clock = clock
    this.#rate = rate
  }

  /** Counts bytes that have gone. @returns milliseconds to wait before more go; 0: none */
  take(bytes: number): number {
    const now = this.#clock.elapsed()
    this.#due = Math.max(this.#due, now - CREDIT) + (bytes / this.#rate) * 1_000
    const ahead = this.#due - now
    return ahead > BURST ? ahead - BURST / 2 : 0
  }
}
