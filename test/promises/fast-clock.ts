/** A clock that runs faster than the world's, and after a sleep of this process (SIGSTOP) finds that an hour has gone by. */
import type { Clock } from '../../core/protocol/clock.ts'

export const HOUR = 60 * 60_000

/** Milliseconds without a heartbeat after which this process must have slept. */
export const STOPPED = 3_000
const HEARTBEAT = 50

export interface FastClock extends Clock {
  /** Sets the wall clock ahead by so many milliseconds, or back. */
  set(by: number): void
}

export function fastClock(speed: number): FastClock {
  let wall = Date.now()
  let alive = performance.now()
  const elapsed = () => performance.now() * speed
  wall -= elapsed()
  // Whoever looks at the clock first after a sleep sees the new time, as on a real machine.
  const look = () => {
    if (performance.now() - alive > STOPPED) wall += HOUR
    alive = performance.now()
  }
  setInterval(look, HEARTBEAT).unref()
  return {
    now: () => {
      look()
      return Math.round(wall + elapsed())
    },
    elapsed,
    after: (millis, run, idle) => {
      const timer = setTimeout(run, millis / speed)
      if (idle) timer.unref()
      return () => clearTimeout(timer)
    },
    set: (by) => {
      wall += by
    },
  }
}
