/** Users and their devices: in memory, each change on disk first. */
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { UserId } from '../protocol/messages.ts'
import { because } from '../protocol/reasons.ts'
import { MAX_DEVICES, MAX_USERS } from './limits.ts'
import { skeleton } from './look-alikes.ts'
import type { Session } from './session.ts'
import type { Snapshot, Store, StoredUser } from './store/store.ts'

/** An enrolled device. */
export interface Device {
  readonly fingerprint: string
  readonly account: Account
  /** What the program said it is. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly enrolled: number
  /** Milliseconds since 1970; of the last coming or going. */
  lastSeen: number | null
}

/** A user as the registry knows it now. */
export interface Account {
  readonly id: UserId
  readonly name: string
  readonly registered: number
  /** OPAQUE's; empty for an account that was deleted. */
  record: string
  /** The head of the log at registration. */
  readonly since: number
  /** Milliseconds since 1970; of the last coming or going. */
  lastSeen: number | null
  delivered: number
  /** When it was deleted, milliseconds since 1970. */
  gone: number | null
  readonly devices: Set<Device>
  /** Its signed-in sessions. */
  readonly sessions: Set<Session>
}

export interface NewAccount {
  readonly id: UserId
  readonly name: string
  readonly nameKey: string
  readonly record: string
  readonly since: number
  /** Hash of the one-time code that lets it in; it is used up. */
  readonly invite?: string
}

export class Accounts {
  readonly #store: Store
  readonly #clock: Clock
  readonly #users = new Map<UserId, Account>()
  readonly #names = new Map<string, Account>()
  readonly #devices = new Map<string, Device>()
  /** Names as they look. */
  readonly #looks = new Map<string, Account>()
  /** Names, as they look, that somebody is registering just now. */
  readonly #reserved = new Map<string, Session>()

  constructor(store: Store, clock: Clock, snapshot: Snapshot) {
    this.#store = store
    this.#clock = clock
    for (const user of snapshot.users) this.#add(user)
    for (const { user, ...device } of snapshot.devices) {
      const account = this.#users.get(user)
      if (account) this.#enrolled({ ...device, account })
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

  /** Who has this name and can sign in. */
  named(nameKey: string): Account | null {
    const account = this.#names.get(nameKey)
    return account && account.gone === null ? account : null
  }

  /** Whose an enrolled device is. */
  ofDevice(fingerprint: string | null): Account | null {
    return (fingerprint !== null && this.#devices.get(fingerprint)?.account) || null
  }

  device(fingerprint: string): Device | undefined {
    return this.#devices.get(fingerprint)
  }

  /**
   * Keeps a name, and all that look like it, for a session until it registers or ends.
   * @throws OptiChatError `name-taken`, `registration-closed`
   */
  reserve(name: string, nameKey: string, session: Session): void {
    if (this.#users.size >= MAX_USERS) throw new OptiChatError('registration-closed', because('users-full', { most: MAX_USERS }))
    const looks = skeleton(name)
    const holder = this.#reserved.get(looks)
    if (this.#names.has(nameKey) || (holder && holder !== session)) throw new OptiChatError('name-taken', name)
    if (this.#looks.has(looks)) throw new OptiChatError('name-taken', because('name-alike', { name }))
    this.release(session)
    this.#reserved.set(looks, session)
  }

  release(session: Session): void {
    if (session.attempt?.kind !== 'registering') return
    const looks = skeleton(session.attempt.name)
    if (this.#reserved.get(looks) === session) this.#reserved.delete(looks)
  }

  /** @throws OptiChatError `name-taken`, `invite-refused` */
  async register({ id, name, nameKey, record, since, invite }: NewAccount): Promise<Account> {
    const registered = this.#clock.now()
    const stored = { id, name, key: nameKey, record, since, registered, lastSeen: null, delivered: since }
    await this.#store.addUser(stored, invite)
    return this.#add({ ...stored, gone: null })
  }

  /** From now on this device signs its user in by itself; it may have been another user's before. */
  async enrol(fingerprint: string, account: Account, name: string): Promise<void> {
    const enrolled = this.#clock.now()
    await this.#store.enrol({ fingerprint, user: account.id, name, enrolled })
    this.#forget(fingerprint)
    this.#enrolled({ fingerprint, account, name, enrolled, lastSeen: null })
    // Of very many the one that has not been here for the longest time makes room.
    if (account.devices.size <= MAX_DEVICES) return
    const inUse = new Set([...account.sessions].map((session) => session.fingerprint)).add(fingerprint)
    const idle = [...account.devices].filter((device) => !inUse.has(device.fingerprint)).sort((a, b) => seen(a) - seen(b))[0]
    if (idle) await this.revoke(idle.fingerprint)
  }

  async revoke(fingerprint: string): Promise<void> {
    await this.#store.revoke(fingerprint)
    this.#forget(fingerprint)
  }

  /**
   * Gives an account a new password; all its devices but one are revoked when `keep` is not 'all'.
   * @param options.invite hash of the one-time code that lets it; it is used up
   * @throws OptiChatError `invite-refused`
   */
  async changePassword(account: Account, record: string, options: { keep: 'all' | string | null; invite?: string }): Promise<void> {
    const { keep, invite } = options
    await this.#store.changePassword({ user: account.id, record, keep, ...(invite === undefined ? {} : { invite }) })
    account.record = record
    if (keep !== 'all') for (const { fingerprint } of [...account.devices]) if (fingerprint !== keep) this.#forget(fingerprint)
  }

  /** The account is no more: nobody signs in to it; its name stays for what it said, and nobody else can have it for a while. */
  async remove(account: Account): Promise<void> {
    const at = this.#clock.now()
    await this.#store.removeUser(account.id, at)
    account.gone = at
    account.record = ''
    for (const { fingerprint } of [...account.devices]) this.#forget(fingerprint)
  }

  /** Names of accounts that were deleted before that time can be had again. @param before milliseconds since 1970 */
  async freeNames(before: number): Promise<void> {
    const free = [...this.#names].filter(([, account]) => account.gone !== null && account.gone < before)
    if (free.length === 0) return
    await this.#store.freeNames(before)
    for (const [key] of free) this.#names.delete(key)
    this.#looks.clear()
    for (const account of this.#names.values()) this.#looks.set(skeleton(account.name), account)
  }

  #enrolled(device: Device): void {
    this.#devices.set(device.fingerprint, device)
    device.account.devices.add(device)
  }

  #forget(fingerprint: string): void {
    const device = this.#devices.get(fingerprint)
    if (!device) return
    this.#devices.delete(fingerprint)
    device.account.devices.delete(device)
  }

  #add(user: StoredUser): Account {
    const { id, name, record, since, registered, lastSeen, delivered, gone } = user
    const account: Account = { id, name, record, since, registered, lastSeen, delivered, gone, devices: new Set(), sessions: new Set() }
    this.#users.set(id, account)
    this.#names.set(user.key, account)
    this.#looks.set(skeleton(name), account)
    return account
  }
}

const seen = ({ lastSeen, enrolled }: Device) => Math.max(lastSeen ?? 0, enrolled)
