/** All sessions, how many from where, and who of them hears of things. */
import type { UserId } from '../protocol/messages.ts'
import type { Account, Accounts } from './accounts.ts'
import type { Conversation } from './conversations.ts'
import { MAX_SESSIONS, MAX_SESSIONS_PER_ADDRESS, MAX_STRANGERS_PER_ADDRESS } from './limits.ts'
import type { Session } from './session.ts'

export class Sessions {
  readonly #accounts: Accounts
  readonly #all = new Set<Session>()
  readonly #byAddress = new Map<string, Set<Session>>()

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  get count(): number {
    return this.#all.size
  }

  all(): readonly Session[] {
    return [...this.#all]
  }

  /** @returns false when there are too many, of all or from its address. */
  add(session: Session): boolean {
    const neighbours = this.#byAddress.get(session.address) ?? new Set()
    if (this.#all.size >= MAX_SESSIONS || neighbours.size >= MAX_SESSIONS_PER_ADDRESS) return false
    // Devices that are enrolled come back by the hundred when a registry was away.
    if (!this.#accounts.ofDevice(session.fingerprint)) {
      let strangers = 0
      for (const neighbour of neighbours) if (!neighbour.account) strangers++
      if (strangers >= MAX_STRANGERS_PER_ADDRESS) return false
    }
    this.#all.add(session)
    this.#byAddress.set(session.address, neighbours.add(session))
    return true
  }

  remove(session: Session): void {
    this.#all.delete(session)
    const neighbours = this.#byAddress.get(session.address)
    neighbours?.delete(session)
    if (neighbours?.size === 0) this.#byAddress.delete(session.address)
  }

  /** Those of one device. */
  ofDevice(fingerprint: string): Session[] {
    return this.all().filter((session) => session.fingerprint === fingerprint)
  }

  /** Those that have asked for events. */
  *synced(): Iterable<Session> {
    for (const session of this.#all) if (session.stream) yield session
  }

  *syncedOf(users: Iterable<UserId>): Iterable<Session> {
    for (const user of users) {
      for (const session of this.#accounts.get(user)?.sessions ?? []) if (session.stream) yield session
    }
  }

  /** Visits those in a conversation: without what an iterator costs for each, as messages are handed to many. */
  each(conversation: Conversation, visit: (session: Session, account: Account) => void): void {
    if (!conversation.members) {
      for (const session of this.#all) if (session.stream && session.account) visit(session, session.account)
      return
    }
    for (const user of conversation.members) {
      const account = this.#accounts.get(user)
      if (account) for (const session of account.sessions) if (session.stream) visit(session, account)
    }
  }
}
