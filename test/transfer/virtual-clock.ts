import type { Clock } from '../../core/protocol/clock.ts'

/** Time that passes when the test says so. */
export class VirtualClock implements Clock {
  #time = 1_000_000
  #timers: { readonly at: number; readonly run: () => void }[] = []

  now(): number {
    return this.#time
  }

  elapsed(): number {
    return this.#time
  }

  after(millis: number, run: () => void): () => void {
    const timer = { at: this.#time + millis, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Whether something waits for just so long from now. */
  isDueIn(millis: number): boolean {
    return this.#timers.some(({ at }) => at === this.#time + millis)
  }

  /** Runs what is due on the way, in order. */
  pass(millis: number): void {
    const end = this.#time + millis
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#time = next.at
      next.run()
    }
    this.#time = end
  }
}
