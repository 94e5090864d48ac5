/** Time and chance as arguments: no logic calls `Date.now`, `setTimeout` or `Math.random` by itself. */
export interface Clock {
  /** Wall-clock milliseconds since 1970; may jump. */
  now(): number
  /** Milliseconds since some start; never goes back. */
  elapsed(): number
  /** Calls `run` once after `millis`; the answer cancels it. The timer does not keep a process alive by itself when `idle`. */
  after(millis: number, run: () => void, idle?: boolean): () => void
}

/** A number in [0, 1). */
export type Random = () => number

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (millis, run, idle) => {
    const timer = setTimeout(run, millis)
    if (idle) timer.unref()
    return () => clearTimeout(timer)
  },
}
