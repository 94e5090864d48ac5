/** Who is there, and how: told to everybody, the newest state of each, in at most one frame a PRESENCE_INTERVAL after the first. */
import type { Manner } from '../link/link.ts'
import type { Clock } from '../protocol/clock.ts'
import { MAX_PRESENCE_USERS, PRESENCE_INTERVAL } from '../protocol/limits.ts'
import type { Presence, RosterUser, SessionPresence } from '../protocol/messages.ts'
import type { Account, Accounts } from './accounts.ts'
import { Gather } from './gather.ts'
import type { Journal } from './journal.ts'
import { BIT_BY_BIT_USERS, ROSTER_ROWS } from './limits.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Store } from './store/store.ts'

/** Of all its sessions: busy if one is, else online if one is, else away; offline without any. */
function presenceOf({ sessions }: Account): Presence {
  let presence: Presence = 'offline'
  for (const { presence: own } of sessions) {
    if (own === 'busy') return 'busy'
    if (presence !== 'online') presence = own
  }
  return presence
}

/** A user as others see it in their roster. */
export function rosterUser(account: Account): RosterUser {
  const { id, name, lastSeen, delivered, gone } = account
  const presence = presenceOf(account)
  return {
    id,
    name,
    presence,
    ...(presence !== 'offline' || lastSeen === null ? {} : { lastSeen }),
    delivered,
    ...(gone === null ? {} : { gone: true }),
  }
}

interface Row {
  readonly presence: Presence
  readonly lastSeen: number | null
  readonly delivered: number
  readonly gone: number | null
  readonly text: string
}

/** As last written. A sync takes the rows of all users, of whom few have changed since the sync before: thousands come back at once. */
const rows = new WeakMap<Account, Row>()

/** `rosterUser` as JSON. */
export function rosterText(account: Account): string {
  const { lastSeen, delivered, gone } = account
  const presence = presenceOf(account)
  const row = rows.get(account)
  if (row && row.presence === presence && row.lastSeen === lastSeen && row.delivered === delivered && row.gone === gone) return row.text
  const text = JSON.stringify(rosterUser(account))
  rows.set(account, { presence, lastSeen, delivered, gone, text })
  return text
}

/** Rows by so many, each as it is when it is taken. */
function* rowsOf(accounts: Iterable<Account>, most: number): Iterable<string[]> {
  let rows: string[] = []
  for (const account of accounts) {
    rows.push(rosterText(account))
    if (rows.length < most) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

const frameOf = (rows: readonly string[]) => `{"event":"presence","users":[${rows.join(',')}]}`

/**
 * All users in frames of ROSTER_ROWS, for those who come: by the thousand, at times. A user is always in the same frame, and a frame is put
 * together anew only when one of its rows has changed.
 */
class Roster {
  readonly #accounts: Accounts
  readonly #made: { rows: readonly string[]; frame: string }[] = []

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  /** All but the first ROSTER_ROWS users, as they are when each frame is taken. */
  *afterFirst(): Iterable<string> {
    let index = 0
    for (const rows of rowsOf(this.#accounts.all(), ROSTER_ROWS)) if (index++ > 0) yield this.#frame(index, rows)
  }

  #frame(index: number, rows: readonly string[]): string {
    const made = this.#made[index]
    if (made && made.rows.length === rows.length && made.rows.every((row, at) => row === rows[at])) return made.frame
    const frame = frameOf(rows)
    this.#made[index] = { rows, frame }
    return frame
  }
}

export class Presences {
  readonly roster: Roster
  readonly #accounts: Accounts
  readonly #sessions: Sessions
  readonly #store: Store
  readonly #clock: Clock
  readonly #journal: Journal
  /** Changed since the last frame. */
  #changed = new Set<Account>()
  readonly #gather: Gather

  constructor(accounts: Accounts, sessions: Sessions, store: Store, clock: Clock, journal: Journal) {
    this.roster = new Roster(accounts)
    this.#accounts = accounts
    this.#sessions = sessions
    this.#store = store
    this.#clock = clock
    this.#journal = journal
    this.#gather = new Gather(clock, PRESENCE_INTERVAL, () => this.#tell())
  }

  /** The session is this user's from now on. */
  join(session: Session, account: Account): void {
    session.account = account
    session.presence = 'online'
    session.cancelDeadline()
    const before = presenceOf(account)
    account.sessions.add(session)
    this.#journal.line`${account.name} signed in from ${session.address} (${session.device})`
    this.#deviceSeen(session)
    if (account.sessions.size === 1) this.#seen(account)
    if (presenceOf(account) !== before) this.announce(account)
  }

  leave(session: Session): void {
    const { account } = session
    session.account = null
    if (!account) return
    const before = presenceOf(account)
    if (!account.sessions.delete(session)) return
    this.#deviceSeen(session)
    if (account.sessions.size === 0) {
      this.#journal.line`${account.name} went offline`
      this.#seen(account)
    }
    if (presenceOf(account) !== before) this.announce(account)
  }

  /** What a session says of its person. */
  set(session: Session, account: Account, presence: SessionPresence): void {
    const before = presenceOf(account)
    session.presence = presence
    if (presenceOf(account) !== before) this.announce(account)
  }

  /** Tells everybody about a user: at once when nothing was told for a while, else together with what else changes until then. */
  announce(account: Account): void {
    this.#changed.add(account)
    this.#gather.changed()
  }

  /** How lists of users leave: so that they take no memory for good where they are long, or soon where they are very long. */
  get manner(): Manner {
    return this.#accounts.count <= BIT_BY_BIT_USERS ? 'bit by bit' : 'now'
  }

  #tell(): void {
    const changed = this.#changed
    this.#changed = new Set()
    for (const rows of rowsOf(changed, MAX_PRESENCE_USERS)) {
      const frame = frameOf(rows)
      for (const session of this.#sessions.synced()) session.send(frame, this.manner)
    }
  }

  #deviceSeen({ fingerprint }: Session): void {
    const device = this.#accounts.device(fingerprint)
    if (!device) return
    device.lastSeen = this.#clock.now()
    this.#store
      .deviceSeen(fingerprint, device.lastSeen)
      .catch((error: unknown) => this.#journal.line`when a device was last seen could not be stored: ${error}`)
  }

  #seen(account: Account): void {
    account.lastSeen = this.#clock.now()
    // Nobody waits for this one: the next coming or going writes it anew.
    this.#store
      .seen(account.id, account.lastSeen)
      .catch((error: unknown) => this.#journal.line`when ${account.name} was last seen could not be stored: ${error}`)
  }
}
