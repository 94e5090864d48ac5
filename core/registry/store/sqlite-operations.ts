/** The store's operations on SQLite, synchronous, and many of them in one transaction. */
import { OptiChatError } from '../../protocol/errors.ts'
import type { Registration, RoomId, UserId } from '../../protocol/messages.ts'
import { type DatabaseSync, migrate, transaction } from '../../sqlite.ts'
import { AccountOperations } from './account-operations.ts'
import { MessageOperations, TOGETHER } from './message-operations.ts'
import { RetentionOperations } from './retention-operations.ts'
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

export class SqliteOperations implements Operations {
  readonly #database: DatabaseSync
  readonly #sql: Sql
  readonly #accounts: AccountOperations
  readonly #messages: MessageOperations
  readonly #rooms: RoomOperations
  readonly #retention: RetentionOperations
  /** Transactions committed. */
  commits = 0

  /** @throws OptiChatError `data-unreadable` */
  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = new Sql(database)
    this.#accounts = new AccountOperations(this.#sql)
    this.#messages = new MessageOperations(this.#sql)
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
      const done = transaction(this.#database, () => this.#all(asked))
      this.commits++
      return done
    } catch (error) {
      this.#messages.undone()
      if (asked.length > 1) return asked.flatMap((one) => this.run([one]))
      return [{ error: readable(error) }]
    }
  }

  /** Leaves one file: no write-ahead log. */
  close(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#database.close()
  }

  #all(asked: readonly Asked[]): Done[] {
    const done: Done[] = []
    for (let at = 0; at < asked.length; at += TOGETHER) {
      const some = asked.slice(at, at + TOGETHER)
      const together = this.#messages.appendTogether(some)
      if (together) for (const result of together) done.push({ result })
      else for (const one of some) done.push(this.#try(one))
    }
    return done
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
    return this.#messages.append(draft)
  }

  page(query: PageQuery): Page {
    return this.#messages.page(query)
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
    this.#messages.forgotten(forgotten.conversations)
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
}

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
