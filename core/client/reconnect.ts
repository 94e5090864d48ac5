/** When to try again: exponential backoff with jitter, and at once when the machine woke up. Knows nothing of connections. */
import type { Clock, Random } from '../protocol/clock.ts'

export interface ReconnectTimes {
  /** Milliseconds before the first new attempt, at most. */
  readonly first: number
  /** Milliseconds between attempts, at most. */
  readonly longest: number
}

/** Quick enough that a restarted registry is joined again at once, slow enough that nobody feels a hundred clients knocking. */
const RECONNECT_TIMES: ReconnectTimes = { first: 500, longest: 20_000 }

export class Backoff {
  readonly #clock: Clock
  readonly #random: Random
  readonly #times: ReconnectTimes
  #failures = 0
  #cancel: (() => void) | null = null
  #run: (() => void) | null = null

  constructor(clock: Clock, random: Random, times: ReconnectTimes = RECONNECT_TIMES) {
    this.#clock = clock
    this.#random = random
    this.#times = times
  }

  get waiting(): boolean {
    return this.#run !== null
  }

  /**
   * Calls `run` after a delay between half and all of `first · 2^failures` (at most `longest`), so that many that failed at
   * once do not come back at once.
   * @param atLeast milliseconds that the other side asked for
   * @returns when, in wall-clock milliseconds
   */
  schedule(run: () => void, atLeast = 0): number {
    this.cancel()
    const full = Math.min(this.#times.first * 2 ** Math.min(this.#failures, 30), this.#times.longest)
    const delay = Math.max(full / 2 + (this.#random() * full) / 2, atLeast)
    this.#failures++
    this.#set(run, delay)
    return this.#clock.now() + Math.round(delay)
  }

  /** Runs what waits in this turn's wake, if anything does. */
  now(): void {
    if (this.#run) this.#set(this.#run, 0)
  }

  /**
   * Runs what waits within half a second: the network of a machine that just woke up needs a moment.
   * @returns when, in wall-clock milliseconds
   */
  soon(): number {
    this.#failures = 0
    const delay = 100 + this.#random() * 400
    if (this.#run) this.#set(this.#run, delay)
    return this.#clock.now() + Math.round(delay)
  }

  /** It worked: the next failure starts over. */
  reset(): void {
    this.#failures = 0
    this.cancel()
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#run = null
  }

  #set(run: () => void, delay: number): void {
    this.#cancel?.()
    this.#run = run
    this.#cancel = this.#clock.after(delay, () => {
      this.cancel()
      run()
    })
  }
}
