/**
 * The ways to a sender that cannot be dialled: it is asked to dial, and soon after that the registry to pass the bytes on. The engine
 * takes the first that comes through.
 */
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, type ErrorCode } from '../protocol/errors.ts'
import { RELAY_PATIENCE } from '../protocol/limits.ts'
import type { StandingConnection } from './connection.ts'
import type { EngineRoom } from './engine-room.ts'

/** Milliseconds for the sender's dialling before the relay is asked for: ten times what it takes on any LAN. */
const RELAY_AFTER = 2_000
/** Milliseconds after which nothing is to be hoped for any more where the registry does not relay. */
const LAST_HOPE = 10_000
/** Milliseconds in which both have met at the relay, or will not. */
const MEETING = RELAY_PATIENCE + 5_000
/** Milliseconds that a request waits for the registry. */
const READY = 10_000

export class Paths {
  readonly #connection: StandingConnection
  readonly #engines: EngineRoom
  readonly #clock: Clock
  readonly #background: (work: Promise<unknown>) => void
  readonly #hopeless: (transfer: string, code: ErrorCode) => void
  /** Cancels what is to come, by transfer. */
  readonly #next = new Map<string, () => void>()

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

  /** None of the sender's addresses answers, so far. */
  unreachable(transfer: string, ticket: string): void {
    this.#then(transfer, RELAY_AFTER, () => this.#askRelay(transfer, ticket))
    this.#background(this.#askDialBack(transfer, ticket))
  }

  /** It is connected, or over. */
  settled(transfer: string): void {
    this.#next.get(transfer)?.()
    this.#next.delete(transfer)
  }

  async #askDialBack(transfer: string, ticket: string): Promise<void> {
    try {
      const session = await this.#connection.ready(READY)
      await session.request('dial-back', { ticket })
    } catch (error) {
      this.#gaveUp(transfer, asOptiChatError(error).code)
    }
  }

  async #askRelay(transfer: string, ticket: string): Promise<void> {
    const waiting = this.#then(transfer, LAST_HOPE, async () => this.#gaveUp(transfer, 'peer-unreachable'))
    try {
      const session = await this.#connection.ready(READY)
      const { token } = await session.request('relay', { ticket })
      if (this.#next.get(transfer) !== waiting) return
      this.#then(transfer, MEETING, async () => this.#gaveUp(transfer, 'peer-unreachable'))
      this.relay(ticket, token)
    } catch (error) {
      const { code } = asOptiChatError(error)
      // Not relayed, or not now: the sender may still come through.
      if (code !== 'peer-unreachable' && code !== 'slow-down') this.#gaveUp(transfer, code)
    }
  }

  /** Meets the other side of a ticket at the registry. */
  relay(ticket: string, token: string): void {
    const { state } = this.#connection
    if (state.at === 'online') this.#engines.running?.relay({ ticket, token, host: state.registry.host, port: state.registry.port })
  }

  #gaveUp(transfer: string, code: ErrorCode): void {
    if (!this.#next.has(transfer)) return
    this.settled(transfer)
    this.#hopeless(transfer, code)
  }

  #then(transfer: string, millis: number, run: () => Promise<void>): () => void {
    this.settled(transfer)
    const cancel = this.#clock.after(millis, () => this.#background(run()))
    this.#next.set(transfer, cancel)
    return cancel
  }
}
