/**
 * How many offers of one person wait for another's word: so many, and no more. What was offered before the registry's last start is not
 * counted: this keeps people from being flooded, it is no ledger.
 */
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_OPEN_OFFERS } from '../protocol/limits.ts'
import type { BodyOf, UserId } from '../protocol/messages.ts'
import type { Conversation } from './conversations.ts'

/** An author and one it waits for: a person, or a crowd (everyone, a room), any of whose members may say the word. */
type Pair = string

/** Stands for all of a crowd. */
const ANYBODY = '*'

export class OpenOffers {
  readonly #waiting = new Map<Pair, number>()
  /** What each open transfer counts for, by recipient. */
  readonly #open = new Map<string, Map<UserId, Pair>>()

  /**
   * Counts an offer; the same again counts once.
   * @throws OptiChatError `too-many-offers`
   */
  add(transfer: string, author: UserId, { id, members, since }: Conversation): void {
    if (this.#open.has(transfer)) return
    const pairs = new Map<UserId, Pair>()
    if (!members || since) pairs.set(ANYBODY, `${author} ${id}`)
    else for (const user of members) if (user !== author) pairs.set(user, `${author} ${user}`)
    for (const pair of pairs.values()) if ((this.#waiting.get(pair) ?? 0) >= MAX_OPEN_OFFERS) throw new OptiChatError('too-many-offers')
    this.#open.set(transfer, pairs)
    for (const pair of pairs.values()) this.#waiting.set(pair, (this.#waiting.get(pair) ?? 0) + 1)
  }

  /** A recipient's word on an offer. */
  answered(user: UserId, { transfer, answer }: BodyOf<'answer'>): void {
    const pairs = this.#open.get(transfer)
    if (!pairs || answer === 'accepted') return
    // In a crowd the first word is enough: somebody wants it, or has had enough of it.
    this.#settle(transfer, pairs, pairs.has(ANYBODY) ? ANYBODY : user)
  }

  /** It is taken back, or was never stored. */
  remove(transfer: string): void {
    const pairs = this.#open.get(transfer)
    for (const recipient of [...(pairs?.keys() ?? [])]) if (pairs) this.#settle(transfer, pairs, recipient)
    this.#open.delete(transfer)
  }

  #settle(transfer: string, pairs: Map<UserId, Pair>, recipient: UserId): void {
    const pair = pairs.get(recipient)
    if (pair === undefined) return
    pairs.delete(recipient)
    if (pairs.size === 0) this.#open.delete(transfer)
    const left = (this.#waiting.get(pair) ?? 1) - 1
    if (left > 0) this.#waiting.set(pair, left)
    else this.#waiting.delete(pair)
  }
}
