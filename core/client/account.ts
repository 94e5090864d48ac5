/** All rooms of one signed-in user, put together: what one registry and one history mean for this device. */
import { PasswordWorker } from '../identity/opaque-client.ts'
import type { Clock, Random } from '../protocol/clock.ts'
import { conversationId } from '../protocol/conversation.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Neighbour, Reply } from '../protocol/messages.ts'
import type { EventFrame } from '../protocol/parse.ts'
import type { Caps, TransferEngine } from '../transfer/engine.ts'
import { AccountLife } from './account-life.ts'
import type { ClientEvents, Connection, TransferSettings } from './client.ts'
import { type ConnectionOptions, StandingConnection } from './connection.ts'
import type { Emitter } from './emitter.ts'
import { EngineRoom } from './engine-room.ts'
import { History } from './history.ts'
import { newHolder, releaseHolder } from './holders.ts'
import { Inbox } from './inbox.ts'
import { askForNeighbours } from './neighbours.ts'
import { Offers } from './offers.ts'
import { Outbox } from './outbox.ts'
import { Paths } from './paths.ts'
import { Probing } from './probing.ts'
import type { Account, Profile } from './profile.ts'
import { Receipts } from './receipts.ts'
import { Receiving } from './receiving.ts'
import { Roster } from './roster.ts'
import { Sending } from './sending.ts'
import type { Session } from './session.ts'
import { Store } from './store.ts'
import { StoreWatch } from './store-watch.ts'
import { Talk } from './talk.ts'
import { transferSettings } from './transfer-settings.ts'
import { TransferTable } from './transfer-table.ts'
import { Typing } from './typing.ts'

/** Milliseconds that the end waits for last words (a receipt, "received") to be acknowledged. */
const LAST_WORDS = 2_000

export interface AccountOptions extends ConnectionOptions {
  readonly random: Random
  readonly newId: () => string
  readonly serveUnfinished: boolean | 'sending'
  /** Instead of the profile's. */
  readonly cap?: Caps
  /** The one address this device's peers reach it at, where it is not all of them. */
  readonly host?: string
  /** The registry told of others. */
  readonly heardOf?: (registries: readonly Neighbour[]) => void
  startEngine(): Promise<TransferEngine>
  endpoints(port: number): string[]
}

export class AccountRooms {
  readonly account: Account
  readonly store: Store
  readonly roster: Roster
  readonly history: History
  readonly transfers: TransferTable
  readonly receipts: Receipts
  readonly connection: StandingConnection
  readonly talk: Talk
  readonly life: AccountLife
  readonly offers: Offers
  readonly receiving: Receiving
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #engines: EngineRoom
  readonly #probing: Probing
  readonly #typing: Typing
  readonly #events: Emitter<ClientEvents>
  readonly #clock: Clock
  readonly #holder = newHolder()
  readonly #serveUnfinished: boolean | 'sending'
  readonly #watch: StoreWatch
  readonly #heardOf: AccountOptions['heardOf']
  readonly #syncWaiters = new Set<{ resolve(): void; reject(error: OptiChatError): void }>()
  #synced = false
  #closed = false

  /** @throws OptiChatError `data-unreadable`, `data-in-use` */
  constructor(account: Account, profile: Profile, events: Emitter<ClientEvents>, options: AccountOptions) {
    const me = account.user
    const { clock } = options
    this.account = account
    this.#events = events
    this.#clock = clock
    this.#serveUnfinished = options.serveUnfinished
    this.#heardOf = options.heardOf
    const store = new Store(profile.historyFile(account.registry.id, me.id), profile.disk)
    this.store = store
    this.roster = new Roster(store, me, events)
    this.history = new History(store, this.roster, me)
    this.transfers = new TransferTable({ store, roster: this.roster, me, events, clock })
    this.receipts = new Receipts(clock)
    const fault = (error: unknown) => this.#trouble(error)
    this.#inbox = new Inbox({
      store,
      history: this.history,
      transfers: this.transfers,
      receipts: this.receipts,
      me,
      events,
      clock,
      // What is not stored comes again with the next session.
      fault: (error) => this.connection.session?.close(asOptiChatError(error).code),
    })
    this.connection = new StandingConnection(account, options, {
      changed: (state) => this.#connectionChanged(state),
      after: () => this.#inbox.position,
      online: (session, start) => this.#online(session, start),
      event: (frame) => this.#event(frame),
      offline: () => this.#offline(),
      moved: (registry) => profile.remember(registry),
      readdressed: (session) => this.#background(this.#engines.readdress(session)),
      disturbed: () => this.#disturbed(),
      revoked: () => profile.forget(account),
    })
    const sending = new Sending({
      connection: this.connection,
      me,
      clock,
      newId: options.newId,
      stored: (message) => this.#inbox.own(message),
    })
    this.#outbox = new Outbox({
      store,
      sending,
      clock,
      newId: options.newId,
      refused: (id, code) => {
        this.offers.refused(id, code)
        const message = this.history.queued(id)
        if (message) events.emit('changed', message)
      },
    })
    const settings = (): TransferSettings => transferSettings(profile)
    this.#watch = new StoreWatch(
      clock,
      () => `${store.version()} ${JSON.stringify(settings())}`,
      () => this.#reconsider(),
    )
    this.#engines = new EngineRoom({
      start: options.startEngine,
      endpoints: options.endpoints,
      caps: () => ({ up: settings().up, down: settings().down, ...options.cap }),
      // What moves can be paused and cancelled by another process.
      started: () => this.#watch.start(),
      fault,
    })
    const background = (work: Promise<unknown>) => this.#background(work)
    this.#probing = new Probing({ identity: options.identity, clock, ...(options.host === undefined ? {} : { host: options.host }) })
    this.#typing = new Typing({ clock, events, user: (id) => this.roster.user(id) })
    this.life = new AccountLife({ connection: this.connection, me, worker: () => new PasswordWorker() })
    this.talk = new Talk({
      store,
      roster: this.roster,
      history: this.history,
      connection: this.connection,
      sending,
      outbox: this.#outbox,
      typing: this.#typing,
      me,
      clock,
      events,
      background,
    })
    const engines = { connection: this.connection, engines: this.#engines, clock, background }
    const paths = new Paths({ ...engines, hopeless: (id, code) => this.receiving.hopeless(id, code) })
    const shared = { ...engines, paths, store, table: this.transfers, outbox: this.#outbox, me, holder: this.#holder, settings }
    this.offers = new Offers({ ...shared, sending, history: this.history, events, random: options.random })
    this.receiving = new Receiving({ ...shared, random: options.random })
    this.transfers.hooks = {
      offered: (id) => this.offers.stored(id),
      withdrawn: (id) => (this.transfers.get(id)?.direction === 'send' ? this.offers.withdrawn(id) : this.receiving.withdrawn(id)),
    }
  }

  /** Goes online (or is) and waits for the catch-up. Rejects with why the first attempt failed. */
  async connect(): Promise<void> {
    await this.connection.start()
    if (this.#synced) return
    await new Promise<void>((resolve, reject) => {
      const waiter = { resolve, reject }
      this.#syncWaiters.add(waiter)
    })
  }

  markRead(conversation: string, position: number): void {
    const user = this.account.user.id
    if (!this.roster.setRead({ user, conversation, position })) return
    this.receipts.read(conversation, position)
    this.#events.emit('receipt', { user, conversation })
  }

  async close(): Promise<void> {
    this.receiving.closing()
    this.#watch.close()
    this.#probing.close()
    await this.#engines.close()
    this.receiving.close()
    this.offers.close()
    this.receipts.close()
    this.#outbox.close()
    if (this.connection.session) {
      let cancel: () => void = () => undefined
      const patience = new Promise<void>((resolve) => {
        cancel = this.#clock.after(LAST_WORDS, resolve)
      })
      await Promise.race([this.#outbox.flush(), patience])
      cancel()
    }
    this.#closed = true
    await this.connection.stop()
    this.#outbox.close()
    this.#failSyncWaiters('not-connected')
    this.#inbox.drop()
    releaseHolder(this.#holder)
    this.store.close()
  }

  #connectionChanged(state: Connection): void {
    if (state.at === 'refused') this.#failSyncWaiters(state.code)
    this.#events.emit('connection', state)
  }

  #online(session: Session, start: Reply<'sync'>): void {
    const me = this.account.user.id
    // A backup was put back there: what it gives out from now on is new, whatever its position.
    if (start.head < this.#inbox.position) this.#inbox.rewind(start.head)
    // Read here while offline: the registry is told what it does not have.
    const theirs = new Map(start.reads.filter(({ user }) => user === me).map(({ conversation, position }) => [conversation, position]))
    const unsaid = [...this.roster.ownReads()].filter(([conversation, position]) => position > (theirs.get(conversation) ?? 0))
    this.roster.online(start)
    const delivered = start.users.find(({ id }) => id === me)?.delivered ?? 0
    this.receipts.delivered(this.history.newestOfOthers())
    this.receipts.online(session, delivered, unsaid)
    this.talk.online(session)
    this.#background(this.#outbox.flush())
    if (this.#heardOf) this.#background(askForNeighbours(session, this.#heardOf))
    this.#background(this.offers.online(session))
    this.receiving.online(start.serving)
    if (!this.#serveUnfinished) return
    this.#watch.start()
    this.#background(this.#resume())
  }

  async #resume(): Promise<void> {
    if (this.#serveUnfinished === true) await this.receiving.resumeAll()
    await this.offers.serveUnfinished()
  }

  /** Another process of this profile did something. */
  #reconsider(): void {
    this.#engines.recap()
    this.offers.reconsider()
    this.receiving.reconsider()
    this.#background(this.#outbox.flush())
    if (this.#serveUnfinished) this.#background(this.offers.serveUnfinished())
  }

  #disturbed(): void {
    this.#engines.running?.nudge()
    this.receiving.nudge()
  }

  /** What was set for transfers is something else now. */
  resettle(): void {
    this.#engines.recap()
    this.receiving.reconsider()
  }

  #offline(): void {
    this.#synced = false
    this.#inbox.drop()
    this.receipts.offline()
    this.#typing.clear()
    this.roster.offline()
  }

  #event(frame: EventFrame): void {
    // What follows a message is seen after it.
    if (frame.event !== 'message') this.#inbox.flush()
    switch (frame.event) {
      case 'message':
        this.#inbox.take(frame.body.message)
        this.#typing.stopped(conversationId(frame.body.message.audience), frame.body.message.from)
        break
      case 'synced':
        this.#caughtUp(frame.body.position)
        break
      case 'presence':
        this.roster.presence(frame.body.users)
        break
      case 'receipt':
        this.roster.receipt(frame.body)
        break
      case 'serving':
        this.receiving.serving(frame.body.transfer)
        break
      case 'ticket':
        this.offers.ticket(frame.body.ticket)
        break
      case 'dial-back':
        this.offers.dialBack(frame.body.ticket)
        break
      case 'relay':
        this.offers.relay(frame.body.ticket, frame.body.token)
        break
      case 'probe': {
        const { session, state } = this.connection
        if (session && state.at === 'online') this.#background(this.#probing.answer(session, state.registry, frame.body))
        break
      }
      case 'typing':
        this.#typing.started(frame.body.conversation, frame.body.user)
        break
      case 'room':
        this.roster.rooms.set(frame.body.room)
        break
      case 'room-left':
        this.roster.rooms.left(frame.body.room)
        break
      case 'bye':
        // The session itself notes the reason.
        break
    }
  }

  #caughtUp(position: number): void {
    this.#inbox.synced(position)
    this.#synced = true
    this.#events.emit('synced')
    for (const waiter of this.#syncWaiters) waiter.resolve()
    this.#syncWaiters.clear()
  }

  #failSyncWaiters(code: ErrorCode): void {
    for (const waiter of this.#syncWaiters) waiter.reject(new OptiChatError(code))
    this.#syncWaiters.clear()
  }

  #background(work: Promise<unknown>): void {
    work.catch((error) => this.#trouble(error))
  }

  #trouble(error: unknown): void {
    if (!this.#closed) this.#events.emit('trouble', asOptiChatError(error))
  }
}
