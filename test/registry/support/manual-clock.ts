import type { Clock } from '../../../core/protocol/clock.ts'

/** A clock that moves when it is told to. */
export class ManualClock implements Clock {
  #wall = 1_800_000_000_000
  #elapsed = 0
  #timers: { at: number; run: () => void }[] = []

  now(): number {
    return this.#wall
  }

  elapsed(): number {
    return this.#elapsed
  }

  after(millis: number, run: () => void): () => void {
    const timer = { at: this.#elapsed + millis, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves on, running what is due, in order. */
  advance(millis: number): void {
    const end = this.#elapsed + millis
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#wall += next.at - this.#elapsed
      this.#elapsed = next.at
      next.run()
    }
    this.#wall += end - this.#elapsed
    this.#elapsed = end
  }

  /** Sets the wall clock to another time, as people do. */
  set(wall: number): void {
    this.#wall = wall
  }
}
