/** A registry's end of a WebSocket: what its client's frames mean, and when it ends. */
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../protocol/clock.ts'
import { type Fault, type FrameHandlers, FrameReader } from './frame-reader.ts'
import type { Link, LinkHandlers, Manner } from './link.ts'
import { CLOSE, Outgoing, PING, PONG, type Turn } from './outgoing.ts'
import { Pulse, type Pulsing } from './pulse.ts'
import type { Traffic } from './traffic.ts'
import { CLOSE_CODE, CLOSE_TIMEOUT, plainAddress } from './websocket.ts'

/** Unsent bytes from which on pings are no longer answered: whoever does not read needs no answers (RFC 6455 §5.5.3). */
const MOST_BEFORE_PONG = 64 * 1024

const EMPTY = Buffer.alloc(0)

export class ServedLink implements Link, FrameHandlers, Pulsing {
  readonly remoteAddress: string
  readonly peerFingerprint: string | null
  readonly #socket: TLSSocket
  readonly #clock: Clock
  readonly #outgoing: Outgoing
  readonly #reader: FrameReader
  readonly #traffic: Traffic
  readonly #pulse: Pulse
  #handlers: LinkHandlers | null = null
  /** Why it ends, whoever said so first. */
  #reason: string | null = null
  /** A close frame was sent: nothing may follow it. */
  #closing = false

  /** @param socket whose upgrade was just answered, with nothing of it read since */
  constructor(socket: TLSSocket, peerFingerprint: string | null, clock: Clock, turn: Turn) {
    this.#socket = socket
    this.#clock = clock
    this.#traffic = turn.traffic
    this.#outgoing = new Outgoing(socket, turn)
    this.#reader = new FrameReader(this)
    this.#pulse = new Pulse(clock, this)
    this.remoteAddress = plainAddress(socket.remoteAddress)
    this.peerFingerprint = peerFingerprint
    // What goes wrong with it ends it, and 'close' tells of that.
    socket.on('error', () => socket.destroy())
  }

  get buffered(): number {
    return this.#outgoing.buffered
  }

  exportKey(label: string): Buffer {
    return this.#socket.exportKeyingMaterial(32, label, EMPTY)
  }

  send(frame: string, manner?: Manner): void {
    if (!this.#closing) this.#outgoing.send(frame, manner)
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#socket.once('end', () => this.#socket.end())
    this.#socket.once('close', () => this.#ended())
    if (this.#socket.destroyed) this.#ended()
    else this.#pulse.start()
  }

  close(reason: string): void {
    this.#reason ??= reason
    this.#sayClose(CLOSE_CODE, reason)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  sayPing(): void {
    if (!this.#closing) this.#outgoing.control(PING, EMPTY)
  }

  /** Of the client's frames; what follows as well. */
  text(text: string, bytes: number): void {
    this.#pulse.heard = true
    this.#traffic.framesIn++
    this.#traffic.bytesIn += bytes
    if (this.#reason === null) this.#handlers?.frame(text)
  }

  binary(): void {
    this.close('bad-frame')
  }

  ping(payload: Buffer): void {
    this.#pulse.heard = true
    if (!this.#closing && this.#outgoing.buffered < MOST_BEFORE_PONG) this.#outgoing.control(PONG, payload)
  }

  pong(): void {
    this.#pulse.heard = true
  }

  closed(code: number | null, reason: string): void {
    this.#reason ??= reason === '' ? 'lost' : reason
    this.#sayClose(code, reason)
    this.#socket.end()
  }

  #read(chunk: Buffer): void {
    const fault: Fault | null = this.#reader.read(chunk)
    if (fault === null) return
    this.#reason ??= 'lost'
    this.#sayClose(fault, '')
    this.#socket.destroySoon()
  }

  /** The close frame, once; the client has some time to answer it, and to take it. */
  #sayClose(code: number | null, reason: string): void {
    if (this.#closing) return
    this.#closing = true
    const payload = Buffer.alloc(code === null ? 0 : 2 + Buffer.byteLength(reason))
    if (code !== null) {
      payload.writeUInt16BE(code)
      payload.write(reason, 2)
    }
    this.#outgoing.finish(CLOSE, payload)
    this.#clock.after(CLOSE_TIMEOUT, () => this.#socket.destroy(), true)
  }

  #ended(): void {
    this.#pulse.stop()
    const handlers = this.#handlers
    this.#handlers = null
    handlers?.ended(this.#reason ?? 'lost')
  }
}
