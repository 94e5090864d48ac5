/** The sender's side: offers made here, the files held ready for them, and what the recipients did. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { audienceOf, conversationId, EVERYONE, isRoom } from '../protocol/conversation.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import { MAX_SERVED } from '../protocol/limits.ts'
import type { Audience, BodyOf, Ticket, To, UserId } from '../protocol/messages.ts'
import { because } from '../protocol/reasons.ts'
import type { OfferSummary } from '../transfer/engine.ts'
import type { ClientEvents, Transfer } from './client.ts'
import { dialableTicket } from './dialable.ts'
import type { Emitter } from './emitter.ts'
import type { History } from './history.ts'
import { isAlive } from './holders.ts'
import { messageId } from './message-id.ts'
import type { Paths } from './paths.ts'
import { Backoff } from './reconnect.ts'
import type { Sending } from './sending.ts'
import type { Session } from './session.ts'
import type { TransferRooms } from './transfer-rooms.ts'
import { isOver, type Missing, type TransferTable } from './transfer-table.ts'

/** Ends of a socket after which the recipient comes again by itself, or says in a message why not. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'timed-out',
  'ticket-refused',
  'peer-unreachable',
  'peer-away',
  'slow-down',
  'cancelled',
])
/** It stopped for a reason that the recipient does away with, and goes on then. */
const PAUSING: ReadonlySet<ErrorCode> = new Set(['paused', 'disk-full'])
/** What was offered is not there as it was. */
const GONE: ReadonlySet<ErrorCode> = new Set(['nothing-to-send', 'file-unreadable', 'file-changed'])
/** No connection, or none that lasted: what may wait, waits. */
const OFFLINE: ReadonlySet<ErrorCode> = new Set(['not-connected', 'registry-unreachable', 'registry-stopping', 'timed-out'])

/** Milliseconds until what was served is served again by a new engine: one that dies of it at once does not do so without pause. */
const RESTART = { first: 1_000, longest: 60_000 }

export interface OffersRooms extends TransferRooms {
  readonly sending: Sending
  readonly history: History
  readonly events: Emitter<ClientEvents>
  readonly paths: Paths
}

export class Offers {
  readonly #rooms: OffersRooms
  readonly #table: TransferTable
  readonly #restart: Backoff
  /** The engine died; another one is about to serve. */
  #mending: { readonly mended: Promise<void>; done(): void } | null = null
  /** Transfers whose files the engine holds ready, and which the registry is told of. */
  readonly #served = new Set<string>()
  /** One look at what is to be served at a time. */
  #looking: Promise<void> = Promise.resolve()

  constructor(rooms: OffersRooms) {
    this.#rooms = rooms
    this.#table = rooms.table
    this.#restart = new Backoff(rooms.clock, rooms.random, RESTART)
    rooms.engines.hear({
      sending: ({ transfer, user, bytes, path }) => this.#progress(transfer, user, { state: 'moving', bytes, path, code: null }),
      sendingPaused: ({ transfer, user, code }) => this.#progress(transfer, user, { state: 'paused', code }),
      sent: ({ transfer, user, bytes, seconds, path, ...rest }) => this.#sent(transfer, user, { bytes, seconds, path }, rest),
      sendingFailed: ({ transfer, user, code }) =>
        this.#progress(transfer, user, { state: PAUSING.has(code) ? 'paused' : PASSING.has(code) ? 'accepted' : 'failed', code }),
      died: () => this.#mend(),
    })
  }

  /**
   * Offers files and folders; resolves when the offer is stored at the registry and can be fetched, or, with `later` and without a
   * connection, on this disk.
   * @throws OptiChatError `nothing-to-send`, `file-unreadable`, `not-connected`, …
   */
  async offer(to: To, paths: readonly string[], { later = false }: { later?: boolean } = {}): Promise<Transfer> {
    const { engines, me, store, sending, connection } = this.#rooms
    const sources = [...new Set(paths.map((path) => resolve(path)))].sort()
    const audience = audienceOf(me.id, to)
    const engine = await engines.ready()
    for (const { id } of this.#unfinished(conversationId(audience), sources)) {
      store.run('UPDATE transfers SET paused = 0 WHERE id = ?', id)
      if ((await this.#serve(id, sources)) === null) return this.#known(id)
    }
    // Whoever accepts at once finds the way at once.
    if (connection.session) await this.#meet(connection.session)
    const [transfer, message] = [randomUUID(), messageId(this.#rooms.clock.now())]
    const { files, count, bytes, skipped } = await engine.serve(transfer, sources)
    const body = { kind: 'offer' as const, transfer, files, count, bytes }
    store.run('INSERT INTO sources (transfer, paths) VALUES (?, ?)', transfer, JSON.stringify(sources))
    try {
      if (later && !connection.session) this.#queue(message, to, audience, body)
      else await sending.send(message, to, body)
    } catch (error) {
      // If the registry has it after all, it is the same message, or nobody serves it, which is what its recipients are then told.
      if (!later || !OFFLINE.has(asOptiChatError(error).code)) {
        engine.unserve(transfer)
        store.run('DELETE FROM sources WHERE transfer = ?', transfer)
        throw error
      }
      this.#queue(message, to, audience, body)
    }
    if (skipped.length > 0) store.run('UPDATE transfers SET skipped = ? WHERE id = ?', JSON.stringify(skipped), transfer)
    await this.#held(transfer)
    return this.#known(transfer)
  }

  /** Keeps an offer on the disk until there is a connection. */
  #queue(id: string, to: To, audience: Audience, body: BodyOf<'offer'>): void {
    const { store, history, outbox, clock, me, events, background } = this.#rooms
    store.durably(() => {
      outbox.put(to, body, { conversation: history.begin(audience), at: clock.now() }, id)
      this.#table.keep({ ...NOWHERE, id, from: me.id, audience, body })
    })
    const message = history.queued(id)
    if (message) events.emit('changed', message)
    this.#table.show(body.transfer)
    background(outbox.flush())
  }

  /** Holds ready again what other processes offered and somebody still waits for, unless one that lives does so. */
  serveUnfinished(): Promise<void> {
    const look = async () => {
      this.#table.takeOverFromTheDead()
      const rows = this.#rooms.store.all(
        `SELECT s.transfer, t.holder FROM sources s JOIN transfers t ON t.id = s.transfer WHERE t.withdrawn = 0 AND t.paused = 0`,
      )
      const free = rows.filter(({ transfer, holder }) => !this.#served.has(`${transfer}`) && (holder === null || !isAlive(`${holder}`)))
      await this.#hold(free.map(({ transfer }) => `${transfer}`))
    }
    this.#looking = this.#looking.then(look, look)
    return this.#looking
  }

  /** Another process changed something on the disk: what was paused there is let go of here. */
  reconsider(): void {
    for (const transfer of this.#served) {
      const row = this.#table.row(transfer)
      if (row && row.paused === 0 && row.withdrawn === 0) continue
      this.#letGo(transfer)
      this.#table.show(transfer)
    }
  }

  #mend(): void {
    if (!this.#mending) {
      let done: () => void = () => undefined
      const mended = new Promise<void>((resolve) => {
        done = resolve
      })
      this.#mending = { mended, done }
    }
    const { done } = this.#mending
    this.#restart.schedule(() => {
      const served = this.#serveAgain().finally(() => {
        this.#mending = null
        done()
      })
      this.#rooms.background(served)
    })
  }

  /** While an engine is being replaced, recipients come all the same: they find the new one. */
  #whenMended(run: () => void): void {
    if (this.#mending) this.#rooms.background(this.#mending.mended.then(run))
    else run()
  }

  /** A new engine knows nothing of what the one that died held ready. */
  async #serveAgain(): Promise<void> {
    const transfers = [...this.#served]
    this.#served.clear()
    await this.#hold(transfers)
  }

  async #hold(transfers: readonly string[]): Promise<void> {
    for (const id of transfers) {
      const transfer = this.#table.get(id)
      if (!transfer || !isWaitedFor(transfer)) continue
      const code = await this.#serve(id, this.#sources(id))
      // Moved or deleted files cannot be served: the person here sees it, and can go on when they are back.
      if (code !== null) this.#setAll(id, 'failed', code)
    }
  }

  /** Tells a new session what is served. */
  async online(session: Session): Promise<void> {
    const served = [...this.#served].filter((transfer) => this.#table.row(transfer)?.position !== 0)
    if (served.length > 0) await this.#declare(session, served)
  }

  /** What waited in the outbox is at the registry from now on. */
  stored(transfer: string): void {
    const { session } = this.#rooms.connection
    if (session && this.#served.has(transfer)) this.#rooms.background(this.#declare(session, [transfer]))
  }

  /** The registry will not have an offer that waited. */
  refused(message: string, code: ErrorCode): void {
    const row = this.#rooms.store.get('SELECT id FROM transfers WHERE message = ? AND position = 0', message)
    if (row) this.#setAll(`${row.id}`, 'failed', code)
  }

  ticket(ticket: Ticket): void {
    const { session } = this.#rooms.connection
    if (!session) return
    const dialable = dialableTicket(ticket, session.link.remoteAddress)
    this.#whenMended(() => {
      if (this.#served.has(ticket.transfer)) this.#rooms.engines.running?.admit(dialable)
    })
  }

  dialBack(ticket: string): void {
    this.#whenMended(() => this.#rooms.engines.running?.dialBack(ticket))
  }

  relay(ticket: string, token: string): void {
    this.#whenMended(() => this.#rooms.paths.relay(ticket, token))
  }

  /** Nobody can fetch it until `resume`. */
  pause({ id, parts }: Transfer): void {
    this.#rooms.store.transaction(() => {
      this.#rooms.store.run('UPDATE transfers SET paused = 1 WHERE id = ?', id)
      for (const { user, state } of parts) if (state === 'moving') this.#table.set(id, user.id, { state: 'paused', code: null })
    })
    this.#letGo(id)
    this.#table.show(id)
  }

  /** @throws OptiChatError `cancelled`, `file-changed`, `file-unreadable` */
  async resume({ id, parts }: Transfer): Promise<void> {
    const { store } = this.#rooms
    const row = this.#table.row(id)
    if (row?.withdrawn !== 0) throw new OptiChatError('cancelled', because('withdrawn', {}))
    if (!store.get('SELECT 1 FROM sources WHERE transfer = ?', id)) throw new OptiChatError('file-unreadable', because('other-device', {}))
    store.transaction(() => {
      store.run('UPDATE transfers SET paused = 0 WHERE id = ?', id)
      for (const part of parts) {
        if (part.state === 'paused' || (part.state === 'failed' && !isOver(part)))
          this.#table.set(id, part.user.id, { state: part.bytes > 0 ? 'accepted' : 'offered', code: null })
      }
    })
    this.#table.show(id)
    const code = await this.#serve(id, this.#sources(id))
    if (code === null) return
    this.#setAll(id, 'failed', code)
    throw new OptiChatError(code)
  }

  /** Takes an offer back: nobody can fetch it any more. */
  withdraw(transfer: Transfer): void {
    const { store, outbox, me, events, background } = this.#rooms
    if (transfer.queued && outbox.remove(transfer.message)) {
      this.#letGo(transfer.id)
      store.transaction(() => this.#table.forget(transfer.id))
      events.emit('removed', { id: transfer.message, conversation: transfer.conversation })
      return
    }
    const audience = this.#table.audience(transfer.conversation)
    const others = audience === EVERYONE || isRoom(audience) ? audience : audience.filter((user) => user !== me.id)
    store.transaction(() => {
      this.#table.keep({ ...NOWHERE, from: me.id, audience, body: { kind: 'withdraw', transfer: transfer.id } })
      outbox.put(!Array.isArray(others) || others.length > 0 ? others : [me.id], { kind: 'withdraw', transfer: transfer.id })
    })
    this.withdrawn(transfer.id)
    this.#table.show(transfer.id)
    background(outbox.flush())
  }

  /** Lets go of a withdrawn offer's files. */
  withdrawn(transfer: string): void {
    this.#letGo(transfer)
  }

  close(): void {
    this.#restart.cancel()
    for (const transfer of this.#served) this.#table.release(transfer, this.#rooms.holder)
  }

  #letGo(transfer: string): void {
    const { engines, connection, background, holder } = this.#rooms
    engines.running?.unserve(transfer)
    this.#table.release(transfer, holder)
    const { session } = connection
    if (this.#served.delete(transfer) && session) background(this.#say(session, 'unserve', [transfer]))
  }

  /** Holds it ready, if what is on the disk is still what was offered. @returns why not, or null */
  async #serve(transfer: string, sources: readonly string[]): Promise<ErrorCode | null> {
    const engine = await this.#rooms.engines.ready()
    const offered = this.#known(transfer)
    let summary: OfferSummary
    try {
      summary = await engine.serve(transfer, sources)
    } catch (error) {
      const { code } = asOptiChatError(error)
      if (!GONE.has(code)) throw error
      return code === 'nothing-to-send' ? 'file-unreadable' : code
    }
    if (!isSame(summary, offered)) {
      engine.unserve(transfer)
      this.#served.delete(transfer)
      return 'file-changed'
    }
    await this.#held(transfer)
    return null
  }

  /** The engine has it ready: others on this profile know who, and the registry, too. */
  async #held(transfer: string): Promise<void> {
    const { store, holder, connection } = this.#rooms
    this.#served.add(transfer)
    // Several may serve one transfer: the newest is noted.
    store.run('UPDATE transfers SET holder = ? WHERE id = ?', holder, transfer)
    const { session } = connection
    // Without a session the next one is told.
    if (session && this.#table.row(transfer)?.position !== 0) await this.#declare(session, [transfer])
  }

  async #declare(session: Session, transfers: readonly string[]): Promise<void> {
    await this.#meet(session)
    await this.#say(session, 'serve', transfers)
  }

  async #meet(session: Session): Promise<void> {
    try {
      await this.#rooms.engines.meet(session)
    } catch (error) {
      // The session ended: the next one is told.
      if (!session.ended) throw error
    }
  }

  async #say(session: Session, verb: 'serve' | 'unserve', transfers: readonly string[]): Promise<void> {
    try {
      for (let index = 0; index < transfers.length; index += MAX_SERVED)
        await session.request(verb, { transfers: transfers.slice(index, index + MAX_SERVED) })
    } catch (error) {
      // Taken back meanwhile; or the session ended, and the next one is told.
      if (!session.ended && asOptiChatError(error).code !== 'transfer-unknown') throw error
    }
  }

  #sent(transfer: string, user: UserId, how: Pick<Transfer['parts'][number], 'bytes' | 'seconds' | 'path'>, rest: Missing): void {
    const whole = rest.missingCount === 0
    if (!whole) this.#table.setMissing(transfer, user, rest)
    this.#progress(transfer, user, { ...how, ...(whole ? { state: 'done', code: null } : { state: 'failed', code: 'files-missing' }) })
  }

  #progress(transfer: string, user: UserId, change: Parameters<TransferTable['change']>[2]): void {
    const part = this.#table.part(transfer, user)
    // A last word that is already in overtakes the socket's, but for the figures of how it went.
    if (!part || part.state === 'done' || ((part.state === 'withdrawn' || part.state === 'cancelled') && change.state !== 'done')) return
    if (part.code === 'files-missing' && change.code !== 'files-missing') return
    if (this.#table.row(transfer)?.paused === 1 && change.state !== 'done') {
      // A person paused it, maybe in another process: what still moves here stops.
      this.reconsider()
      if (part.state !== 'paused' && change.state === 'accepted') this.#table.change(transfer, user, { state: 'paused', code: null })
      return
    }
    this.#table.change(transfer, user, change)
  }

  /** The same word for all whose part is not over. */
  #setAll(transfer: string, state: 'failed', code: ErrorCode): void {
    for (const part of this.#table.get(transfer)?.parts ?? []) if (!isOver(part)) this.#table.set(transfer, part.user.id, { state, code })
    this.#table.show(transfer)
  }

  #sources(transfer: string): string[] {
    return JSON.parse(`${this.#rooms.store.get('SELECT paths FROM sources WHERE transfer = ?', transfer)?.paths}`) as string[]
  }

  #known(transfer: string): Transfer {
    const known = this.#table.get(transfer)
    if (!known) throw new OptiChatError('transfer-unknown')
    return known
  }

  /** Own offers of the same paths to the same people that somebody still waits for, newest first. */
  #unfinished(conversation: string, sources: string[]): Transfer[] {
    return this.#rooms.store
      .all(
        `SELECT t.id FROM sources s JOIN transfers t ON t.id = s.transfer
         WHERE s.paths = ? AND t.conversation = ? AND t.withdrawn = 0 ORDER BY t.position = 0 DESC, t.position DESC`,
        JSON.stringify(sources),
        conversation,
      )
      .flatMap(({ id }) => this.#table.get(`${id}`) ?? [])
      .filter(isWaitedFor)
  }
}

/** Of a message that is not in the log yet, where its place does not matter. */
const NOWHERE = { position: 0, stamp: '', id: '' }

function isWaitedFor({ parts }: Transfer): boolean {
  return parts.some((part) => !isOver(part))
}

/** Whether what is on disk is still what was offered, as far as an offer tells. */
function isSame(summary: OfferSummary, offered: Transfer): boolean {
  return (
    summary.bytes === offered.bytes &&
    summary.count === offered.count &&
    summary.files.length === offered.files.length &&
    summary.files.every(({ path, bytes }, index) => offered.files[index]?.path === path && offered.files[index]?.bytes === bytes)
  )
}
