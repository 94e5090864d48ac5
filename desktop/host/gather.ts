import type { Clock } from '../../core/protocol/clock.ts'

/** Milliseconds in which repeats are gathered: below what an eye notices, and a catch-up of thousands becomes a few events. */
const SOON = 30

/** Runs `run` soon, once for all the times it was asked for until then. */
export function gather(clock: Clock, run: () => void): { soon(): void; cancel(): void } {
  let cancel: (() => void) | null = null
  return {
    soon() {
      cancel ??= clock.after(SOON, () => {
        cancel = null
        run()
      })
    },
    cancel() {
      cancel?.()
      cancel = null
    },
  }
}
