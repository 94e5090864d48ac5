/** Who is there: a user is online while one of its sessions is signed in. */
import type { Clock } from '../protocol/clock.ts'
import type { RosterUser } from '../protocol/messages.ts'
import { formatEvent } from '../protocol/parse.ts'
import type { Account } from './accounts.ts'
import type { Journal } from './journal.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Store } from './store/store.ts'

/** A user as others see it in their roster. */
export function rosterUser({ id, name, sessions, lastSeen, delivered }: Account): RosterUser {
  const online = sessions.size > 0
  return { id, name, presence: online ? 'online' : 'offline', ...(online || lastSeen === null ? {} : { lastSeen }), delivered }
}

export class Presences {
  readonly #sessions: Sessions
  readonly #store: Store
  readonly #clock: Clock
  readonly #journal: Journal

  constructor(sessions: Sessions, store: Store, clock: Clock, journal: Journal) {
    this.#sessions = sessions
    this.#store = store
    this.#clock = clock
    this.#journal = journal
  }

  /** The session is this user's from now on. */
  join(session: Session, account: Account): void {
    session.account = account
    session.cancelDeadline()
    account.sessions.add(session)
    this.#journal.line`${account.name} signed in from ${session.address} (${session.device})`
    if (account.sessions.size === 1) this.#changed(account)
  }

  leave(session: Session): void {
    const { account } = session
    session.account = null
    if (!account?.sessions.delete(session) || account.sessions.size > 0) return
    this.#journal.line`${account.name} went offline`
    this.#changed(account)
  }

  /** Tells everybody about a user who has come, gone or registered. */
  announce(account: Account): void {
    const frame = formatEvent('presence', { user: rosterUser(account) })
    for (const session of this.#sessions.synced()) session.send(frame)
  }

  #changed(account: Account): void {
    account.lastSeen = this.#clock.now()
    // Nobody waits for this one: the next coming or going writes it anew.
    this.#store
      .seen(account.id, account.lastSeen)
      .catch((error: unknown) => this.#journal.line`when ${account.name} was last seen could not be stored: ${error}`)
    this.announce(account)
  }
}
