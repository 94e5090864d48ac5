/**
 * Every offer made or got and how far each recipient is: one table, changed by messages (from anywhere) and by the engine (here).
 * What ended stays ended, in whatever order word of it comes.
 */

import type { Clock } from '../protocol/clock.ts'
import { conversationId, EVERYONE } from '../protocol/conversation.ts'
import { type ErrorCode, isErrorCode } from '../protocol/errors.ts'
import type { Audience, BodyOf, Message, OfferedFile, UserId } from '../protocol/messages.ts'
import type { ClientEvents, MissingFile, Transfer, TransferPart, TransferState, User } from './client.ts'
import type { Emitter } from './emitter.ts'
import { isAlive } from './holders.ts'
import { Rate } from './rate.ts'
import type { Roster } from './roster.ts'
import type { Row, Store } from './store.ts'

/** A process is at work on it. */
const BUSY: ReadonlySet<TransferState> = new Set(['accepted', 'connecting', 'moving', 'verifying'])

export const isBusy = (state: TransferState): boolean => BUSY.has(state)

/** It has ended, and nothing makes it go on. */
const OVER: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'cancelled'])

export const isOver = ({ state, code }: Pick<TransferPart, 'state' | 'code'>): boolean => OVER.has(state) || code === 'files-missing'

/** What changes of a part; `null` clears. */
export type PartChange = { [K in 'bytes' | 'code' | 'path' | 'seconds']?: TransferPart[K] | null } & { state?: TransferState }

/** What was not handed over, as the engine counts it. */
export interface Missing {
  readonly missing: readonly MissingFile[]
  readonly missingCount: number
}

export interface TableHooks {
  /** The sender took this offer back. */
  withdrawn(transfer: string): void
  /** An offer of ours is at the registry. */
  offered(transfer: string): void
}

export class TransferTable {
  readonly #store: Store
  readonly #roster: Roster
  readonly #me: User
  readonly #events: Emitter<ClientEvents>
  readonly #clock: Clock
  /** Of what moves, by transfer and user. */
  readonly #rates = new Map<string, { rate: Rate; last: number | null }>()
  hooks: TableHooks = { withdrawn: () => undefined, offered: () => undefined }

  constructor(rooms: { store: Store; roster: Roster; me: User; events: Emitter<ClientEvents>; clock: Clock }) {
    this.#store = rooms.store
    this.#roster = rooms.roster
    this.#me = rooms.me
    this.#events = rooms.events
    this.#clock = rooms.clock
    this.takeOverFromTheDead()
  }

  // ── from the log ───────────────────────────────────────────────────────────

  /** Stores what a message says of transfers; repeats change nothing. Part of the caller's transaction. */
  keep(message: Message): void {
    const { body } = message
    if (body.kind === 'offer') this.#keepOffer(message, body)
    else if (body.kind === 'answer') this.#keepAnswer(message.from, body)
    else {
      const withdrawn = this.#withdraws(message)
      if (withdrawn !== null) this.#keepWithdrawal(message.from, withdrawn)
    }
  }

  /** After a message was stored: shows and does what follows from it. */
  settle(message: Message): void {
    const { from, body } = message
    const withdrawn = this.#withdraws(message)
    const transfer = withdrawn ?? ('transfer' in body ? body.transfer : null)
    const row = transfer === null ? undefined : this.row(transfer)
    if (transfer === null || !row) return
    if (withdrawn !== null && row.sender === from) this.hooks.withdrawn(transfer)
    if (body.kind === 'offer' && from === this.#me.id) this.hooks.offered(transfer)
    this.show(transfer)
  }

  /** The offer that a message takes back, either way. */
  #withdraws({ body }: Message): string | null {
    if (body.kind === 'withdraw') return body.transfer
    if (body.kind !== 'take-back') return null
    const row = this.#store.get('SELECT id FROM transfers WHERE message = ?', body.message)
    return row ? `${row.id}` : null
  }

  #keepOffer({ id, position, from, audience }: Message, offer: BodyOf<'offer'>): void {
    const added = this.#store.run(
      // One that waited in the outbox has its position from now on.
      `INSERT INTO transfers (id, message, position, conversation, sender, files, count, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET position = excluded.position WHERE position = 0 AND sender = excluded.sender`,
      offer.transfer,
      id,
      position,
      conversationId(audience),
      from,
      JSON.stringify(offer.files),
      offer.count,
      offer.bytes,
    )
    if (added === 0) return
    for (const user of from === this.#me.id ? this.#roster.recipients(audience, from) : [this.#me.id]) this.#addPart(offer.transfer, user)
  }

  /** Forgets an offer that nobody has heard of. */
  forget(transfer: string): void {
    for (const table of ['sources', 'parts']) this.#store.run(`DELETE FROM ${table} WHERE transfer = ?`, transfer)
    this.#store.run('DELETE FROM transfers WHERE id = ? AND position = 0', transfer)
  }

  #keepAnswer(from: UserId, { transfer, answer, code }: BodyOf<'answer'>): void {
    const row = this.row(transfer)
    if (!row) return
    if (row.sender !== this.#me.id) {
      // Our own word from another of our devices: only what settles an offer that is still open here.
      if (from === this.#me.id && this.part(transfer, from)?.state === 'offered') {
        if (answer === 'declined' || answer === 'cancelled') this.set(transfer, from, { state: answer })
        if (answer === 'received') this.set(transfer, from, { state: 'done', bytes: Number(row.bytes) })
      }
      return
    }
    const audience = this.audience(`${row.conversation}`)
    if (from === this.#me.id || (Array.isArray(audience) && !audience.includes(from))) return
    this.#addPart(transfer, from)
    const state = this.part(transfer, from)?.state
    if (state === 'done') return
    if (answer === 'received') this.set(transfer, from, { state: 'done', bytes: Number(row.bytes), code: null })
    else if (state === 'withdrawn') return
    else if (answer === 'failed')
      this.set(transfer, from, { state: 'failed', code: code !== undefined && isErrorCode(code) ? code : 'internal' })
    // The engine may have heard from the recipient before its word came round.
    else if (answer !== 'accepted' || state !== 'moving') this.set(transfer, from, { state: answer, code: null })
  }

  #keepWithdrawal(from: UserId, transfer: string): void {
    if (this.row(transfer)?.sender !== from) return
    this.#store.run('UPDATE transfers SET withdrawn = 1 WHERE id = ?', transfer)
    this.#store.run(
      `UPDATE parts SET state = 'withdrawn', code = NULL WHERE transfer = ? AND state NOT IN ('done', 'declined', 'cancelled')`,
      transfer,
    )
  }

  // ── from this device ───────────────────────────────────────────────────────

  /** Changes one recipient's part and shows it. */
  change(transfer: string, user: UserId, change: PartChange): void {
    this.set(transfer, user, change)
    this.show(transfer)
  }

  /** Notes what is not there of what was handed over. */
  setMissing(transfer: string, user: UserId, { missing, missingCount }: Missing): void {
    this.#store.run(
      'UPDATE parts SET missing = ?, missing_count = ? WHERE transfer = ? AND user = ?',
      JSON.stringify(missing),
      missingCount,
      transfer,
      user,
    )
  }

  /** Changes one recipient's part; for a transaction, after which `show` follows. */
  set(transfer: string, user: UserId, change: PartChange): void {
    this.#measure(transfer, user, change)
    const columns = Object.entries(change).filter(([, value]) => value !== undefined)
    if (columns.length === 0) return
    this.#store.run(
      `UPDATE parts SET ${columns.map(([column]) => `${column} = ?`).join(', ')} WHERE transfer = ? AND user = ?`,
      ...columns.map(([, value]) => value as string | number | null),
      transfer,
      user,
    )
  }

  #measure(transfer: string, user: UserId, { state, bytes }: PartChange): void {
    const key = `${transfer} ${user}`
    if (state !== undefined && state !== 'moving') this.#rates.delete(key)
    if (state !== 'moving' || typeof bytes !== 'number') return
    const measured = this.#rates.get(key) ?? { rate: new Rate(this.#clock), last: null }
    measured.last = measured.rate.next(bytes)
    this.#rates.set(key, measured)
  }

  show(transfer: string): void {
    const shown = this.get(transfer)
    if (shown) this.#events.emit('transfer', shown)
  }

  /** Makes `holder` the one at work on a transfer. @returns false when another one is, and lives */
  hold(transfer: string, holder: string): boolean {
    return this.#store.transaction(() => {
      const other = this.row(transfer)?.holder
      if (typeof other === 'string' && other !== holder && isAlive(other)) return false
      this.#store.run('UPDATE transfers SET holder = ? WHERE id = ?', holder, transfer)
      return true
    })
  }

  release(transfer: string, holder: string): void {
    this.#store.run('UPDATE transfers SET holder = NULL WHERE id = ? AND holder = ?', transfer, holder)
  }

  // ── as it is ───────────────────────────────────────────────────────────────

  row(transfer: string): Row | undefined {
    return this.#store.get('SELECT * FROM transfers WHERE id = ?', transfer)
  }

  get(transfer: string): Transfer | null {
    const row = this.row(transfer)
    return row ? this.#fromRow(row) : null
  }

  /** All, in the order in which they were offered. */
  list(): Transfer[] {
    return this.#store.all('SELECT * FROM transfers ORDER BY position = 0, position').map((row) => this.#fromRow(row))
  }

  part(transfer: string, user: UserId): TransferPart | null {
    const row = this.#store.get('SELECT * FROM parts WHERE transfer = ? AND user = ?', transfer, user)
    return row ? this.#partFromRow(row) : null
  }

  audience(conversation: string): Audience {
    if (conversation === EVERYONE) return EVERYONE
    const row = this.#store.get('SELECT audience FROM conversations WHERE id = ?', conversation)
    return row ? (JSON.parse(`${row.audience}`) as Audience) : []
  }

  #addPart(transfer: string, user: UserId): void {
    this.#store.run(`INSERT OR IGNORE INTO parts (transfer, user, state) VALUES (?, ?, 'offered')`, transfer, user)
  }

  #fromRow(row: Row): Transfer {
    const id = `${row.id}`
    const parts = this.#store.all('SELECT * FROM parts WHERE transfer = ? ORDER BY user', id).map((part) => this.#partFromRow(part))
    return {
      id,
      message: `${row.message}`,
      conversation: `${row.conversation}`,
      direction: row.sender === this.#me.id ? 'send' : 'receive',
      from: this.#roster.user(`${row.sender}`),
      files: JSON.parse(`${row.files}`) as OfferedFile[],
      count: Number(row.count),
      bytes: Number(row.bytes),
      parts,
      ...(row.paths === null ? {} : { paths: JSON.parse(`${row.paths}`) as string[] }),
      ...(row.into_folder === null ? {} : { into: `${row.into_folder}` }),
      ...(row.skipped === null ? {} : { skipped: JSON.parse(`${row.skipped}`) as string[] }),
      ...(row.position === 0 ? { queued: true } : {}),
      ...(row.paused === 0 ? {} : { paused: true }),
    }
  }

  #partFromRow(row: Row): TransferPart {
    const rate = this.#rates.get(`${row.transfer} ${row.user}`)?.last ?? null
    return {
      user: this.#roster.user(`${row.user}`),
      state: row.state as TransferState,
      bytes: Number(row.bytes),
      ...(row.code === null ? {} : { code: row.code as ErrorCode }),
      ...(row.path === null ? {} : { path: row.path as NonNullable<TransferPart['path']> }),
      ...(row.seconds === null ? {} : { seconds: Number(row.seconds) }),
      ...(rate === null ? {} : { rate: Math.round(rate) }),
      ...(row.missing === null ? {} : { missing: JSON.parse(`${row.missing}`) as MissingFile[], missingCount: Number(row.missing_count) }),
    }
  }

  /** What a process that died was doing is not being done: what it received can go on, what it sent waits for its recipients. */
  takeOverFromTheDead(): void {
    this.#store.transaction(() => {
      for (const { id, holder, sender } of this.#store.all('SELECT id, holder, sender FROM transfers WHERE holder IS NOT NULL')) {
        if (isAlive(`${holder}`)) continue
        this.#store.run('UPDATE transfers SET holder = NULL WHERE id = ?', `${id}`)
        this.#store.run(
          sender === this.#me.id
            ? `UPDATE parts SET state = 'accepted', code = 'connection-lost'
               WHERE transfer = ? AND (state = 'moving' OR (state = 'paused' AND code IS NOT NULL))`
            : `UPDATE parts SET state = 'failed', code = 'connection-lost'
               WHERE transfer = ? AND state IN ('accepted', 'connecting', 'moving', 'verifying')`,
          `${id}`,
        )
      }
    })
  }
}
