/** How far each user's messages have arrived, and how far it has read each conversation: forward only. */
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { EventOf, Read, UserId } from '../protocol/messages.ts'
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
  /** Accounts of which everybody was told just now, and what waits for the next time: the newest of a conversation, or of all that arrived. */
  readonly #toldAll = new Map<Account, Map<string, string>>()
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
    this.#tell(session, account, { user: account.id, delivered: through }, authors)
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
    this.#tell(session, account, { user: account.id, read }, authors)
  }

  forget(conversation: string): void {
    this.#reads.delete(conversation)
  }

  /** To the authors concerned and to the user's own other sessions. Null: it is not known which they are, so to all. */
  #tell(session: Session, account: Account, receipt: EventOf<'receipt'>, authors: ReadonlySet<UserId> | null): void {
    const frame = formatEvent('receipt', receipt)
    for (const other of this.#sessions.syncedOf(new Set([...(authors ?? []), account.id]))) if (other !== session) other.send(frame)
    const waiting = this.#toldAll.get(account)
    const kind = receipt.read?.conversation ?? 'delivered'
    // Also where the authors have just heard it: what waits must not take them back.
    if (waiting?.has(kind) || (waiting && !authors)) waiting.set(kind, frame)
    else if (!authors) this.#tellAll(account, [frame])
  }

  /** Everybody else, at once; what one says again and again they hear once an interval, the newest of it. */
  #tellAll(account: Account, frames: readonly string[]): void {
    for (const other of this.#sessions.synced()) if (other.account !== account) for (const frame of frames) other.send(frame)
    const waiting = new Map<string, string>()
    this.#toldAll.set(account, waiting)
    this.#clock.after(
      TELL_ALL_INTERVAL,
      () => {
        this.#toldAll.delete(account)
        if (waiting.size > 0) this.#tellAll(account, [...waiting.values()])
      },
      true,
    )
  }

  #set({ user, conversation, position }: StoredRead): void {
    const readers = this.#reads.get(conversation) ?? new Map<UserId, number>()
    this.#reads.set(conversation, readers.set(user, position))
  }
}
