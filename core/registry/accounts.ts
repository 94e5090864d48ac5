/** Users and their devices: in memory, each change on disk first. */
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { UserId } from '../protocol/messages.ts'
import { MAX_USERS } from './limits.ts'
import type { Session } from './session.ts'
import type { Snapshot, Store, StoredUser } from './store/store.ts'

/** A user as the registry knows it now. */
export interface Account {
  readonly id: UserId
  readonly name: string
  readonly record: string
  /** The head of the log at registration. */
  readonly since: number
  /** Milliseconds since 1970; of the last coming or going. */
  lastSeen: number | null
  delivered: number
  /** Its signed-in sessions. */
  readonly sessions: Set<Session>
}

export class Accounts {
  readonly #store: Store
  readonly #clock: Clock
  readonly #users = new Map<UserId, Account>()
  readonly #names = new Map<string, Account>()
  readonly #devices = new Map<string, Account>()
  /** Names that somebody is registering just now. */
  readonly #reserved = new Map<string, Session>()

  constructor(store: Store, clock: Clock, snapshot: Snapshot) {
    this.#store = store
    this.#clock = clock
    for (const user of snapshot.users) this.#add(user)
    for (const { fingerprint, user } of snapshot.devices) {
      const account = this.#users.get(user)
      if (account) this.#devices.set(fingerprint, account)
    }
  }

  get count(): number {
    return this.#users.size
  }

  all(): Iterable<Account> {
    return this.#users.values()
  }

  get(id: UserId): Account | undefined {
    return this.#users.get(id)
  }

  named(nameKey: string): Account | null {
    return this.#names.get(nameKey) ?? null
  }

  /** Whose an enrolled device is. */
  ofDevice(fingerprint: string | null): Account | null {
    return (fingerprint !== null && this.#devices.get(fingerprint)) || null
  }

  /**
   * Keeps a name for a session until it registers or ends.
   * @throws OptiChatError `name-taken`, `registration-closed`
   */
  reserve(name: string, nameKey: string, session: Session): void {
    if (this.#users.size >= MAX_USERS) throw new OptiChatError('registration-closed', `it has ${MAX_USERS} users`)
    const holder = this.#reserved.get(nameKey)
    if (this.#names.has(nameKey) || (holder && holder !== session)) throw new OptiChatError('name-taken', name)
    this.release(session)
    this.#reserved.set(nameKey, session)
  }

  release(session: Session): void {
    if (session.attempt?.kind === 'registering' && this.#reserved.get(session.attempt.nameKey) === session) {
      this.#reserved.delete(session.attempt.nameKey)
    }
  }

  /** @throws OptiChatError `name-taken` */
  async register(user: { id: UserId; name: string; nameKey: string; record: string; since: number }): Promise<Account> {
    const { id, name, nameKey, record, since } = user
    const stored = { id, name, key: nameKey, record, since, registered: this.#clock.now(), lastSeen: null, delivered: since }
    await this.#store.addUser(stored)
    return this.#add(stored)
  }

  /** From now on this device signs its user in by itself; it may have been another user's before. */
  async enrol(fingerprint: string, account: Account, name: string): Promise<void> {
    await this.#store.enrol({ fingerprint, user: account.id, name, enrolled: this.#clock.now() })
    this.#devices.set(fingerprint, account)
  }

  async revoke(fingerprint: string): Promise<void> {
    await this.#store.revoke(fingerprint)
    this.#devices.delete(fingerprint)
  }

  #add(user: StoredUser): Account {
    const { id, name, record, since, lastSeen, delivered } = user
    const account: Account = { id, name, record, since, lastSeen, delivered, sessions: new Set() }
    this.#users.set(id, account)
    this.#names.set(user.key, account)
    return account
  }
}
