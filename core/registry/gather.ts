/** Tells of changes that come in crowds: of the first at once, of what follows together, at most once an interval. */
import type { Clock } from '../protocol/clock.ts'

export class Gather {
  readonly #clock: Clock
  readonly #interval: number
  readonly #tell: () => void
  /** In elapsed milliseconds. */
  #told = Number.NEGATIVE_INFINITY
  #waiting = false

  /** @param interval milliseconds between two calls of `tell` */
  constructor(clock: Clock, interval: number, tell: () => void) {
    this.#clock = clock
    this.#interval = interval
    this.#tell = tell
  }

  /** Something changed. */
  changed(): void {
    if (this.#waiting) return
    const due = this.#told + this.#interval - this.#clock.elapsed()
    if (due <= 0) {
      this.#now()
      return
    }
    this.#waiting = true
    this.#clock.after(
      due,
      () => {
        this.#waiting = false
        this.#now()
      },
      true,
    )
  }

  #now(): void {
    this.#told = this.#clock.elapsed()
    this.#tell()
  }
}
