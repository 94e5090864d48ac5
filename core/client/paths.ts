/**
 * The ways to a sender that cannot be dialled: it is asked to dial, and soon after that the registry to pass the bytes on. The engine
 * takes the first that comes through.
 */
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, type ErrorCode } from '../protocol/errors.ts'
import { RELAY_PATIENCE } from '../protocol/limits.ts'
import type { Ticket } from '../protocol/messages.ts'
import type { EnginePath } from '../transfer/engine.ts'
import type { StandingConnection } from './connection.ts'
import type { EngineRoom } from './engine-room.ts'

/** Milliseconds for the sender's dialling before the relay is asked for: ten times what it takes on any LAN. */
const RELAY_AFTER = 2_000
/** The same, and for our own dialling before it, where nothing but the relay came through the last time: still enough for three of the sender's addresses. */
const RELAY_SOON = 500
/** Milliseconds after which nothing is to be hoped for any more where the registry does not relay. */
const LAST_HOPE = 10_000
/** Milliseconds in which both have met at the relay, or will not. */
const MEETING = RELAY_PATIENCE + 5_000
/** Milliseconds that a request waits for the registry. */
const READY = 10_000

/** A sender that the engine tries to reach. */
interface Seeking {
  readonly ticket: string
  /** The sender's certificate. */
  readonly sender: string
  /** Other ways than dialling are under way. */
  isAsked: boolean
  /** Cancels what is to come. */
  cancel(): void
}

export class Paths {
  readonly #connection: StandingConnection
  readonly #engines: EngineRoom
  readonly #clock: Clock
  readonly #background: (work: Promise<unknown>) => void
  readonly #hopeless: (transfer: string, code: ErrorCode) => void
  /** By transfer. */
  readonly #seeking = new Map<string, Seeking>()
  /** Certificates of senders that were met at the relay the last time. */
  readonly #relayed = new Set<string>()

  constructor(rooms: {
    connection: StandingConnection
    engines: EngineRoom
    clock: Clock
    background(work: Promise<unknown>): void
    /** There is no way, now. */
    hopeless(transfer: string, code: ErrorCode): void
  }) {
    this.#connection = rooms.connection
    this.#engines = rooms.engines
    this.#clock = rooms.clock
    this.#background = rooms.background
    this.#hopeless = rooms.hopeless
  }

  /** The engine dials the sender from now on. */
  dialling(transfer: string, { id, peer }: Ticket): void {
    this.settled(transfer)
    const seeking: Seeking = { ticket: id, sender: peer.fingerprint, isAsked: false, cancel: () => undefined }
    this.#seeking.set(transfer, seeking)
    if (this.#relayed.has(seeking.sender)) this.#after(seeking, RELAY_SOON, () => this.unreachable(transfer, id))
  }

  /** None of the sender's addresses answers, so far. */
  unreachable(transfer: string, ticket: string): void {
    const seeking = this.#seeking.get(transfer)
    if (seeking?.ticket !== ticket || seeking.isAsked) return
    seeking.isAsked = true
    const wait = this.#relayed.has(seeking.sender) ? RELAY_SOON : RELAY_AFTER
    this.#after(seeking, wait, () => this.#background(this.#askRelay(transfer, seeking)))
    this.#background(this.#askDialBack(transfer, seeking))
  }

  /** The sender was reached. */
  connected(transfer: string, path: EnginePath): void {
    const sender = this.#seeking.get(transfer)?.sender
    if (sender !== undefined && path === 'relay') this.#relayed.add(sender)
    else if (sender !== undefined) this.#relayed.delete(sender)
    this.settled(transfer)
  }

  /** Nothing is sought any more. */
  settled(transfer: string): void {
    this.#seeking.get(transfer)?.cancel()
    this.#seeking.delete(transfer)
  }

  async #askDialBack(transfer: string, seeking: Seeking): Promise<void> {
    try {
      const session = await this.#connection.ready(READY)
      await session.request('dial-back', { ticket: seeking.ticket })
    } catch (error) {
      this.#gaveUp(transfer, seeking, asOptiChatError(error).code)
    }
  }

  async #askRelay(transfer: string, seeking: Seeking): Promise<void> {
    const gaveUp = () => this.#gaveUp(transfer, seeking, 'peer-unreachable')
    this.#after(seeking, LAST_HOPE, gaveUp)
    try {
      const session = await this.#connection.ready(READY)
      const { token } = await session.request('relay', { ticket: seeking.ticket })
      if (this.#seeking.get(transfer) !== seeking) return
      this.#after(seeking, MEETING, gaveUp)
      this.relay(seeking.ticket, token)
    } catch (error) {
      const { code } = asOptiChatError(error)
      // Not relayed, or not now: the sender may still come through.
      if (code !== 'peer-unreachable' && code !== 'slow-down') this.#gaveUp(transfer, seeking, code)
    }
  }

  /** Meets the other side of a ticket at the registry. */
  relay(ticket: string, token: string): void {
    const { state } = this.#connection
    if (state.at === 'online') this.#engines.running?.relay({ ticket, token, host: state.registry.host, port: state.registry.port })
  }

  #gaveUp(transfer: string, seeking: Seeking, code: ErrorCode): void {
    if (this.#seeking.get(transfer) !== seeking) return
    this.settled(transfer)
    this.#hopeless(transfer, code)
  }

  #after(seeking: Seeking, millis: number, run: () => void): void {
    seeking.cancel()
    seeking.cancel = this.#clock.after(millis, run)
  }
}
