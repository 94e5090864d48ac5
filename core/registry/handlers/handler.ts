import type { Clock } from '../../protocol/clock.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import type { Reply, Request, Verb } from '../../protocol/messages.ts'
import type { Account } from '../accounts.ts'
import type { Context } from '../context.ts'
import { FIRST_WAIT, MAX_BEGUN } from '../limits.ts'
import type { Rated } from '../rates.ts'
import type { Session, Stage } from '../session.ts'

/** What the registry does for one verb. */
export interface Handler<V extends Verb> {
  /** When it may be asked for; else it is refused as `out-of-state`. */
  readonly stages: readonly Stage[]
  /** What it counts as for a signed-in device; `other` unless said. */
  readonly rated?: Rated
  /** Does it and says what to reply. What it throws is the reply of an error. */
  handle(context: Context, session: Session, request: Request<V>): Reply<V> | Promise<Reply<V>>
  /** What follows once the reply is on its way. */
  after?(context: Context, session: Session, request: Request<V>): void
}

export const SIGNED_IN: readonly Stage[] = ['signed-in', 'synced']
/** Whoever said hello. */
export const GREETED: readonly Stage[] = ['greeted', ...SIGNED_IN]
/** Also a device that is signed in may register or log in, as somebody else, until it syncs. */
export const BEFORE_SYNC: readonly Stage[] = ['greeted', 'registering', 'signing-in', 'signed-in']

/** Whose the session is. @throws OptiChatError `not-signed-in` */
export function userOf(session: Session): Account {
  if (!session.account) throw new OptiChatError('not-signed-in')
  return session.account
}

/** Whose the session is, which proved its password just now. @throws OptiChatError `not-signed-in`, `login-needed` */
export function freshUserOf(session: Session, clock: Clock): Account {
  const account = userOf(session)
  if (clock.elapsed() >= session.freshUntil) throw new OptiChatError('login-needed')
  return account
}

/** Counts a registration or login that a session begins. @throws OptiChatError `slow-down` */
export function countBegun(session: Session): void {
  if (++session.begun > MAX_BEGUN) throw new OptiChatError('slow-down', 'connect anew', { retryAfter: FIRST_WAIT })
}

/** Back to where a session was before it began to register or log in. */
export function endAttempt(session: Session): void {
  session.attempt = null
  if (!session.ended) session.stage = session.stream ? 'synced' : session.account ? 'signed-in' : 'greeted'
}
