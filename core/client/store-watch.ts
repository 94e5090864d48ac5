/** Notices that another process has changed what the profile knows, so that what a person says in one program reaches the others. */
import type { Clock } from '../protocol/clock.ts'

/** Milliseconds between two looks, each a few microseconds: as soon as somebody who typed a command expects it. */
const LOOK = 500

export class StoreWatch {
  readonly #version: () => string
  readonly #clock: Clock
  readonly #changed: () => void
  #known = ''
  #cancel: (() => void) | null = null

  /** @param version another one whenever another process has changed something */
  constructor(clock: Clock, version: () => string, changed: () => void) {
    this.#version = version
    this.#clock = clock
    this.#changed = changed
  }

  /** Looks from now on; again: nothing new. */
  start(): void {
    if (this.#cancel) return
    this.#known = this.#version()
    this.#wait()
  }

  close(): void {
    this.#cancel?.()
    // Nothing starts it any more.
    this.#cancel = () => undefined
  }

  #wait(): void {
    this.#cancel = this.#clock.after(
      LOOK,
      () => {
        this.#wait()
        const version = this.#version()
        if (version === this.#known) return
        this.#known = version
        this.#changed()
      },
      true,
    )
  }
}
