import type { Clock } from '../protocol/clock.ts'
import { TURN } from './limits.ts'

/** Lets sockets and commands have their turn during long synchronous work: `await turns.give()` between its steps. */
export class Turns {
  readonly #clock: Clock
  #since: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.elapsed()
  }

  /** Null when it is too early for a break, so that the common case costs no promise. */
  give(): Promise<void> | null {
    if (this.#clock.elapsed() - this.#since < TURN) return null
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#since = this.#clock.elapsed()
        resolve()
      })
    })
  }
}
