/** How far each user's messages have arrived, and how far it has read each conversation: forward only. */
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Read, UserId } from '../protocol/messages.ts'
import { formatEvent } from '../protocol/parse.ts'
import type { Account } from './accounts.ts'
import type { Conversations } from './conversations.ts'
import { TELL_ALL_INTERVAL } from './limits.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Store, StoredRead } from './store/store.ts'

export class Receipts {
  readonly #conversations: Conversations
  readonly #sessions: Sessions
  readonly #store: Store
  readonly #clock: Clock
  /** When everybody was last told of an account's receipt, in elapsed milliseconds. */
  readonly #toldAll = new WeakMap<Account, number>()
  /** conversation → user → position */
  readonly #reads = new Map<string, Map<UserId, number>>()

  constructor(stored: readonly StoredRead[], conversations: Conversations, sessions: Sessions, store: Store, clock: Clock) {
    this.#conversations = conversations
    this.#sessions = sessions
    this.#store = store
    this.#clock = clock
    for (const read of stored) this.#set(read)
  }

  /** Everybody's positions in the conversations that a user is in. */
  *of(user: UserId): Iterable<Read> {
    for (const { id } of this.#conversations.of(user)) {
      for (const [reader, position] of this.#reads.get(id) ?? []) yield { user: reader, conversation: id, position }
    }
  }

  /** @param through the position, which is clamped to the head of the log by the caller */
  async delivered(session: Session, account: Account, through: number): Promise<void> {
    if (through <= account.delivered) return
    await this.#store.delivered(account.id, through)
    const before = account.delivered
    if (through <= before) return
    account.delivered = through
    const authors = session.stream?.authors(before, through) ?? null
    this.#tell(session, account, formatEvent('receipt', { user: account.id, delivered: through }), authors)
  }

  /** @throws OptiChatError `not-a-member` of such a conversation, or nothing is left of it */
  async read(session: Session, account: Account, conversationId: string, through: number): Promise<void> {
    const conversation = this.#conversations.get(conversationId)
    if (!conversation || (conversation.members && !conversation.members.has(account.id))) {
      throw new OptiChatError('not-a-member')
    }
    const reached = () => this.#reads.get(conversationId)?.get(account.id) ?? 0
    if (through <= reached()) return
    const read: Read = { user: account.id, conversation: conversationId, position: through }
    await this.#store.read(read)
    const before = reached()
    if (through <= before) return
    this.#set(read)
    const authors = session.stream?.authors(before, through, conversationId) ?? conversation.members
    this.#tell(session, account, formatEvent('receipt', { user: account.id, read }), authors)
  }

  forget(conversation: string): void {
    this.#reads.delete(conversation)
  }

  /**
   * To the authors concerned and to the user's own other sessions. Null: it is not known which they are, so to all; but of one that says
   * so again and again the others hear at their next sync.
   */
  #tell(session: Session, account: Account, frame: string, authors: ReadonlySet<UserId> | null): void {
    const all = authors === null && this.#mayTellAll(account)
    const concerned = all ? this.#sessions.synced() : this.#sessions.syncedOf(new Set([...(authors ?? []), account.id]))
    for (const other of concerned) if (other !== session) other.send(frame)
  }

  #mayTellAll(account: Account): boolean {
    const now = this.#clock.elapsed()
    if (now - (this.#toldAll.get(account) ?? Number.NEGATIVE_INFINITY) < TELL_ALL_INTERVAL) return false
    this.#toldAll.set(account, now)
    return true
  }

  #set({ user, conversation, position }: StoredRead): void {
    const readers = this.#reads.get(conversation) ?? new Map<UserId, number>()
    this.#reads.set(conversation, readers.set(user, position))
  }
}
