import type { Clock } from '../protocol/clock.ts'
import type { Store } from './store/store.ts'

/** How much faster than a registry that runs the believed time may go, while it catches up with the clock. */
const CATCH_UP = 24

/**
 * The time by which old messages are deleted. It follows the clock, but where the clock leaps ahead it goes there by a day
 * for each hour that the registry runs, and goes on from there after a restart: a clock that is a month ahead for some hours deletes nothing that
 * would not have gone soon. After some weeks switched off it has caught up within a day.
 */
export class BelievedTime {
  readonly #clock: Clock
  readonly #store: Pick<Store, 'believe'>
  #believed: number
  #checked: number

  /** @param known milliseconds since 1970: what was believed last; null: nothing ever, so the clock is. */
  constructor(clock: Clock, store: Pick<Store, 'believe'>, known: number | null) {
    this.#clock = clock
    this.#store = store
    this.#believed = known ?? clock.now()
    this.#checked = clock.elapsed()
  }

  /** Milliseconds since 1970; what it answers is written down first. */
  async now(): Promise<number> {
    const elapsed = this.#clock.elapsed()
    this.#believed = Math.floor(Math.min(this.#clock.now(), this.#believed + (elapsed - this.#checked) * CATCH_UP))
    this.#checked = elapsed
    await this.#store.believe(this.#believed)
    return this.#believed
  }
}
