import type { Clock } from '../protocol/clock.ts'
import { SIGN_IN_TIMEOUT } from '../protocol/limits.ts'
import type { Session } from './session.ts'

/** Ends a session that isn't signed in by then; armed anew after a registration. */
export function armDeadline(clock: Clock, session: Session): void {
  session.cancelDeadline()
  if (session.account || session.ended) return
  session.cancelDeadline = clock.after(SIGN_IN_TIMEOUT, () => session.end('timed-out'), true)
}
