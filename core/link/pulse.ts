/** Whether the other end is still there: both ends ping, and one that hears nothing for two intervals, be it a pulled cable or a sleeping machine, gives the link up. */
import type { Clock } from '../protocol/clock.ts'
import { PING_INTERVAL } from '../protocol/limits.ts'

/** A link as its pulse needs it. */
export interface Pulsing {
  /** Sends a ping, where one may be sent. */
  sayPing(): void
  /** Gives the link up. */
  destroy(): void
}

export class Pulse {
  readonly #clock: Clock
  readonly #link: Pulsing
  /** Something came since the last ping; for the link to set. */
  heard = true
  #missed = 0
  #cancel: (() => void) | null = null

  constructor(clock: Clock, link: Pulsing) {
    this.#clock = clock
    this.#link = link
  }

  start(): void {
    this.#cancel = this.#clock.after(
      PING_INTERVAL,
      () => {
        this.#missed = this.heard ? 0 : this.#missed + 1
        this.heard = false
        if (this.#missed >= 2) return this.#link.destroy()
        this.#link.sayPing()
        this.start()
      },
      true,
    )
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
