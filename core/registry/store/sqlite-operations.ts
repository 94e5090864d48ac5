/** The store's operations on SQLite, synchronous, and many of them in one transaction. */
import { OptiChatError } from '../../protocol/errors.ts'
import { TAKE_BACK_TIME } from '../../protocol/limits.ts'
import type { Audience, LoggedBody, Registration, RoomId, UserId } from '../../protocol/messages.ts'
import { stampTime } from '../../protocol/stamp.ts'
import { type DatabaseSync, migrate, transaction } from '../../sqlite.ts'
import { PAGE_CHARACTERS, PAGE_ROWS, PAGE_WINDOW } from '../limits.ts'
import { AccountOperations } from './account-operations.ts'
import { messageFrame } from './message-frame.ts'
import { NEWEST_STEP, RetentionOperations } from './retention-operations.ts'
import { RoomOperations } from './room-operations.ts'
import { SCHEMA } from './schema.ts'
import { Sql } from './sql.ts'
import type {
  Appended,
  DeliveredQuery,
  Draft,
  Entered,
  Forgotten,
  NewPassword,
  NewRoom,
  Operation,
  Operations,
  Page,
  PageQuery,
  Snapshot,
  StoredConversation,
  StoredDevice,
  StoredInvite,
  StoredOffer,
  StoredRead,
  StoredUser,
} from './store.ts'

export type Asked = { [O in Operation]: { operation: O; input: Parameters<Operations[O]> } }[Operation]
/** What came of one; an error as its code, since it may have to travel from a worker. */
export type Done = { readonly result: unknown } | { readonly error: OptiChatError }

const EVERYONE_AUDIENCE = '"everyone"'
/** The body of what was taken back. */
const GONE = '{"kind":"gone"}'

/** A conversation's number, and a position after which there is nothing of it. */
interface Known {
  readonly number: number
  newest: number
}

interface LoggedMessage {
  readonly position: number
  readonly stamp: string
  readonly author: string
  readonly body: string
  readonly conversation: string
}

export class SqliteOperations implements Operations {
  readonly #database: DatabaseSync
  readonly #sql: Sql
  readonly #accounts: AccountOperations
  readonly #rooms: RoomOperations
  readonly #retention: RetentionOperations
  /** Conversations by id; emptied whenever a transaction fails, as it may have made some. */
  readonly #conversations = new Map<string, Known>()
  /** Transactions committed. */
  commits = 0

  /** @throws OptiChatError `data-unreadable` */
  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = new Sql(database)
    this.#accounts = new AccountOperations(this.#sql)
    this.#rooms = new RoomOperations(this.#sql)
    this.#retention = new RetentionOperations(this.#sql)
    // What is taken back or too old to be kept is overwritten, not only unlinked.
    database.exec('PRAGMA secure_delete = ON')
    migrate(database, SCHEMA)
  }

  /**
   * Does all in one transaction. One that is refused (a name that is taken) changes nothing and leaves the others be; when the
   * transaction itself fails, each is tried by itself, so that one that can't be done doesn't take the others with it.
   */
  run(asked: readonly Asked[]): Done[] {
    try {
      const done = transaction(this.#database, () => asked.map((one) => this.#try(one)))
      this.commits++
      return done
    } catch (error) {
      this.#conversations.clear()
      if (asked.length > 1) return asked.flatMap((one) => this.run([one]))
      return [{ error: readable(error) }]
    }
  }

  /** Leaves one file: no write-ahead log. */
  close(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#database.close()
  }

  #try({ operation, input }: Asked): Done {
    try {
      return { result: (this[operation] as (...input: unknown[]) => unknown)(...input) }
    } catch (error) {
      if (error instanceof OptiChatError) return { error }
      throw error
    }
  }

  load(registry: string): Snapshot {
    this.#sql.run('INSERT INTO facts VALUES (?, ?) ON CONFLICT DO NOTHING', 'registry', registry)
    const newest = this.#sql.get<{ position: number; stamp: string }>('SELECT position, stamp FROM messages ORDER BY position DESC LIMIT 1')
    return {
      registry: this.#sql.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', 'registry')?.value ?? registry,
      head: newest?.position ?? 0,
      lastStamp: newest?.stamp ?? null,
      ...this.#accounts.load(),
      ...this.#retention.load(),
      conversations: this.#sql.all<StoredConversation>('SELECT id, audience FROM conversations'),
      offers: this.#sql
        .all<Omit<StoredOffer, 'withdrawn'> & { withdrawn: number }>(
          `SELECT transfer, offers.author, conversations.id AS conversation, offers.position, withdrawn FROM offers
         JOIN messages USING (position) JOIN conversations ON conversations.number = messages.conversation`,
        )
        .map((offer) => ({ ...offer, withdrawn: offer.withdrawn !== 0 })),
      rooms: this.#rooms.load(),
      reads: this.#sql.all<StoredRead>('SELECT user, conversation, position FROM reads'),
    }
  }

  addUser(user: Omit<StoredUser, 'gone'>, invite?: string): void {
    this.#accounts.addUser(user, invite)
  }

  changePassword(change: NewPassword): void {
    this.#accounts.changePassword(change)
  }

  removeUser(user: UserId, at: number): void {
    this.#accounts.removeUser(user, at)
  }

  freeNames(before: number): void {
    this.#accounts.freeNames(before)
  }

  setRegistration(registration: Registration): void {
    this.#accounts.setRegistration(registration)
  }

  believe(time: number): void {
    this.#retention.believe(time)
  }

  addInvite(invite: StoredInvite, now: number): void {
    this.#accounts.addInvite(invite, now)
  }

  enrol(device: Omit<StoredDevice, 'lastSeen'>): void {
    this.#accounts.enrol(device)
  }

  revoke(fingerprint: string): void {
    this.#accounts.revoke(fingerprint)
  }

  seen(user: UserId, at: number): void {
    this.#accounts.seen(user, at)
  }

  deviceSeen(fingerprint: string, at: number): void {
    this.#accounts.deviceSeen(fingerprint, at)
  }

  append(draft: Draft): Appended {
    return this.#appendedAtOnce(draft) ?? this.#appendedAfterALook(draft)
  }

  /** Most messages are new, about no other, and in a known conversation: the table's own constraint says whether the id is taken. */
  #appendedAtOnce({ stamp, id, author, conversation, body, offers, withdraws, refers }: Draft): Appended | null {
    const known = this.#conversations.get(conversation.id)
    if (known === undefined || offers !== undefined || withdraws !== undefined || refers) return null
    try {
      return { position: this.#insert(stamp, id, author, known, body), stamp, repeated: false }
    } catch (error) {
      if ((error as { errcode?: number }).errcode === UNIQUE) return null
      throw error
    }
  }

  #insert(stamp: string, id: string, author: string, conversation: Known, body: string): number {
    const sql = 'INSERT INTO messages (stamp, id, author, conversation, body) VALUES (?, ?, ?, ?, ?)'
    const position = Number(this.#sql.run(sql, stamp, id, author, conversation.number, body).lastInsertRowid)
    if (position > conversation.newest) {
      conversation.newest = position + NEWEST_STEP - 1
      this.#sql.run('UPDATE conversations SET newest = ? WHERE number = ?', conversation.newest, conversation.number)
    }
    return position
  }

  #appendedAfterALook(draft: Draft): Appended {
    const before = this.#message(draft.id)
    if (before) {
      const same = before.author === draft.author && before.conversation === draft.conversation.id
      // What was taken back is no longer there to compare.
      if (!same || (before.body !== draft.body && before.body !== GONE)) throw new OptiChatError('id-taken', draft.id)
      return { position: before.position, stamp: before.stamp, repeated: true }
    }
    const target = draft.refers ? this.#target(draft, draft.refers) : undefined
    if (draft.offers && this.#sql.get('SELECT 1 FROM offers WHERE transfer = ?', draft.offers)) {
      throw new OptiChatError('id-taken', `transfer ${draft.offers}`)
    }
    const position = this.#insert(draft.stamp, draft.id, draft.author, this.#conversation(draft.conversation), draft.body)
    if (draft.offers)
      this.#sql.run('INSERT INTO offers (transfer, author, position) VALUES (?, ?, ?)', draft.offers, draft.author, position)
    if (draft.withdraws) this.#sql.run('UPDATE offers SET withdrawn = 1 WHERE transfer = ? AND author = ?', draft.withdraws, draft.author)
    if (target && draft.refers?.as === 'edit')
      this.#sql.run('INSERT INTO edits (target, position) VALUES (?, ?)', target.position, position)
    const withdrew = target && draft.refers?.as === 'take-back' ? this.#erase(target.position) : undefined
    return { position, stamp: draft.stamp, repeated: false, ...(withdrew === undefined ? {} : { withdrew }) }
  }

  #message(id: string): LoggedMessage | undefined {
    return this.#sql.get<LoggedMessage>(
      `SELECT position, stamp, author, body, conversations.id AS conversation FROM messages
       JOIN conversations ON conversations.number = messages.conversation WHERE messages.id = ?`,
      id,
    )
  }

  /** The message that another one is about, if that may be. */
  #target(draft: Draft, { as, message }: NonNullable<Draft['refers']>): LoggedMessage | undefined {
    const target = this.#message(message)
    const here = target?.conversation === draft.conversation.id
    if (as === 'reply') {
      if (target && !here) throw new OptiChatError('message-unknown')
      return target
    }
    const { kind } = here && target ? (JSON.parse(target.body) as LoggedBody) : { kind: 'gone' }
    if (!target || !(kind === 'text' || (kind === 'offer' && as !== 'edit'))) throw new OptiChatError('message-unknown')
    if (as !== 'reaction' && target.author !== draft.author) throw new OptiChatError('not-yours')
    if (as === 'take-back' && stampTime(draft.stamp) - stampTime(target.stamp) > TAKE_BACK_TIME) throw new OptiChatError('too-late')
    return target
  }

  /** Leaves nothing of a message and its edits but their places. @returns the transfer, when it was an offer */
  #erase(position: number): string | undefined {
    this.#sql.run(
      'UPDATE messages SET body = ? WHERE position = ? OR position IN (SELECT position FROM edits WHERE target = ?)',
      GONE,
      position,
      position,
    )
    const offer = this.#sql.get<{ transfer: string }>('SELECT transfer FROM offers WHERE position = ?', position)
    this.#sql.run('UPDATE offers SET withdrawn = 1 WHERE position = ?', position)
    return offer?.transfer
  }

  page({ user, after }: PageQuery): Page {
    const { head } = this.#sql.get<{ head: number | null }>('SELECT max(position) AS head FROM messages') ?? { head: null }
    const { first } = this.#sql.get<{ first: number | null }>('SELECT min(position) AS first FROM messages WHERE position > ?', after) ?? {
      first: null,
    }
    if (head === null || first === null) return { rows: [], through: Math.max(after, head ?? 0), done: true }
    const window = Math.min(first - 1 + PAGE_WINDOW, head)
    const rows = this.#sql.all<{
      position: number
      stamp: string
      id: string
      author: string
      body: string
      conversation: string
      audience: string
    }>(
      `SELECT m.position, m.stamp, m.id, m.author, m.body, c.id AS conversation, c.audience FROM messages m
       JOIN conversations c ON c.number = m.conversation
       WHERE m.position > ? AND m.position <= ?
         AND (c.audience = ? OR EXISTS (
           SELECT 1 FROM members WHERE members.user = ? AND members.conversation = m.conversation AND members.since < m.position))
       ORDER BY m.position LIMIT ?`,
      after,
      window,
      EVERYONE_AUDIENCE,
      user,
      PAGE_ROWS,
    )
    let through = rows.length < PAGE_ROWS ? window : (rows.at(-1)?.position ?? window)
    let characters = 0
    const taken: Page['rows'][number][] = []
    for (const row of rows) {
      const frame = messageFrame(row)
      characters += frame.length
      if (characters > PAGE_CHARACTERS && taken.length > 0) {
        through = taken.at(-1)?.position ?? through
        break
      }
      taken.push({ position: row.position, author: row.author, conversation: row.conversation, frame })
    }
    return { rows: taken, through, done: through >= head }
  }

  delivered(user: string, position: number): void {
    this.#sql.run('UPDATE users SET delivered = max(delivered, ?) WHERE id = ?', position, user)
  }

  read({ user, conversation, position }: StoredRead): void {
    this.#sql.run(
      'INSERT INTO reads VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET position = max(position, excluded.position)',
      user,
      conversation,
      position,
    )
  }

  forget(stamp: string): Forgotten {
    const forgotten = this.#retention.forget(stamp)
    for (const id of forgotten.conversations) this.#conversations.delete(id)
    return forgotten
  }

  forgetDelivered(query: DeliveredQuery): Pick<Forgotten, 'messages' | 'through' | 'more'> {
    return this.#retention.forgetDelivered(query)
  }

  createRoom(room: NewRoom): Entered {
    return this.#rooms.create(room)
  }

  enterRoom(room: RoomId, users: readonly UserId[]): Entered {
    return this.#rooms.enter(room, users)
  }

  leaveRoom(room: RoomId, user: UserId): { ended: boolean } {
    return this.#rooms.leave(room, user)
  }

  renameRoom(room: RoomId, name: string): void {
    this.#rooms.rename(room, name)
  }

  #conversation({ id, audience }: StoredConversation): Known {
    const before = this.#conversations.get(id)
    if (before) return before
    let known = this.#sql.get<Known>('SELECT number, newest FROM conversations WHERE id = ?', id)
    if (!known) {
      const number = Number(this.#sql.run('INSERT INTO conversations (id, audience) VALUES (?, ?)', id, audience).lastInsertRowid)
      const members = JSON.parse(audience) as Audience
      if (Array.isArray(members)) {
        for (const user of members) this.#sql.run('INSERT INTO members (user, conversation) VALUES (?, ?)', user, number)
      }
      known = { number, newest: 0 }
    }
    this.#conversations.set(id, known)
    return known
  }
}

/** SQLite's extended result code CONSTRAINT_UNIQUE: nothing came of the one statement, not even a position used up. */
const UNIQUE = 2067

/** SQLite's FULL, READONLY, IOERR and CANTOPEN (result codes 13, 8, 10, 14): the disk doesn't take it, now. */
const NO_ROOM = new Set([13, 8, 10, 14])

/** Its CORRUPT and NOTADB. */
const DAMAGED = new Set([11, 26])

/** What went wrong in the database, with a code. */
export function readable(error: unknown): OptiChatError {
  if (error instanceof OptiChatError) return error
  const { errcode, message } = error as { errcode?: number; message?: string }
  const primary = (errcode ?? 0) & 0xff
  const code = NO_ROOM.has(primary) ? 'registry-full' : DAMAGED.has(primary) ? 'data-unreadable' : 'internal'
  return new OptiChatError(code, message ?? String(error), { cause: error })
}
