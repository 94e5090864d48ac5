import type { Clock } from '../protocol/clock.ts'
import { MAX_WAIT, MIN_CAP } from './limits.ts'

/** Bytes that may still go in one direction now, shared by all sockets; without a cap, any number. */
export class Budget {
  readonly #clock: Clock
  #rate: number | null = null
  /** When what has gone so far is paid for. */
  #paid = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Bytes a second from now on; null for no bound. */
  cap(rate: number | null): void {
    this.#rate = rate === null ? null : Math.max(MIN_CAP, rate)
    this.#paid = this.#clock.elapsed()
  }

  spend(bytes: number): void {
    if (this.#rate !== null) this.#paid = Math.max(this.#paid, this.#clock.elapsed()) + (bytes / this.#rate) * 1000
  }

  /** Milliseconds after which to ask again; 0: more may go now. */
  wait(): number {
    if (this.#rate === null) return 0
    return Math.min(MAX_WAIT, Math.max(0, this.#paid - this.#clock.elapsed()))
  }
}

/** Of one engine. */
export interface Budgets {
  readonly up: Budget
  readonly down: Budget
}
