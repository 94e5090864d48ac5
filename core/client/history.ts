/** What people said, as this device has it: stored once by id, shown in the order of stamps, also offline. */
import { conversationId, EVERYONE, isRoom } from '../protocol/conversation.ts'
import type { ErrorCode } from '../protocol/errors.ts'
import type { Audience, LoggedBody, Message, UserId } from '../protocol/messages.ts'
import { stampTime } from '../protocol/stamp.ts'
import { About, isAbout } from './about.ts'
import type { Conversation, FoundMessage, HistoryMessage, User } from './client.ts'
import { queuedNumber, queuedStamp } from './queued.ts'
import type { Roster } from './roster.ts'
import { Words } from './search.ts'
import type { Row, Store } from './store.ts'

type ShownMessage = Message & { body: HistoryMessage['body'] }

/** Instead of the body of a message that was taken back: not even this disk keeps what it said. */
const GONE = '{"kind":"gone"}'

export class History {
  readonly #store: Store
  readonly #words: Words
  readonly #about: About
  readonly #roster: Roster
  readonly #me: User
  readonly #audiences = new Map<string, Audience>()

  constructor(store: Store, roster: Roster, me: User) {
    this.#store = store
    this.#words = new Words(store)
    this.#about = new About(store)
    this.#roster = roster
    this.#me = me
  }

  /** Stores what people see of a message; a repeat changes nothing. Part of the caller's transaction. */
  keep(message: Message): void {
    if (isShown(message)) this.#add(message, JSON.stringify(message.body))
    else if (message.body.kind === 'gone') this.#addErased(message)
    else if (isAbout(message)) {
      this.#about.keep(message)
      if (message.body.kind === 'take-back') this.#takeBack(message.body.message, message.from)
      else if (message.body.kind === 'edit') this.#index(message.body.message, message.from)
    }
  }

  #add(message: Omit<Message, 'body'>, body: string): void {
    const added = this.#store.run(
      'INSERT OR IGNORE INTO messages (position, id, stamp, conversation, sender, body) VALUES (?, ?, ?, ?, ?, ?)',
      message.position,
      message.id,
      message.stamp,
      conversationId(message.audience),
      message.from,
      this.#about.isTakenBack(message.id, message.from) ? GONE : body,
    )
    // Whoever sent it, and in whichever process it waited.
    if (message.from === this.#me.id) this.#store.run('DELETE FROM outbox WHERE id = ?', message.id)
    if (added === 0) return
    this.#index(message.id, message.from, true)
    this.begin(message.audience, message.stamp)
  }

  /** A body that the registry no longer has: of a message that was taken back, or of an edit of one, which nobody needs to see. */
  #addErased(message: Message): void {
    if (this.#about.isTakenBack(message.id, message.from)) {
      this.#add(message, GONE)
      return
    }
    this.#store.run(
      'INSERT OR IGNORE INTO erased (id, position, stamp, conversation, audience, sender) VALUES (?, ?, ?, ?, ?, ?)',
      message.id,
      message.position,
      message.stamp,
      conversationId(message.audience),
      JSON.stringify(message.audience),
      message.from,
    )
  }

  #takeBack(id: string, from: UserId): void {
    const here = this.#store.get('SELECT n FROM messages WHERE id = ? AND sender = ?', id, from)
    if (here) {
      this.#words.remove(Number(here.n))
      this.#store.run('UPDATE messages SET body = ? WHERE n = ?', GONE, Number(here.n))
    }
    const row = this.#store.get('SELECT * FROM erased WHERE id = ? AND sender = ?', id, from)
    if (!row) return
    const audience = JSON.parse(`${row.audience}`) as Audience
    this.#add({ id, position: Number(row.position), stamp: `${row.stamp}`, from, audience }, GONE)
    this.#store.run('DELETE FROM erased WHERE id = ?', id)
  }

  /** Makes a message's newest words findable. */
  #index(id: string, from: UserId, isNew = false): void {
    const row = this.#store.get('SELECT n, conversation, body FROM messages WHERE id = ? AND sender = ?', id, from)
    if (!row || row.body === GONE) return
    const n = Number(row.n)
    if (!isNew) this.#words.remove(n)
    this.#words.add(n, `${row.conversation}`, this.#worded(id, from, JSON.parse(`${row.body}`) as HistoryMessage['body']))
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

  /** What a message that was just kept shows to people: itself, or one that it changed. `null`: nothing. */
  shown(message: Message): { is: 'new' | 'changed'; message: HistoryMessage } | null {
    if (isShown(message)) return { is: 'new', message: this.#show(message, conversationId(message.audience), message.audience) }
    const about = isAbout(message) ? this.get(message.body.message) : null
    return about && { is: 'changed', message: about }
  }

  /** One by its id, queued or not. */
  get(id: string): HistoryMessage | null {
    const row = this.#store.get('SELECT * FROM messages WHERE id = ?', id)
    return row ? this.#fromRow(row) : this.queued(id)
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
    const audience = this.audience(conversation)
    const body = JSON.parse(`${row.body}`) as HistoryMessage['body']
    return {
      id: `${row.id}`,
      position: 0,
      stamp: queuedStamp(Number(row.n)),
      sentAt: Number(row.queued_at),
      from: this.#me,
      conversation,
      to: this.#others(audience, this.#me.id),
      ...this.#room(audience),
      body,
      ...replyOf(body),
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
      return rows.map((row) => this.#fromRow(row)).filter(({ gone }) => !gone)
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
      const read = this.#roster.read(this.#me.id, conversation)
      const unread = this.#store.get(
        'SELECT count(*) AS n FROM messages WHERE conversation = ? AND position > ? AND sender <> ?',
        conversation,
        read,
        this.#me.id,
      )
      conversations.push({
        id: conversation,
        with: this.#others(this.audience(conversation), this.#me.id),
        ...this.#room(this.audience(conversation)),
        last,
        unread: Number(unread?.n),
        read,
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
      body: JSON.parse(`${row.body}`) as LoggedBody,
    }
    return this.#show(message, conversation, this.audience(conversation))
  }

  #show(message: Omit<ShownMessage, 'audience' | 'body'> & { body: LoggedBody }, conversation: string, audience: Audience): HistoryMessage {
    const { id, position, stamp, from, body } = message
    const gone = body.kind === 'gone' || this.#about.isTakenBack(id, from)
    const shown = {
      id,
      position,
      stamp,
      sentAt: stampTime(stamp),
      from: this.#roster.user(from),
      conversation,
      to: this.#others(audience, from),
      ...this.#room(audience),
      ...(gone ? ({ body: { kind: 'text', text: '' }, gone: true } as const) : this.#told(id, from, body as HistoryMessage['body'])),
    }
    if (from !== this.#me.id) return shown
    return { ...shown, receipts: this.#roster.receipts(this.#roster.recipients(audience, from), conversation, position) }
  }

  #told(id: string, from: UserId, body: HistoryMessage['body']): Pick<HistoryMessage, 'body' | 'edited' | 'replyTo' | 'reactions'> {
    const edit = body.kind === 'text' ? this.#about.edit(id, from) : null
    const reactions = this.#about.reactions(id)
    return {
      body: edit ? { ...body, kind: 'text', text: edit.text } : body,
      ...(edit ? { edited: stampTime(edit.stamp) } : {}),
      ...replyOf(body),
      ...(reactions.length > 0 ? { reactions } : {}),
    }
  }

  #worded(id: string, from: UserId, body: HistoryMessage['body']): HistoryMessage['body'] {
    const edit = body.kind === 'text' ? this.#about.edit(id, from) : null
    return edit ? { kind: 'text', text: edit.text } : body
  }

  #others(audience: Audience, without: UserId): 'everyone' | User[] {
    return audience === EVERYONE ? EVERYONE : this.#roster.recipients(audience, without).map((user) => this.#roster.user(user))
  }

  #room(audience: Audience): Pick<HistoryMessage, 'room'> {
    if (!isRoom(audience)) return {}
    return { room: { id: audience.room, name: this.#roster.rooms.get(audience.room)?.name ?? audience.room } }
  }
}

function replyOf(body: HistoryMessage['body']): Pick<HistoryMessage, 'replyTo'> {
  return body.kind === 'text' && body.reply !== undefined ? { replyTo: body.reply } : {}
}

export function isShown(message: Message): message is ShownMessage {
  return message.body.kind === 'text' || message.body.kind === 'offer'
}
