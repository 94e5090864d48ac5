/**
 * The receiver's side: offers got, and the way of those that were accepted. What can mend by itself is tried again while this program
 * runs; what cannot, the sender is told.
 */
import { resolve } from 'node:path'
import type { Clock, Random } from '../protocol/clock.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { BodyOf } from '../protocol/messages.ts'
import type { Transfer, User } from './client.ts'
import type { StandingConnection } from './connection.ts'
import type { EngineRoom } from './engine-room.ts'
import type { Outbox } from './outbox.ts'
import { Backoff } from './reconnect.ts'
import type { Store } from './store.ts'
import { isBusy, type PartChange, type TransferTable } from './transfer-table.ts'

/** Milliseconds between attempts at a transfer that was cut. */
const TIMES = { first: 600, longest: 30_000 }
/** Attempts without a byte of progress after which a cut transfer shows as failed, though it is still tried. */
const PATIENCE = 3
/** Milliseconds that an attempt waits for the registry. */
const READY = 10_000

/** May go well the next time, without anybody's doing. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'timed-out',
  'ticket-refused',
  'peer-unreachable',
  'block-damaged',
  'slow-down',
  // The sender ended it, and says in a message what it means by that.
  'cancelled',
])
/** Nothing to do but wait until the sender, or the registry, is there again. */
const AWAY: ReadonlySet<ErrorCode> = new Set(['peer-away', 'not-connected', 'registry-stopping', 'registry-unreachable'])

interface Fetch {
  readonly into: string
  readonly backoff: Backoff
  /** Attempts since the last progress. */
  attempts: number
  /** An attempt is under way: from asking for the ticket to the engine's last word. */
  underWay: boolean
  /** Shown as failed, while attempts go on behind. */
  quiet: boolean
}

export class Receiving {
  readonly #store: Store
  readonly #table: TransferTable
  readonly #engines: EngineRoom
  readonly #connection: StandingConnection
  readonly #outbox: Outbox
  readonly #me: User
  readonly #holder: string
  readonly #clock: Clock
  readonly #random: Random
  readonly #background: (work: Promise<unknown>) => void
  readonly #fetches = new Map<string, Fetch>()
  #paused = false

  constructor(rooms: {
    store: Store
    table: TransferTable
    engines: EngineRoom
    connection: StandingConnection
    outbox: Outbox
    me: User
    holder: string
    clock: Clock
    random: Random
    /** Takes care of what nobody waits for. */
    background(work: Promise<unknown>): void
  }) {
    this.#store = rooms.store
    this.#table = rooms.table
    this.#engines = rooms.engines
    this.#connection = rooms.connection
    this.#outbox = rooms.outbox
    this.#me = rooms.me
    this.#holder = rooms.holder
    this.#clock = rooms.clock
    this.#random = rooms.random
    this.#background = rooms.background
    rooms.engines.hear({
      connected: ({ transfer, path }) => this.#moved(transfer, { state: 'moving', path, code: null }),
      progress: ({ transfer, bytes }) => {
        const fetch = this.#fetches.get(transfer)
        if (fetch) {
          fetch.attempts = 0
          fetch.backoff.reset()
        }
        this.#moved(transfer, { state: 'moving', bytes, code: null })
      },
      verifying: ({ transfer }) => this.#moved(transfer, { state: 'verifying' }),
      unreachable: ({ transfer, ticket }) => this.#background(this.#askDialBack(transfer, ticket)),
      received: ({ transfer, paths, bytes, seconds, path }) =>
        this.#received(transfer, paths, { state: 'done', bytes, seconds, path, code: null }),
      failed: ({ transfer, code }) => this.#failed(transfer, code),
    })
  }

  /**
   * Starts or goes on receiving into a folder.
   * @throws OptiChatError `transfer-unknown`, `cancelled` when it was withdrawn, `data-in-use` when another process receives it
   */
  async accept(id: string, into: string): Promise<void> {
    const transfer = this.#incoming(id)
    const state = transfer.parts[0]?.state
    if (state === 'withdrawn') throw new OptiChatError('cancelled', 'it was withdrawn')
    if (this.#fetches.has(id) || (state === 'done' && transfer.paths)) return
    const folder = resolve(into)
    if (!this.#table.hold(id, this.#holder)) throw new OptiChatError('data-in-use', 'another process on this profile receives it')
    this.#fetches.set(id, {
      into: folder,
      backoff: new Backoff(this.#clock, this.#random, TIMES),
      attempts: 0,
      underWay: false,
      quiet: false,
    })
    try {
      // What arrived elsewhere before is of no use in this folder.
      if (transfer.into !== undefined && transfer.into !== folder)
        await (await this.#engines.ready()).stop(id, { into: transfer.into, remove: true })
      this.#store.transaction(() => {
        this.#store.run('UPDATE transfers SET into_folder = ? WHERE id = ?', folder, id)
        this.#table.set(id, this.#me.id, { state: 'accepted', code: null })
        this.#answer(id, 'accepted')
      })
    } catch (error) {
      this.#drop(id)
      throw error
    }
    this.#table.show(id)
    this.#background(this.#outbox.flush())
    this.#background(this.#attempt(id))
  }

  async decline(id: string): Promise<void> {
    await this.#giveUp(this.#incoming(id), 'declined')
  }

  async cancel(id: string): Promise<void> {
    await this.#giveUp(this.#incoming(id), 'cancelled')
  }

  /** The sender took it back: nothing of it is kept. */
  withdrawn(id: string): void {
    const into = this.#table.get(id)?.into
    if (this.#table.part(id, this.#me.id)?.state === 'done' || into === undefined) this.#drop(id)
    else this.#background(this.#remove(id, into))
  }

  /** The files of a transfer can be fetched from now on. */
  serving(id: string): void {
    if (this.#fetches.has(id)) this.#background(this.#attempt(id))
  }

  /** A session is on: whatever waited for one goes on. */
  online(serving: readonly string[]): void {
    for (const id of serving) this.serving(id)
  }

  /** Goes on with what earlier processes had accepted. */
  async resume(): Promise<void> {
    for (const transfer of this.#table.list()) {
      const part = transfer.parts[0]
      if (transfer.direction !== 'receive' || transfer.into === undefined || this.#fetches.has(transfer.id)) continue
      if (part?.state === 'failed' && part.code !== undefined && (PASSING.has(part.code) || AWAY.has(part.code)))
        await this.accept(transfer.id, transfer.into).catch((error) => {
          if (asOptiChatError(error).code !== 'data-in-use') throw error
        })
    }
  }

  /** Starts nothing more; what the engine still brings to an end counts. */
  pause(): void {
    this.#paused = true
    for (const { backoff } of this.#fetches.values()) backoff.cancel()
  }

  /** Lets go of what is unfinished, after the engine is closed; a later process can go on. */
  close(): void {
    for (const id of [...this.#fetches.keys()]) {
      this.#drop(id)
      if (isBusy(this.#table.part(id, this.#me.id)?.state ?? 'done'))
        this.#table.change(id, this.#me.id, { state: 'failed', code: 'connection-lost' })
    }
  }

  async #attempt(id: string): Promise<void> {
    const fetch = this.#fetches.get(id)
    const transfer = this.#table.get(id)
    if (!fetch || !transfer || fetch.underWay || this.#paused) return
    fetch.underWay = true
    fetch.backoff.cancel()
    if (!fetch.quiet) this.#table.change(id, this.#me.id, { state: 'connecting' })
    try {
      // The endpoints first: the sender may have to dial us.
      const session = await this.#connection.ready(READY)
      const engine = await this.#engines.meet(session)
      const { ticket } = await session.request('ticket', { transfer: id })
      if (this.#fetches.get(id) !== fetch) return
      engine.fetch({ ticket, into: fetch.into, expect: { bytes: transfer.bytes, count: transfer.count } })
    } catch (error) {
      if (this.#fetches.get(id) === fetch) this.#failed(id, asOptiChatError(error).code)
    }
  }

  async #askDialBack(id: string, ticket: string): Promise<void> {
    try {
      const session = await this.#connection.ready(READY)
      await session.request('dial-back', { ticket })
    } catch (error) {
      // The engine would wait for nothing until the ticket's end.
      await this.#engines.running?.stop(id, { into: this.#fetches.get(id)?.into ?? '', remove: false })
      this.#failed(id, asOptiChatError(error).code)
    }
  }

  #moved(id: string, change: PartChange): void {
    const fetch = this.#fetches.get(id)
    if (!fetch) return
    fetch.quiet = false
    this.#table.change(id, this.#me.id, change)
  }

  #received(id: string, paths: string[], change: PartChange): void {
    if (!this.#fetches.has(id)) return
    this.#store.transaction(() => {
      this.#store.run('UPDATE transfers SET paths = ? WHERE id = ?', JSON.stringify(paths), id)
      this.#answer(id, 'received')
      this.#table.set(id, this.#me.id, change)
    })
    this.#drop(id)
    this.#table.show(id)
    this.#background(this.#outbox.flush())
  }

  #failed(id: string, code: ErrorCode): void {
    const fetch = this.#fetches.get(id)
    if (!fetch?.underWay) return
    fetch.underWay = false
    fetch.attempts++
    if (PASSING.has(code) && fetch.attempts < (code === 'peer-unreachable' ? 2 : PATIENCE)) {
      fetch.backoff.schedule(() => this.#background(this.#attempt(id)))
      this.#table.change(id, this.#me.id, { state: fetch.quiet ? 'failed' : 'connecting', code })
      return
    }
    if (PASSING.has(code) || AWAY.has(code)) {
      // Who is away comes again with an event; a path that is cut may mend without one.
      if (PASSING.has(code)) fetch.backoff.schedule(() => this.#background(this.#attempt(id)), TIMES.longest)
      if (!fetch.quiet) this.#table.change(id, this.#me.id, { state: 'failed', code })
      fetch.quiet = true
      return
    }
    this.#drop(id)
    this.#store.transaction(() => {
      this.#answer(id, 'failed', code)
      this.#table.set(id, this.#me.id, { state: 'failed', code })
    })
    this.#table.show(id)
    this.#background(this.#outbox.flush())
  }

  async #giveUp(transfer: Transfer, answer: 'declined' | 'cancelled'): Promise<void> {
    const { id, into } = transfer
    const state = transfer.parts[0]?.state
    if (state === 'done' || state === 'withdrawn' || state === answer) return
    this.#store.transaction(() => {
      this.#answer(id, answer)
      this.#table.set(id, this.#me.id, { state: answer, code: null })
    })
    this.#table.show(id)
    this.#background(this.#outbox.flush())
    if (into === undefined) this.#drop(id)
    else await this.#remove(id, into)
  }

  /** Stops it and deletes what had arrived. */
  async #remove(id: string, into: string): Promise<void> {
    this.#drop(id)
    const engine = await this.#engines.ready()
    await engine.stop(id, { into, remove: true })
    this.#store.run('UPDATE transfers SET into_folder = NULL WHERE id = ?', id)
    this.#table.change(id, this.#me.id, { bytes: 0 })
  }

  #drop(id: string): void {
    this.#fetches.get(id)?.backoff.cancel()
    this.#fetches.delete(id)
    this.#table.release(id, this.#holder)
  }

  /** Puts our word on an offer into the outbox, unless it was our last one already. Part of a transaction. */
  #answer(id: string, answer: BodyOf<'answer'>['answer'], code?: ErrorCode): void {
    const row = this.#table.row(id)
    if (!row || row.answered === answer) return
    this.#store.run('UPDATE transfers SET answered = ? WHERE id = ?', answer, id)
    this.#outbox.put([`${row.sender}`], { kind: 'answer', transfer: id, answer, ...(code === undefined ? {} : { code }) })
  }

  #incoming(id: string): Transfer {
    const transfer = this.#table.get(id)
    if (transfer?.direction !== 'receive') throw new OptiChatError('transfer-unknown')
    return transfer
  }
}
