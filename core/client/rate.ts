/** How fast something moves, over its last seconds. */
import type { Clock } from '../protocol/clock.ts'

/** Milliseconds that a rate looks back. */
const WINDOW = 3_000

export class Rate {
  readonly #clock: Clock
  #seen: { at: number; bytes: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes how far it is; answers bytes a second, or null as long as that means nothing. */
  next(bytes: number): number | null {
    const at = this.#clock.elapsed()
    this.#seen = [...this.#seen.filter((one) => at - one.at < WINDOW), { at, bytes }]
    const first = this.#seen[0]
    return first && at - first.at > 300 ? ((bytes - first.bytes) * 1000) / (at - first.at) : null
  }
}
