/** Which offers there are, whom they are for, and which sessions hold their files just now. */
import type { Clock } from '../protocol/clock.ts'
import type { UserId } from '../protocol/messages.ts'
import { formatEvent } from '../protocol/parse.ts'
import type { Account } from './accounts.ts'
import type { Conversation, Conversations } from './conversations.ts'
import { SERVE_GRACE } from './limits.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { StoredOffer } from './store/store.ts'

export class Offers {
  readonly #clock: Clock
  readonly #conversations: Conversations
  readonly #sessions: Sessions
  readonly #offers = new Map<string, StoredOffer>()
  /** By transfer; the last to say so is asked first. */
  readonly #serving = new Map<string, Set<Session>>()
  readonly #servedBy = new Map<Session, Set<string>>()
  /** Offers so new that nobody has served them yet, and who waits for that. */
  readonly #fresh = new Map<string, (() => void)[]>()

  constructor(clock: Clock, stored: readonly StoredOffer[], conversations: Conversations, sessions: Sessions) {
    this.#clock = clock
    this.#conversations = conversations
    this.#sessions = sessions
    for (const offer of stored) this.#offers.set(offer.transfer, offer)
  }

  /** One that was made just now. */
  add(offer: StoredOffer): void {
    const { transfer } = offer
    this.#offers.set(transfer, offer)
    this.#fresh.set(transfer, [])
    this.#clock.after(SERVE_GRACE, () => this.#settle(transfer), true)
  }

  has(transfer: string): boolean {
    return this.#offers.has(transfer)
  }

  isOf(transfer: string, author: UserId): boolean {
    return this.#offers.get(transfer)?.author === author
  }

  /** @returns whether there was such an offer of this author */
  withdraw(transfer: string, author: UserId): boolean {
    const offer = this.#offers.get(transfer)
    if (offer?.author !== author || offer.withdrawn) return false
    this.#offers.set(transfer, { ...offer, withdrawn: true })
    for (const session of this.#serving.get(transfer) ?? []) this.#servedBy.get(session)?.delete(transfer)
    this.#serving.delete(transfer)
    return true
  }

  /** Forgets those up to a position of the log. */
  forget(through: number): void {
    for (const { transfer, position, author } of this.#offers.values()) {
      if (position > through) continue
      this.withdraw(transfer, author)
      this.#offers.delete(transfer)
    }
  }

  /** A session holds the files of its user's offer. @returns false when there is no such offer */
  serve(session: Session, account: Account, transfer: string): boolean {
    const offer = this.#offers.get(transfer)
    if (offer?.author !== account.id || offer.withdrawn) return false
    const holders = this.#serving.get(transfer) ?? new Set()
    const own = this.#servedBy.get(session) ?? new Set()
    if (own.has(transfer)) return true
    this.#serving.set(transfer, holders.add(session))
    this.#servedBy.set(session, own.add(transfer))
    this.#settle(transfer)
    const frame = formatEvent('serving', { transfer })
    const conversation = this.#conversations.get(offer.conversation)
    if (conversation) {
      this.#sessions.each(conversation, (other, theirs) => {
        if (other !== session && mayFetch(offer, conversation, theirs)) other.send(frame)
      })
    }
    return true
  }

  /** The session does not hold these files any more. */
  unserve(session: Session, transfer: string): void {
    if (!this.#servedBy.get(session)?.delete(transfer)) return
    const holders = this.#serving.get(transfer)
    holders?.delete(session)
    if (holders?.size === 0) this.#serving.delete(transfer)
  }

  /** The session serves nothing any more. */
  drop(session: Session): void {
    for (const transfer of this.#servedBy.get(session) ?? []) this.unserve(session, transfer)
    this.#servedBy.delete(session)
  }

  /** Transfers that a user could fetch now. */
  *availableTo(account: Account, session: Session): Iterable<string> {
    for (const transfer of this.#serving.keys()) {
      if (this.fetchable(transfer, account) && this.holder(transfer, session)) yield transfer
    }
  }

  /** Whether there is such an offer to this user, not withdrawn. */
  fetchable(transfer: string, account: Account): boolean {
    const offer = this.#offers.get(transfer)
    const conversation = offer && this.#conversations.get(offer.conversation)
    return offer !== undefined && conversation !== undefined && !offer.withdrawn && mayFetch(offer, conversation, account)
  }

  /** The session to fetch it from: the last that said it holds the files, other than the one that asks. */
  holder(transfer: string, asking: Session): Session | null {
    const holders = [...(this.#serving.get(transfer) ?? [])].filter((session) => session.fingerprint !== asking.fingerprint)
    return holders.at(-1) ?? null
  }

  /** The same; for an offer made just now it first waits for the sender's word that it holds the files, which comes right behind it. */
  async holderSoon(transfer: string, asking: Session): Promise<Session | null> {
    const waiting = this.#fresh.get(transfer)
    if (waiting) await new Promise<void>((resolve) => waiting.push(resolve))
    return this.holder(transfer, asking)
  }

  /** Whoever waited for this offer's files waits no longer. */
  #settle(transfer: string): void {
    const waiting = this.#fresh.get(transfer) ?? []
    this.#fresh.delete(transfer)
    for (const go of waiting) go()
  }
}

function mayFetch(offer: StoredOffer, conversation: Conversation, account: Account): boolean {
  if (account.id === offer.author) return !conversation.members || conversation.members.has(account.id)
  if (!conversation.members) return account.since < offer.position
  return conversation.members.has(account.id) && offer.position > (conversation.since?.get(account.id) ?? 0)
}
