/**
 * The receiver's side: offers got, and the way of those that were accepted. What can mend by itself is tried again while this program
 * runs; what cannot, the sender is told.
 */
import { resolve } from 'node:path'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { BodyOf } from '../protocol/messages.ts'
import { because } from '../protocol/reasons.ts'
import type { Transfer } from './client.ts'
import { dialableTicket } from './dialable.ts'
import { hasRoom } from './free-space.ts'
import type { Paths } from './paths.ts'
import { Backoff } from './reconnect.ts'
import type { TransferRooms } from './transfer-rooms.ts'
import { isBusy, isOver, type Missing, type PartChange, type TransferTable } from './transfer-table.ts'
import { Turns } from './turns.ts'

/** Milliseconds between attempts at a transfer that was cut. */
const TIMES = { first: 600, longest: 30_000 }
/** Attempts without a byte of progress after which a cut transfer shows as failed, though it is still tried. */
const PATIENCE = 3
/** Milliseconds that an attempt waits for the registry. */
const READY = 10_000
/** Milliseconds between looks whether a full disk has room again. */
const ROOM_LOOK = 3_000
/** Milliseconds without a byte after which word of the sender anew means that it is somewhere else by now. */
const STALLED = 2_500

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
  readonly bytes: number
  readonly backoff: Backoff
  /** Attempts since the last progress. */
  attempts: number
  /** An attempt is under way: from asking for the ticket to the engine's last word. */
  underWay: boolean
  /** Its ticket was asked for and has not come: it will be of whoever serves by then. */
  asking: boolean
  /** When the engine last said something of it, in elapsed milliseconds. */
  heard: number
  /** Shown as failed, while attempts go on behind. */
  quiet: boolean
  /** Cancels a look at the disk, or at whether it moves. */
  cancelLook(): void
}

export interface ReceivingRooms extends TransferRooms {
  readonly paths: Paths
}

export class Receiving {
  readonly #rooms: ReceivingRooms
  readonly #table: TransferTable
  readonly #turns: Turns
  readonly #fetches = new Map<string, Fetch>()
  #closing = false

  constructor(rooms: ReceivingRooms) {
    this.#rooms = rooms
    this.#table = rooms.table
    this.#turns = new Turns(() => rooms.settings().atOnce)
    rooms.engines.hear({
      connected: ({ transfer, path }) => {
        rooms.paths.connected(transfer, path)
        this.#moved(transfer, { state: 'moving', path, code: null })
      },
      progress: ({ transfer, bytes }) => {
        const fetch = this.#fetches.get(transfer)
        if (fetch) {
          fetch.attempts = 0
          fetch.backoff.reset()
        }
        this.#moved(transfer, { state: 'moving', bytes, code: null })
      },
      paused: ({ transfer, code }) => this.#moved(transfer, { state: 'paused', code }),
      verifying: ({ transfer }) => this.#moved(transfer, { state: 'verifying' }),
      unreachable: ({ transfer, ticket }) => rooms.paths.unreachable(transfer, ticket),
      received: ({ transfer, paths, bytes, seconds, path, ...rest }) => this.#received(transfer, paths, { bytes, seconds, path }, rest),
      failed: ({ transfer, code }) => this.#failed(transfer, code),
    })
  }

  /**
   * Starts or goes on receiving into a folder.
   * @throws OptiChatError `transfer-unknown`, `cancelled` when it was withdrawn, `data-in-use` when another process receives it
   */
  async accept(id: string, into: string): Promise<void> {
    const { store, engines, clock, random, outbox, holder, background, me } = this.#rooms
    const transfer = this.#incoming(id)
    const part = transfer.parts[0]
    if (part?.state === 'withdrawn') throw new OptiChatError('cancelled', because('withdrawn', {}))
    if (part?.code === 'files-missing') throw new OptiChatError('files-missing')
    if (this.#fetches.has(id) || (part?.state === 'done' && transfer.paths)) return
    const folder = resolve(into)
    if (!this.#table.hold(id, holder)) throw new OptiChatError('data-in-use', because('other-process', {}))
    this.#fetches.set(id, {
      into: folder,
      bytes: transfer.bytes,
      backoff: new Backoff(clock, random, TIMES),
      attempts: 0,
      underWay: false,
      asking: false,
      heard: clock.elapsed(),
      quiet: false,
      cancelLook: () => undefined,
    })
    try {
      await engines.ready()
      // What arrived elsewhere before is of no use in this folder.
      if (transfer.into !== undefined && transfer.into !== folder)
        await (await engines.ready()).stop(id, { into: transfer.into, remove: true })
      store.transaction(() => {
        store.run('UPDATE transfers SET into_folder = ?, paused = 0 WHERE id = ?', folder, id)
        this.#table.set(id, me.id, { state: 'accepted', code: null })
        this.#answer(id, 'accepted')
      })
    } catch (error) {
      this.#drop(id)
      throw error
    }
    this.#table.show(id)
    background(outbox.flush())
    this.#go(id)
  }

  async decline(id: string): Promise<void> {
    await this.#giveUp(this.#incoming(id), 'declined')
  }

  async cancel(id: string): Promise<void> {
    await this.#giveUp(this.#incoming(id), 'cancelled')
  }

  /** Stops it and keeps what has arrived, until `resume`. */
  async pause(id: string): Promise<void> {
    const { store, me } = this.#rooms
    const part = this.#incoming(id).parts[0]
    if (!part || isOver(part) || part.state === 'offered' || part.state === 'verifying') return
    store.transaction(() => {
      store.run('UPDATE transfers SET paused = 1 WHERE id = ?', id)
      this.#table.set(id, me.id, { state: 'paused', code: null })
    })
    this.#table.show(id)
    await this.#stop(id)
  }

  /** @throws OptiChatError as `accept`; `transfer-unknown` when it was never accepted */
  async resume(id: string): Promise<void> {
    const { store } = this.#rooms
    const { into } = this.#incoming(id)
    if (into === undefined) throw new OptiChatError('transfer-unknown', 'it was not accepted')
    // Whoever is at it sees this.
    store.run('UPDATE transfers SET paused = 0 WHERE id = ?', id)
    const fetch = this.#fetches.get(id)
    if (!fetch) return this.accept(id, into)
    fetch.quiet = false
    this.#go(id)
  }

  /** Another process changed something on the disk: what a person said there counts here. */
  reconsider(): void {
    for (const id of [...this.#fetches.keys()]) this.#isStopped(id)
    this.#turns.next()
  }

  /** Whether a person stopped it, maybe in another process; then it stops here. */
  #isStopped(id: string): boolean {
    const { me, background } = this.#rooms
    const state = this.#table.part(id, me.id)?.state
    const into = this.#fetches.get(id)?.into
    if (into === undefined) return true
    if (this.#table.row(id)?.paused === 1) background(this.#stop(id))
    else if (state === 'cancelled' || state === 'declined') background(this.#remove(id, into))
    else return false
    this.#table.show(id)
    return true
  }

  /** The sender took it back: nothing of it is kept. */
  withdrawn(id: string): void {
    const into = this.#table.get(id)?.into
    if (this.#table.part(id, this.#rooms.me.id)?.state === 'done' || into === undefined) this.#drop(id)
    else this.#rooms.background(this.#remove(id, into))
  }

  /** The files of a transfer can be fetched from now on, or from somewhere else than before. */
  serving(id: string): void {
    const fetch = this.#fetches.get(id)
    if (!fetch) return
    if (!fetch.underWay) {
      this.#go(id)
      return
    }
    if (fetch.asking) return
    // It may be the same sender at another address, while the engine waits for the old one.
    const heard = fetch.heard
    fetch.cancelLook()
    fetch.cancelLook = this.#rooms.clock.after(STALLED, () => {
      const state = this.#table.part(id, this.#rooms.me.id)?.state
      if (this.#fetches.get(id) !== fetch || fetch.heard !== heard || (state !== 'moving' && state !== 'connecting')) return
      fetch.underWay = false
      this.#go(id)
    })
  }

  /** A session is on: whatever waited for one goes on. */
  online(serving: readonly string[]): void {
    for (const id of serving) this.serving(id)
  }

  /** Goes on with what earlier processes had accepted. */
  async resumeAll(): Promise<void> {
    for (const transfer of this.#table.list()) {
      const part = transfer.parts[0]
      if (transfer.direction !== 'receive' || transfer.into === undefined || transfer.paused || this.#fetches.has(transfer.id)) continue
      const passing = part?.code !== undefined && (PASSING.has(part.code) || AWAY.has(part.code))
      if (part?.state === 'paused' || (part?.state === 'failed' && passing))
        await this.accept(transfer.id, transfer.into).catch((error) => {
          if (asOptiChatError(error).code !== 'data-in-use') throw error
        })
    }
  }

  /** This computer woke up, or is somewhere else: what waited is tried soon. */
  nudge(): void {
    for (const { backoff } of this.#fetches.values()) backoff.soon()
  }

  /** Starts nothing more; what the engine still brings to an end counts. */
  closing(): void {
    this.#closing = true
    for (const { backoff, cancelLook } of this.#fetches.values()) {
      backoff.cancel()
      cancelLook()
    }
  }

  /** Lets go of what is unfinished, after the engine is closed; a later process can go on. */
  close(): void {
    const { me } = this.#rooms
    for (const id of [...this.#fetches.keys()]) {
      this.#drop(id)
      if (isBusy(this.#table.part(id, me.id)?.state ?? 'done')) this.#table.change(id, me.id, { state: 'failed', code: 'connection-lost' })
    }
  }

  /** There is no way to the sender, on this ticket. */
  hopeless(id: string, code: ErrorCode): void {
    const into = this.#fetches.get(id)?.into ?? ''
    const stopped = async () => {
      await this.#rooms.engines.running?.stop(id, { into, remove: false })
      this.#failed(id, code)
    }
    this.#rooms.background(stopped())
  }

  /** An attempt, when its turn has come. */
  #go(id: string): void {
    const fetch = this.#fetches.get(id)
    if (!fetch || this.#closing || fetch.underWay) return
    this.#turns.take(id, fetch.bytes, () => this.#rooms.background(this.#attempt(id)))
  }

  async #attempt(id: string): Promise<void> {
    const { me, connection, engines, paths, clock } = this.#rooms
    const fetch = this.#fetches.get(id)
    const transfer = this.#table.get(id)
    if (!fetch || !transfer || fetch.underWay || this.#closing) return
    fetch.underWay = true
    fetch.asking = true
    fetch.heard = clock.elapsed()
    fetch.backoff.cancel()
    fetch.cancelLook()
    if (!fetch.quiet) this.#table.change(id, me.id, { state: 'connecting' })
    try {
      // The endpoints first: the sender may have to dial us.
      const session = await connection.ready(READY)
      const engine = await engines.meet(session)
      const arrived = () => {
        fetch.asking = false
      }
      const { ticket } = await session.request('ticket', { transfer: id }, { arrived })
      if (this.#fetches.get(id) !== fetch) return
      const dialable = dialableTicket(ticket, session.link.remoteAddress)
      paths.dialling(id, dialable)
      engine.fetch({ ticket: dialable, into: fetch.into, expect: { bytes: transfer.bytes, count: transfer.count } })
    } catch (error) {
      if (this.#fetches.get(id) === fetch) this.#failed(id, asOptiChatError(error).code)
    }
  }

  #moved(id: string, change: PartChange): void {
    const fetch = this.#fetches.get(id)
    if (!fetch?.underWay || this.#isStopped(id)) return
    this.#rooms.paths.settled(id)
    fetch.heard = this.#rooms.clock.elapsed()
    fetch.quiet = false
    this.#table.change(id, this.#rooms.me.id, change)
  }

  #received(id: string, paths: string[], how: Pick<PartChange, 'bytes' | 'seconds' | 'path'>, rest: Missing): void {
    const { store, me, outbox, background } = this.#rooms
    // One that was paused just too late is here all the same.
    if (!this.#fetches.has(id) && this.#table.part(id, me.id)?.state !== 'paused') return
    const whole = rest.missingCount === 0
    store.transaction(() => {
      store.run('UPDATE transfers SET paths = ? WHERE id = ?', JSON.stringify(paths), id)
      if (!whole) this.#table.setMissing(id, me.id, rest)
      if (whole) this.#answer(id, 'received')
      else this.#answer(id, 'failed', 'files-missing')
      this.#table.set(id, me.id, { ...how, ...(whole ? { state: 'done', code: null } : { state: 'failed', code: 'files-missing' }) })
    })
    this.#drop(id)
    this.#table.show(id)
    background(outbox.flush())
  }

  #failed(id: string, code: ErrorCode): void {
    const { store, me, paths, outbox, background } = this.#rooms
    const fetch = this.#fetches.get(id)
    if (!fetch?.underWay) return
    fetch.underWay = false
    fetch.attempts++
    paths.settled(id)
    const again = () => this.#go(id)
    if (PASSING.has(code) && fetch.attempts < (code === 'peer-unreachable' ? 2 : PATIENCE)) {
      fetch.backoff.schedule(again)
      this.#table.change(id, me.id, { state: fetch.quiet ? 'failed' : 'connecting', code })
      return
    }
    // Others need not wait for what cannot go on just now.
    this.#turns.release(id)
    if (code === 'disk-full') {
      this.#table.change(id, me.id, { state: 'paused', code })
      this.#lookForRoom(id, fetch)
      return
    }
    if (PASSING.has(code) || AWAY.has(code)) {
      // Who is away comes again with an event; a path that is cut may mend without one.
      if (PASSING.has(code)) fetch.backoff.schedule(again, TIMES.longest)
      if (!fetch.quiet) this.#table.change(id, me.id, { state: 'failed', code })
      fetch.quiet = true
      return
    }
    this.#drop(id)
    store.transaction(() => {
      this.#answer(id, 'failed', code)
      this.#table.set(id, me.id, { state: 'failed', code })
    })
    this.#table.show(id)
    background(outbox.flush())
  }

  /** Goes on when what is lacking fits on the disk. */
  #lookForRoom(id: string, fetch: Fetch): void {
    const look = async () => {
      const lacking = fetch.bytes - (this.#table.part(id, this.#rooms.me.id)?.bytes ?? 0)
      const room = await hasRoom(fetch.into, lacking)
      if (this.#fetches.get(id) !== fetch || this.#closing || fetch.underWay) return
      if (room) this.#go(id)
      else this.#lookForRoom(id, fetch)
    }
    fetch.cancelLook()
    fetch.cancelLook = this.#rooms.clock.after(ROOM_LOOK, () => this.#rooms.background(look()), true)
  }

  async #giveUp(transfer: Transfer, answer: 'declined' | 'cancelled'): Promise<void> {
    const { store, me, outbox, background } = this.#rooms
    const { id, into } = transfer
    const part = transfer.parts[0]
    if (!part || part.state === 'done' || part.state === 'withdrawn' || part.state === answer) return
    store.transaction(() => {
      this.#answer(id, answer)
      this.#table.set(id, me.id, { state: answer, code: null })
    })
    this.#table.show(id)
    background(outbox.flush())
    if (into === undefined) this.#drop(id)
    else await this.#remove(id, into)
  }

  /** Stops it and keeps what has arrived. */
  async #stop(id: string): Promise<void> {
    const into = this.#fetches.get(id)?.into
    this.#drop(id)
    if (into !== undefined) await this.#rooms.engines.running?.stop(id, { into, remove: false })
  }

  /** Stops it and deletes what had arrived. */
  async #remove(id: string, into: string): Promise<void> {
    this.#drop(id)
    const engine = await this.#rooms.engines.ready()
    await engine.stop(id, { into, remove: true })
    this.#rooms.store.run('UPDATE transfers SET into_folder = NULL WHERE id = ?', id)
    this.#table.change(id, this.#rooms.me.id, { bytes: 0 })
  }

  #drop(id: string): void {
    const fetch = this.#fetches.get(id)
    fetch?.backoff.cancel()
    fetch?.cancelLook()
    this.#fetches.delete(id)
    this.#rooms.paths.settled(id)
    this.#table.release(id, this.#rooms.holder)
    this.#turns.release(id)
  }

  /** Puts our word on an offer into the outbox, unless it was our last one already. Part of a transaction. */
  #answer(id: string, answer: BodyOf<'answer'>['answer'], code?: ErrorCode): void {
    const { store, outbox } = this.#rooms
    const row = this.#table.row(id)
    if (!row || row.answered === answer) return
    store.run('UPDATE transfers SET answered = ? WHERE id = ?', answer, id)
    outbox.put([`${row.sender}`], { kind: 'answer', transfer: id, answer, ...(code === undefined ? {} : { code }) })
  }

  #incoming(id: string): Transfer {
    const transfer = this.#table.get(id)
    if (transfer?.direction !== 'receive') throw new OptiChatError('transfer-unknown')
    return transfer
  }
}
