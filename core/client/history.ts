/** What people said, as this device has it: stored once by id, shown in the order of stamps, also offline. */
import { conversationId, EVERYONE, isRoom } from '../protocol/conversation.ts'
import type { ErrorCode } from '../protocol/errors.ts'
import type { Audience, Message, UserId } from '../protocol/messages.ts'
import { stampTime } from '../protocol/stamp.ts'
import type { Conversation, FoundMessage, HistoryMessage, User } from './client.ts'
import { queuedNumber, queuedStamp } from './queued.ts'
import type { Roster } from './roster.ts'
import { Words } from './search.ts'
import type { Row, Store } from './store.ts'

export type ShownMessage = Message & { body: HistoryMessage['body'] }

export class History {
  readonly #store: Store
  readonly #words: Words
  readonly #roster: Roster
  readonly #me: User
  readonly #audiences = new Map<string, Audience>()

  constructor(store: Store, roster: Roster, me: User) {
    this.#store = store
    this.#words = new Words(store)
    this.#roster = roster
    this.#me = me
  }

  /** Stores a text or an offer; a repeat changes nothing. Part of the caller's transaction. */
  add(message: ShownMessage): void {
    const conversation = conversationId(message.audience)
    const added = this.#store.run(
      'INSERT OR IGNORE INTO messages (position, id, stamp, conversation, sender, body) VALUES (?, ?, ?, ?, ?, ?)',
      message.position,
      message.id,
      message.stamp,
      conversation,
      message.from,
      JSON.stringify(message.body),
    )
    // Whoever sent it, and in whichever process it waited.
    if (message.from === this.#me.id) this.#store.run('DELETE FROM outbox WHERE id = ?', message.id)
    if (added === 0) return
    this.#words.put(message.id, message.from, message.body)
    this.begin(message.audience, message.stamp)
  }

  /** Makes sure that an audience has its conversation. Part of the caller's transaction. @returns its id */
  begin(audience: Audience, stamp = ''): string {
    const conversation = conversationId(audience)
    this.#store.run(
      `INSERT INTO conversations (id, audience, last_stamp) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET last_stamp = excluded.last_stamp WHERE excluded.last_stamp > last_stamp`,
      conversation,
      JSON.stringify(audience),
      stamp,
    )
    return conversation
  }

  /** A message as people see it. */
  shown(message: ShownMessage): HistoryMessage {
    return this.#show(message, conversationId(message.audience), message.audience)
  }

  /** The newest `limit` before the stamp `before`, oldest first; of all conversations or of one. What is queued stands at the end. */
  page({ conversation, before, limit }: { conversation?: string; before?: string; limit: number }): HistoryMessage[] {
    const queued = this.#queued(conversation, before, limit)
    return [...this.#stored(conversation, before, limit - queued.length), ...queued]
  }

  /** The oldest `limit` after the stamp `after`, oldest first, without what is queued. */
  pageAfter({ conversation, after, limit }: { conversation: string | undefined; after: string; limit: number }): HistoryMessage[] {
    const rows =
      conversation === undefined
        ? this.#store.all('SELECT * FROM messages WHERE stamp > ? ORDER BY stamp LIMIT ?', after, limit)
        : this.#store.all('SELECT * FROM messages WHERE conversation = ? AND stamp > ? ORDER BY stamp LIMIT ?', conversation, after, limit)
    return rows.map((row) => this.#fromRow(row))
  }

  /** The newest `limit` that have all these words, newest first. */
  search(words: string, { conversation, limit }: { conversation?: string; limit: number }): FoundMessage[] {
    return this.#words.find(words, conversation, limit).flatMap(({ n, snippet }) => {
      const row = this.#store.get('SELECT * FROM messages WHERE n = ?', n)
      return row ? [{ ...this.#fromRow(row), snippet }] : []
    })
  }

  #stored(conversation: string | undefined, before: string | undefined, limit: number): HistoryMessage[] {
    // '~' sorts behind every stamp.
    const until = before ?? '~'
    const rows =
      conversation === undefined
        ? this.#store.all('SELECT * FROM messages WHERE stamp < ? ORDER BY stamp DESC LIMIT ?', until, limit)
        : this.#store.all(
            'SELECT * FROM messages WHERE conversation = ? AND stamp < ? ORDER BY stamp DESC LIMIT ?',
            conversation,
            until,
            limit,
          )
    return rows.reverse().map((row) => this.#fromRow(row))
  }

  /** One that waits in the outbox, as people see it. */
  queued(id: string): HistoryMessage | null {
    const row = this.#store.get('SELECT * FROM outbox WHERE id = ? AND queued_at IS NOT NULL', id)
    return row ? this.#fromQueue(row) : null
  }

  #queued(conversation: string | undefined, before: string | undefined, limit: number): HistoryMessage[] {
    const until = queuedNumber(before)
    if (until === 0) return []
    const rows = this.#store.all(
      'SELECT * FROM outbox WHERE queued_at IS NOT NULL AND n < ?1 AND (?2 IS NULL OR conversation = ?2) ORDER BY n DESC LIMIT ?3',
      until,
      conversation ?? null,
      limit,
    )
    return rows.reverse().map((row) => this.#fromQueue(row))
  }

  #fromQueue(row: Row): HistoryMessage {
    const conversation = `${row.conversation}`
    return {
      id: `${row.id}`,
      position: 0,
      stamp: queuedStamp(Number(row.n)),
      sentAt: Number(row.queued_at),
      from: this.#me,
      conversation,
      to: this.#others(this.audience(conversation), this.#me.id),
      body: JSON.parse(`${row.body}`) as HistoryMessage['body'],
      ...(row.refused === null ? { state: 'queued' } : { state: 'refused', code: row.refused as ErrorCode }),
    }
  }

  /** Messages of others that no earlier call of any process has taken, in the order of the log. */
  takeNew(): HistoryMessage[] {
    return this.#store.transaction(() => {
      const rows = this.#store.all(
        'SELECT * FROM messages WHERE position > ? AND position <= ? AND sender <> ? ORDER BY position',
        this.#store.cursor('taken'),
        this.#store.cursor('synced'),
        this.#me.id,
      )
      this.#store.advance('taken', this.#store.cursor('synced'))
      return rows.map((row) => this.#fromRow(row))
    })
  }

  /** The newest position of a message that others sent us; 0 for none. */
  newestOfOthers(): number {
    return Number(
      this.#store.get('SELECT position FROM messages WHERE sender <> ? ORDER BY position DESC LIMIT 1', this.#me.id)?.position ?? 0,
    )
  }

  /** All conversations that have a message, the one with the newest first. */
  conversations(): Conversation[] {
    const conversations: Conversation[] = []
    for (const { id } of this.#store.all('SELECT id FROM conversations ORDER BY last_stamp DESC')) {
      const conversation = `${id}`
      const [last] = this.page({ conversation, limit: 1 })
      if (!last) continue
      const unread = this.#store.get(
        'SELECT count(*) AS n FROM messages WHERE conversation = ? AND position > ? AND sender <> ?',
        conversation,
        this.#roster.read(this.#me.id, conversation),
        this.#me.id,
      )
      conversations.push({
        id: conversation,
        with: this.#others(this.audience(conversation), this.#me.id),
        last,
        unread: Number(unread?.n),
      })
    }
    // What is queued is the newest, wherever it stands.
    return conversations.sort((a, b) => (a.last.stamp < b.last.stamp ? 1 : -1))
  }

  /** The members of a conversation that has a message here. */
  audience(conversation: string): Audience {
    if (conversation === EVERYONE) return EVERYONE
    const known = this.#audiences.get(conversation)
    if (known) return known
    const row = this.#store.get('SELECT audience FROM conversations WHERE id = ?', conversation)
    if (!row) return []
    const audience = JSON.parse(`${row.audience}`) as Audience
    this.#audiences.set(conversation, audience)
    return audience
  }

  #fromRow(row: Row): HistoryMessage {
    const conversation = `${row.conversation}`
    const message = {
      id: `${row.id}`,
      position: Number(row.position),
      stamp: `${row.stamp}`,
      from: `${row.sender}`,
      body: JSON.parse(`${row.body}`) as HistoryMessage['body'],
    }
    return this.#show(message, conversation, this.audience(conversation))
  }

  #show(message: Omit<ShownMessage, 'audience'>, conversation: string, audience: Audience): HistoryMessage {
    const { id, position, stamp, from, body } = message
    const shown = {
      id,
      position,
      stamp,
      sentAt: stampTime(stamp),
      from: this.#roster.user(from),
      conversation,
      to: this.#others(audience, from),
      body,
    }
    if (from !== this.#me.id) return shown
    const recipients = audience === EVERYONE ? this.#roster.others() : isRoom(audience) ? [] : audience.filter((user) => user !== from)
    return { ...shown, receipts: this.#roster.receipts(recipients, conversation, position) }
  }

  #others(audience: Audience, without: UserId): 'everyone' | User[] {
    if (isRoom(audience)) return []
    return audience === EVERYONE ? EVERYONE : audience.filter((user) => user !== without).map((user) => this.#roster.user(user))
  }
}
