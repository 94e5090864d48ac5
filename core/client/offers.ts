/** The sender's side: offers made here, the files held ready for them, and what the recipients did. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Clock, Random } from '../protocol/clock.ts'
import { audienceOf, conversationId, EVERYONE, isRoom } from '../protocol/conversation.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import { MAX_SERVED } from '../protocol/limits.ts'
import type { Ticket, To, UserId } from '../protocol/messages.ts'
import type { OfferSummary } from '../transfer/engine.ts'
import type { Transfer, User } from './client.ts'
import type { EngineRoom } from './engine-room.ts'
import type { Outbox } from './outbox.ts'
import { Backoff } from './reconnect.ts'
import type { Sending } from './sending.ts'
import type { Session } from './session.ts'
import type { Store } from './store.ts'
import type { TransferTable } from './transfer-table.ts'

/** Ends of a socket after which the recipient comes again by itself, or says in a message why not. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'timed-out',
  'ticket-refused',
  'peer-unreachable',
  'peer-away',
  'cancelled',
])

/** Milliseconds until what was served is served again by a new engine: one that dies of it at once does not do so without pause. */
const RESTART = { first: 1_000, longest: 60_000 }

export class Offers {
  readonly #store: Store
  readonly #table: TransferTable
  readonly #engines: EngineRoom
  readonly #sending: Sending
  readonly #outbox: Outbox
  readonly #me: User
  readonly #holder: string
  readonly #session: () => Session | null
  readonly #background: (work: Promise<unknown>) => void
  readonly #restart: Backoff
  /** The engine died; another one is about to serve. */
  #mending: { readonly mended: Promise<void>; done(): void } | null = null
  /** Transfers whose files the engine holds ready, and which the registry is told of. */
  readonly #served = new Set<string>()

  constructor(rooms: {
    store: Store
    table: TransferTable
    engines: EngineRoom
    sending: Sending
    outbox: Outbox
    me: User
    holder: string
    session(): Session | null
    clock: Clock
    random: Random
    /** Takes care of what nobody waits for. */
    background(work: Promise<unknown>): void
  }) {
    this.#store = rooms.store
    this.#table = rooms.table
    this.#engines = rooms.engines
    this.#sending = rooms.sending
    this.#outbox = rooms.outbox
    this.#me = rooms.me
    this.#holder = rooms.holder
    this.#session = rooms.session
    this.#background = rooms.background
    this.#restart = new Backoff(rooms.clock, rooms.random, RESTART)
    rooms.engines.hear({
      sending: ({ transfer, user, bytes, path }) => this.#progress(transfer, user, { state: 'moving', bytes, path, code: null }),
      sent: ({ transfer, user, bytes, seconds, path }) =>
        this.#progress(transfer, user, { state: 'done', bytes, seconds, path, code: null }),
      sendingFailed: ({ transfer, user, code }) =>
        this.#progress(transfer, user, { state: PASSING.has(code) ? 'accepted' : 'failed', code }),
      died: () => this.#mend(),
    })
  }

  /**
   * Offers files and folders; resolves when the offer is stored at the registry and can be fetched.
   * @throws OptiChatError `nothing-to-send`, `file-unreadable`, `not-connected`, …
   */
  async offer(to: To, paths: readonly string[]): Promise<Transfer> {
    const sources = [...new Set(paths.map((path) => resolve(path)))].sort()
    const conversation = conversationId(audienceOf(this.#me.id, to))
    const engine = await this.#engines.ready()
    for (const transfer of this.#unfinished(conversation, sources)) {
      const summary = await engine.serve(transfer.id, sources)
      if (isSame(summary, transfer)) return this.#serve(transfer.id, summary)
      // Something changed in there since: it is another offer.
      engine.unserve(transfer.id)
      this.#served.delete(transfer.id)
    }
    const transfer = randomUUID()
    const summary = await engine.serve(transfer, sources)
    this.#store.run('INSERT INTO sources (transfer, paths) VALUES (?, ?)', transfer, JSON.stringify(sources))
    const { files, count, bytes } = summary
    try {
      await this.#sending.send(randomUUID(), to, { kind: 'offer', transfer, files, count, bytes })
    } catch (error) {
      engine.unserve(transfer)
      // If the registry has it after all, nobody serves it, which is what its recipients are then told.
      this.#store.run('DELETE FROM sources WHERE transfer = ?', transfer)
      throw error
    }
    return this.#serve(transfer, summary)
  }

  /** Holds ready again what earlier processes offered and somebody still waits for. */
  async serveUnfinished(): Promise<void> {
    const rows = this.#store.all('SELECT s.transfer FROM sources s JOIN transfers t ON t.id = s.transfer WHERE t.withdrawn = 0')
    await this.#hold(rows.map(({ transfer }) => `${transfer}`).filter((transfer) => !this.#served.has(transfer)))
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
      this.#background(served)
    })
  }

  /** While an engine is being replaced, recipients come all the same: they find the new one. */
  #whenMended(run: () => void): void {
    if (this.#mending) this.#background(this.#mending.mended.then(run))
    else run()
  }

  /** A new engine knows nothing of what the one that died held ready. */
  async #serveAgain(): Promise<void> {
    const transfers = [...this.#served]
    this.#served.clear()
    await this.#hold(transfers)
  }

  async #hold(transfers: readonly string[]): Promise<void> {
    const waiting = transfers.filter((transfer) => this.#isWaitedFor(this.#table.get(transfer)))
    if (waiting.length === 0) return
    const engine = await this.#engines.ready()
    for (const transfer of waiting) {
      const paths = this.#store.get('SELECT paths FROM sources WHERE transfer = ?', transfer)?.paths
      try {
        const summary = await engine.serve(transfer, JSON.parse(`${paths}`) as string[])
        const offered = this.#table.get(transfer)
        if (offered && isSame(summary, offered)) await this.#serve(transfer, summary)
        else engine.unserve(transfer)
      } catch (error) {
        // Moved or deleted files cannot be served; their recipients are told that nobody does. Anything else is the caller's.
        const { code } = asOptiChatError(error)
        if (code !== 'nothing-to-send' && code !== 'file-unreadable') throw error
      }
    }
  }

  /** Tells a new session what is served. */
  async online(session: Session): Promise<void> {
    if (this.#served.size > 0) await this.#declare(session, [...this.#served])
  }

  ticket(ticket: Ticket): void {
    this.#whenMended(() => {
      if (this.#served.has(ticket.transfer)) this.#engines.running?.admit(ticket)
    })
  }

  dialBack(ticket: string): void {
    this.#whenMended(() => this.#engines.running?.dialBack(ticket))
  }

  /** Takes an offer back: nobody can fetch it any more. */
  withdraw(transfer: Transfer): void {
    const audience = this.#table.audience(transfer.conversation)
    const others = audience === EVERYONE || isRoom(audience) ? audience : audience.filter((user) => user !== this.#me.id)
    this.#store.transaction(() => {
      this.#table.keep({ ...NOWHERE, from: this.#me.id, audience, body: { kind: 'withdraw', transfer: transfer.id } })
      this.#outbox.put(!Array.isArray(others) || others.length > 0 ? others : [this.#me.id], { kind: 'withdraw', transfer: transfer.id })
    })
    this.withdrawn(transfer.id)
    this.#table.show(transfer.id)
    this.#background(this.#outbox.flush())
  }

  /** Lets go of a withdrawn offer's files. */
  withdrawn(transfer: string): void {
    this.#engines.running?.unserve(transfer)
    this.#served.delete(transfer)
    this.#table.release(transfer, this.#holder)
  }

  close(): void {
    this.#restart.cancel()
    for (const transfer of this.#served) this.#table.release(transfer, this.#holder)
  }

  async #serve(transfer: string, summary: OfferSummary): Promise<Transfer> {
    this.#served.add(transfer)
    // So that another process can tell when this one is gone. Several may serve one transfer: the newest is noted.
    this.#store.run('UPDATE transfers SET holder = ? WHERE id = ?', this.#holder, transfer)
    const session = this.#session()
    // Without a session the next one is told.
    if (session) await this.#declare(session, [transfer])
    const offered = this.#table.get(transfer)
    if (!offered) throw new OptiChatError('transfer-unknown')
    return summary.skipped.length > 0 ? { ...offered, skipped: summary.skipped } : offered
  }

  async #declare(session: Session, transfers: string[]): Promise<void> {
    try {
      await this.#engines.meet(session)
      for (let index = 0; index < transfers.length; index += MAX_SERVED)
        await session.request('serve', { transfers: transfers.slice(index, index + MAX_SERVED) })
    } catch (error) {
      // The session ended: the next one is told all of it.
      if (!session.ended) throw error
    }
  }

  #progress(transfer: string, user: UserId, change: Parameters<TransferTable['change']>[2]): void {
    const state = this.#table.part(transfer, user)?.state
    // A last word that is already in overtakes the socket's.
    if (state === undefined || state === 'done' || ((state === 'withdrawn' || state === 'cancelled') && change.state !== 'done')) return
    this.#table.change(transfer, user, change)
  }

  /** Own offers of the same paths to the same people that somebody still waits for, newest first. */
  #unfinished(conversation: string, sources: string[]): Transfer[] {
    return this.#store
      .all(
        `SELECT t.id FROM sources s JOIN transfers t ON t.id = s.transfer
         WHERE s.paths = ? AND t.conversation = ? AND t.withdrawn = 0 ORDER BY t.position DESC`,
        JSON.stringify(sources),
        conversation,
      )
      .flatMap(({ id }) => this.#table.get(`${id}`) ?? [])
      .filter((transfer) => this.#isWaitedFor(transfer))
  }

  #isWaitedFor(transfer: Transfer | null): boolean {
    return transfer?.parts.some(({ state }) => state !== 'done' && state !== 'declined' && state !== 'cancelled') ?? false
  }
}

/** Of a message that is not in the log yet, where its place does not matter. */
const NOWHERE = { position: 0, stamp: '', id: '' }

/** Whether what is on disk is still what was offered, as far as an offer tells. */
function isSame(summary: OfferSummary, offered: Transfer): boolean {
  return (
    summary.bytes === offered.bytes &&
    summary.count === offered.count &&
    summary.files.length === offered.files.length &&
    summary.files.every(({ path, bytes }, index) => offered.files[index]?.path === path && offered.files[index]?.bytes === bytes)
  )
}
