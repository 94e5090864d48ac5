import type { Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Ticket } from '../protocol/messages.ts'
import { Budget, type Budgets } from './budget.ts'
import { PeerChannel } from './channel.ts'
import { dial } from './dial.ts'
import { asDiskError } from './disk.ts'
import type { Caps, EnginePath, OfferSummary } from './engine.ts'
import { MAX_RECEIVED_KNOWN, MAX_SENDING, MAX_SENDING_TO_ONE, TICKET_GRACE } from './limits.ts'
import type { Listing } from './listing.ts'
import { PartFolder } from './part-folder.ts'
import { type PeerServer, startPeerServer } from './peer-server.ts'
import { proves } from './peer-tls.ts'
import { Reception } from './reception.ts'
import { dialRelay, type RelayCall } from './relay-dial.ts'
import { Sender } from './sender.ts'
import type { Emit } from './thread.ts'
import { Tickets } from './tickets.ts'
import { summaryOf, walk } from './walk.ts'
import type { ControlBody, ControlFrame } from './wire.ts'

interface HostOptions {
  readonly identity: Identity
  readonly host?: string
  readonly port: number
  readonly clock: Clock
  readonly emit: Emit
}

/** The engine as it lives in the worker: knows what is served, which tickets are good, and what is being received. */
export class Host {
  readonly #o: HostOptions
  readonly #server: PeerServer
  readonly #served = new Map<string, Listing>()
  readonly #senders = new Set<Sender>()
  readonly #tickets: Tickets
  readonly #receptions = new Map<string, Reception>()
  readonly #budgets: Budgets
  /** How each ticket's receiver is being sought (`reverse`, `relay`); calling one cancels that. */
  readonly #ways = new Map<string, Map<EnginePath, () => void>>()
  /** The newest attempt at each transfer, so that one that waited for the one before it knows whether it is still wanted. */
  readonly #newest = new Map<string, number>()
  #attempts = 0
  /** Received in whole, the newest last: asked for again before that was heard, they are not received a second time. */
  readonly #received = new Set<string>()
  #closing = false

  private constructor(options: HostOptions, server: PeerServer, tickets: Tickets, budgets: Budgets) {
    this.#budgets = budgets
    this.#o = options
    this.#server = server
    this.#tickets = tickets
  }

  /** @throws OptiChatError `port-taken`, `interface-unknown` */
  static async start(options: HostOptions): Promise<Host> {
    const { identity, clock, host, port } = options
    /** A peer that comes in the same turn in which the server listens waits for its ticket anyway. */
    let started: Host | null = null
    const budgets = { up: new Budget(clock), down: new Budget(clock) }
    const server = await startPeerServer({
      identity,
      clock,
      host,
      port,
      budgets,
      opened: (channel, first, path) => started?.opened(channel, first, path),
    })
    started = new Host(options, server, new Tickets(clock), budgets)
    return started
  }

  get port(): number {
    return this.#server.port
  }

  async serve(transfer: string, paths: readonly string[]): Promise<OfferSummary> {
    const listing = await walk(paths, this.#o.clock)
    this.#served.set(transfer, listing)
    return summaryOf(listing)
  }

  unserve(transfer: string): void {
    this.#served.delete(transfer)
    for (const sender of this.#senders) if (sender.ticket.transfer === transfer) sender.fail(new OptiChatError('cancelled'))
  }

  admit(ticket: Ticket): void {
    this.#tickets.admit(ticket)
  }

  /** The receiver of this ticket could not reach us. One that is used up or out of date has nobody waiting for it. */
  dialBack(id: string): void {
    const ticket = this.#tickets.find(id)
    if (!ticket || this.#ways.get(id)?.has('reverse')) return
    const { identity, clock } = this.#o
    const cancel = dial({
      identity,
      clock,
      endpoints: ticket.peer.endpoints,
      fingerprint: ticket.peer.fingerprint,
      answer: (dialled) => {
        if (!dialled.socket) {
          this.#wayEnds(ticket, 'reverse', new OptiChatError(dialled.code))
          return
        }
        const channel = new PeerChannel({
          socket: dialled.socket,
          intake: dialled.intake,
          fingerprint: ticket.peer.fingerprint,
          clock,
          budgets: this.#budgets,
          handlers: {
            control: (frame) => {
              if (frame.kind !== 'open') throw new OptiChatError('peer-protocol', `${frame.kind} came first`)
              this.#prove(channel, frame.body, this.#tickets.find(frame.body.ticket), 'reverse')
            },
            ended: (error) => this.#wayEnds(ticket, 'reverse', error),
          },
        })
        this.#wayOpens(ticket.id, 'reverse', () => channel.fail(new OptiChatError('cancelled')))
        channel.send('call', { ticket: id })
      },
    })
    this.#wayOpens(ticket.id, 'reverse', cancel)
  }

  /** Either side: meets the other one at a relay. */
  relay(call: RelayCall): void {
    for (const reception of this.#receptions.values()) if (reception.relay(call)) return
    const ticket = this.#tickets.find(call.ticket)
    if (!ticket) return
    this.#ways.get(ticket.id)?.get('relay')?.()
    const cancel = dialRelay(call, this.#o.clock, (socket) => {
      if (socket) this.#server.adopt(socket)
      this.#wayEnds(ticket, 'relay', socket ? null : new OptiChatError('peer-unreachable'))
    })
    this.#wayOpens(ticket.id, 'relay', cancel)
  }

  cap({ up, down }: Caps): void {
    if (up !== undefined) this.#budgets.up.cap(up)
    if (down !== undefined) this.#budgets.down.cap(down)
  }

  /** The machine slept or moved. */
  nudge(): void {
    for (const sender of this.#senders) sender.nudge()
    for (const reception of this.#receptions.values()) reception.nudge()
  }

  /** Replaces an attempt at the same transfer that is still running; nothing happens for one that has been received here. */
  async fetch(request: { ticket: Ticket; into: string; expect: { bytes: number; count: number } }): Promise<void> {
    const { transfer } = request.ticket
    if (this.#received.has(transfer)) return
    const attempt = ++this.#attempts
    this.#newest.set(transfer, attempt)
    const isThere = await this.#receptions.get(transfer)?.stop(new OptiChatError('cancelled'))
    /** Stopped or asked for again meanwhile. */
    if (this.#closing || this.#newest.get(transfer) !== attempt) return
    if (isThere) {
      this.#newest.delete(transfer)
      return
    }
    const { identity, clock, emit } = this.#o
    const reception: Reception = new Reception({
      ...request,
      identity,
      clock,
      emit: (event, ...args) => {
        if (event === 'received') this.#hasReceived(transfer)
        emit(event, ...args)
      },
      budgets: this.#budgets,
      over: () => {
        if (this.#receptions.get(transfer) === reception) this.#receptions.delete(transfer)
        if (this.#newest.get(transfer) === attempt) this.#newest.delete(transfer)
      },
    })
    this.#receptions.set(transfer, reception)
  }

  #hasReceived(transfer: string): void {
    this.#received.add(transfer)
    const [oldest] = this.#received
    if (oldest !== undefined && this.#received.size > MAX_RECEIVED_KNOWN) this.#received.delete(oldest)
  }

  async stop(transfer: string, options: { into: string; remove: boolean }): Promise<void> {
    this.#newest.delete(transfer)
    await this.#receptions.get(transfer)?.stop(new OptiChatError(options.remove ? 'cancelled' : 'paused'))
    if (!options.remove) return
    try {
      await PartFolder.discard(options.into, transfer)
    } catch (error) {
      throw asDiskError(error, options.into)
    }
  }

  /** Ends everything so that it can go on later; resolves when files and sockets are closed. */
  async close(): Promise<void> {
    this.#closing = true
    const why = new OptiChatError('connection-lost', 'the other side was closed')
    for (const ways of this.#ways.values()) for (const cancel of ways.values()) cancel()
    this.#ways.clear()
    for (const sender of this.#senders) sender.fail(why)
    await Promise.all([...this.#receptions.values()].map((reception) => reception.stop(why)))
    await this.#server.close()
  }

  /** The first frame of a peer that dialled us. */
  opened(channel: PeerChannel, first: Extract<ControlFrame, { kind: 'call' | 'open' }>, path: EnginePath): void {
    if (first.kind === 'call') {
      for (const reception of this.#receptions.values()) if (reception.takes(channel, first.body.ticket)) return
      throw new OptiChatError('ticket-refused')
    }
    channel.handlers = {
      control: (frame) => {
        throw new OptiChatError('peer-protocol', `${frame.kind} before the ticket was answered`)
      },
      /** Nothing was promised to anybody yet. */
      ended: () => undefined,
    }
    this.#tickets.await(first.body.ticket, TICKET_GRACE, (ticket) => this.#prove(channel, first.body, ticket, path))
  }

  #prove(channel: PeerChannel, open: ControlBody<'open'>, ticket: Ticket | null, path: EnginePath): void {
    if (channel.over) return
    if (
      ticket?.transfer !== open.transfer ||
      ticket.peer.fingerprint !== channel.fingerprint ||
      !proves(open.proof, 'receiver', ticket.secret, channel.exporter)
    ) {
      channel.fail(new OptiChatError('ticket-refused'))
      return
    }
    this.#tickets.use(ticket.id)
    /** It came through on one way: the others are over, and the one it came on is no longer for whoever sought it. */
    const ways = this.#ways.get(ticket.id)
    this.#ways.delete(ticket.id)
    for (const [way, cancel] of ways ?? []) if (way !== path) cancel()
    const listing = this.#served.get(ticket.transfer)
    const toOne = [...this.#senders].filter(({ ticket: { peer } }) => peer.fingerprint === channel.fingerprint).length
    if (!listing || this.#senders.size >= MAX_SENDING || toOne >= MAX_SENDING_TO_ONE) {
      const error = new OptiChatError(listing ? 'slow-down' : 'transfer-unknown')
      channel.handlers = { control: () => undefined, ended: () => undefined }
      channel.fail(error)
      this.#sendingFails(ticket, error)
      return
    }
    const { emit, clock } = this.#o
    const { manifest: known } = open
    const sender: Sender = new Sender({ channel, ticket, listing, path, known, emit, clock, ended: () => this.#senders.delete(sender) })
    if (!channel.over) this.#senders.add(sender)
  }

  #wayOpens(ticket: string, way: EnginePath, cancel: () => void): void {
    const ways = this.#ways.get(ticket) ?? new Map<EnginePath, () => void>()
    this.#ways.set(ticket, ways.set(way, cancel))
  }

  /** Told as failed when it was the last one and the receiver has not come by itself meanwhile. */
  #wayEnds(ticket: Ticket, way: EnginePath, error: OptiChatError | null): void {
    const ways = this.#ways.get(ticket.id)
    if (!ways?.delete(way) || ways.size > 0) return
    this.#ways.delete(ticket.id)
    if (error) this.#sendingFails(ticket, error)
  }

  #sendingFails(ticket: Ticket, error: OptiChatError): void {
    const { id, transfer, peer } = ticket
    this.#o.emit('sendingFailed', { transfer, ticket: id, user: peer.user, code: error.code, message: error.message })
  }
}
