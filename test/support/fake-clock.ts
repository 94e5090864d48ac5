/** A clock that only moves when told to. */
import type { Clock } from '../../core/protocol/clock.ts'

export interface FakeClock extends Clock {
  /** Lets time pass, running what falls due in order; what each starts gets a turn of the event loop before the next. */
  advance(millis: number): Promise<void>
  /** The wall clock jumps, as when a machine slept: no timer runs meanwhile. */
  jump(millis: number): void
  /** Milliseconds until each timer that waits, soonest first. */
  readonly pending: number[]
}

export function fakeClock(): FakeClock {
  let elapsed = 0
  let offset = 1_700_000_000_000
  const timers = new Set<{ due: number; run: () => void }>()
  const soonest = () => [...timers].sort((a, b) => a.due - b.due)[0]
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    after(millis, run) {
      const timer = { due: elapsed + millis, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(millis) {
      const end = elapsed + millis
      for (let next = soonest(); next && next.due <= end; next = soonest()) {
        elapsed = Math.max(elapsed, next.due)
        timers.delete(next)
        next.run()
        await turn()
      }
      elapsed = end
      await turn()
    },
    jump(millis) {
      offset += millis
    },
    get pending() {
      return [...timers].map(({ due }) => due - elapsed).sort((a, b) => a - b)
    },
  }
}
