import { connect, type TLSSocket } from 'node:tls'
import type { Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Ticket } from '../protocol/messages.ts'
import type { Budgets } from './budget.ts'
import { type ChannelHandlers, PeerChannel } from './channel.ts'
import { dial, type NotDialled } from './dial.ts'
import type { EnginePath } from './engine.ts'
import type { Intake } from './intake.ts'
import { PROOF_TIMEOUT } from './limits.ts'
import { dialOptions, fingerprintOfPeer, isOtherVersion } from './peer-tls.ts'
import { dialRelay, type RelayCall } from './relay-dial.ts'

interface WaysOptions {
  readonly identity: Identity
  readonly clock: Clock
  readonly ticket: Ticket
  readonly budgets: Budgets
  readonly handlers: ChannelHandlers
  /** Dialling has come to nothing so far: another way may do better. Once at most. */
  unreachable(): void
  /** A channel whose peer has the ticket's certificate; nothing else is called after it. */
  open(channel: PeerChannel, path: EnginePath): void
  /** The ticket's end came before any channel. Nothing else is called after it. */
  failed(error: OptiChatError): void
}

/** A receiver's ways to the sender of its ticket, tried beside each other: it dials, is dialled, or meets the sender at a relay. The first that opens is taken. */
export class Ways {
  readonly #o: WaysOptions
  #cancelExpiry: () => void = () => undefined
  #cancelDial: () => void = () => undefined
  #cancelRelay: () => void = () => undefined
  #isToldUnreachable = false
  #failure: NotDialled = 'peer-unreachable'
  #over = false

  constructor(options: WaysOptions) {
    this.#o = options
  }

  seek(): void {
    const { identity, clock, ticket } = this.#o
    const { endpoints, fingerprint } = ticket.peer
    this.#cancelExpiry = clock.after(ticket.lifetime, () => this.#expired())
    this.#cancelDial = dial({
      identity,
      clock,
      endpoints,
      fingerprint,
      slow: () => this.#unreachable(),
      answer: (dialled) => {
        if (dialled.socket) this.#open(this.#channelOf(dialled.socket, dialled.intake), 'direct')
        else {
          this.#failure = dialled.code
          this.#unreachable()
        }
      },
    })
  }

  /** The sender dialled us. False when it is not the ticket's, or not waited for. */
  takes(channel: PeerChannel, ticket: string): boolean {
    if (this.#over || ticket !== this.#o.ticket.id || channel.fingerprint !== this.#o.ticket.peer.fingerprint) return false
    channel.handlers = this.#o.handlers
    this.#open(channel, 'reverse')
    return true
  }

  /** Coming to nothing, it leaves the other ways as they are. */
  relay(call: RelayCall): void {
    const { identity, clock, ticket } = this.#o
    if (this.#over) return
    this.#cancelRelay()
    this.#cancelRelay = dialRelay(call, clock, (raw) => {
      if (!raw) return
      const socket = connect({ ...dialOptions(identity), socket: raw })
      const cancel = clock.after(PROOF_TIMEOUT, () => socket.destroy())
      this.#cancelRelay = () => socket.destroy()
      socket.on('error', (error) => {
        if (isOtherVersion(error)) this.#failure = 'protocol-version'
        socket.destroy()
      })
      socket.once('close', cancel)
      socket.once('secureConnect', () => {
        cancel()
        if (!this.#over && fingerprintOfPeer(socket) === ticket.peer.fingerprint) {
          this.#open(this.#channelOf(socket), 'relay')
          return
        }
        this.#failure = 'peer-untrusted'
        socket.destroy()
      })
    })
  }

  /** Lets go of all of them. Harmless when repeated, and after `open`. */
  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#cancelExpiry()
    this.#cancelDial()
    this.#cancelRelay()
  }

  #open(channel: PeerChannel, path: EnginePath): void {
    this.#over = true
    this.#cancelExpiry()
    if (path !== 'direct') this.#cancelDial()
    if (path !== 'relay') this.#cancelRelay()
    this.#o.open(channel, path)
  }

  #channelOf(socket: TLSSocket, intake?: Intake): PeerChannel {
    const { clock, budgets, handlers, ticket } = this.#o
    return new PeerChannel({ socket, intake, fingerprint: ticket.peer.fingerprint, clock, budgets, handlers })
  }

  #unreachable(): void {
    if (this.#isToldUnreachable || this.#over) return
    this.#isToldUnreachable = true
    this.#o.unreachable()
  }

  #expired(): void {
    this.cancel()
    this.#o.failed(
      new OptiChatError(this.#failure, this.#failure === 'peer-unreachable' ? 'neither side could connect in time' : undefined),
    )
  }
}
