import type { Clock } from '../protocol/clock.ts'
import { PROGRESS_INTERVAL } from './limits.ts'

/** Runs something at most ten times a second, however often it is touched; the last touch is never lost, unless stopped. */
export class Throttle {
  readonly #clock: Clock
  readonly #run: () => void
  #last = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | null = null

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock
    this.#run = run
  }

  touch(): void {
    if (this.#cancel) return
    const wait = this.#last + PROGRESS_INTERVAL - this.#clock.elapsed()
    if (wait <= 0) this.flush()
    else this.#cancel = this.#clock.after(wait, () => this.flush())
  }

  /** Runs it now. */
  flush(): void {
    this.stop()
    this.#last = this.#clock.elapsed()
    this.#run()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
