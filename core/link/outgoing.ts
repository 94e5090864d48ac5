/**
 * What leaves in one turn of the event loop leaves as one write, since the cost is per write, not per frame. Links that are told the
 * same frames in a turn share the bytes: a broadcast is framed once, however many hear it. When many clients are acknowledged at once, that
 * waits some milliseconds for what else they will be sent.
 */
import type { Writable } from 'node:stream'
import type { Clock } from '../protocol/clock.ts'
import type { Manner } from './link.ts'
import type { Traffic } from './traffic.ts'

/** A text frame that ends its message (RFC 6455 §5.2), and control frames. */
const TEXT = 0x81
export const [CLOSE, PING, PONG] = [0x88, 0x89, 0x8a]

/** Bytes up to which a turn's frames leave as one write; more than this leaves in parts, so that no connection takes memory without bound. */
const MOST_AT_ONCE = 20 * 1024
/** Bytes of such a part. With what TLS adds it is one record. */
const PART = 16 * 1024 - 256
/**
 * Bytes of a part of what leaves bit by bit. Node's TLS keeps, for each connection and as long as it lasts, memory for the most it was ever given
 * at once: 1 KiB to begin with, what TLS adds included, and 16 KiB more from then on.
 */
const BIT = 1_000

/** Frames one after the other, as a registry sends them: unmasked. */
class Run {
  readonly #before: Run | null
  readonly #frame: string
  /** Bytes of its last frame. */
  readonly size: number
  /** Bytes of all, with what WebSocket puts before each. */
  readonly length: number
  #next: Run | null = null
  #bytes: Buffer | null = null

  constructor(before: Run | null, frame: string) {
    this.#before = before
    this.#frame = frame
    this.size = Buffer.byteLength(frame)
    this.length = before ? before.length + headSize(this.size) + this.size : 0
  }

  /** This run and one frame more; the same one for all who go on with the same frame. */
  with(frame: string): Run {
    if (this.#next === null || this.#next.#frame !== frame) this.#next = new Run(this, frame)
    return this.#next
  }

  bytes(): Buffer {
    if (this.#bytes) return this.#bytes
    const bytes = Buffer.allocUnsafe(this.length)
    for (let run: Run = this; run.#before; run = run.#before) run.#write(bytes, run.#before.length)
    this.#bytes = bytes
    return bytes
  }

  #write(bytes: Buffer, at: number): void {
    const { size } = this
    bytes[at] = TEXT
    if (size < 126) bytes[at + 1] = size
    else if (size < 65_536) {
      bytes[at + 1] = 126
      bytes.writeUInt16BE(size, at + 2)
    } else {
      bytes[at + 1] = 127
      bytes.writeBigUInt64BE(BigInt(size), at + 2)
    }
    bytes.write(this.#frame, at + headSize(size))
  }
}

const headSize = (size: number) => (size < 126 ? 2 : size < 65_536 ? 4 : 10)

/**
 * Clients in one turn that have nothing but what may wait, from which on they wait for company: for what else they are sent in the next
 * turns, such as an answer to what they just said. With fewer, nothing is gained that anybody would notice.
 */
const CROWD = 32
/** Milliseconds that it waits at most. */
const PATIENCE = 20

/** What the clients of one server are sent in one turn. */
export class Turn {
  readonly traffic: Traffic
  readonly #clock: Clock
  /** The empty run, where each link's turn begins; another one in each turn, so that nothing is kept longer than it takes to send. */
  #start: Run | null = null
  #waiting: Outgoing[] = []
  #scheduled = false
  /** Ends the wait of those that wait for company. */
  #cancelPatience: (() => void) | null = null

  /** @param traffic counts what is sent */
  constructor(clock: Clock, traffic: Traffic) {
    this.#clock = clock
    this.traffic = traffic
  }

  /** The turn will not end before something has come. */
  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#flush)
  }

  /** One more that has something to send. @returns the empty run */
  join(outgoing: Outgoing): Run {
    this.#waiting.push(outgoing)
    this.#start ??= new Run(null, '')
    return this.#start
  }

  #take(): Outgoing[] {
    const all = this.#waiting
    this.#waiting = []
    this.#start = null
    return all
  }

  readonly #flush = (): void => {
    this.#scheduled = false
    const patient: Outgoing[] = []
    for (const outgoing of this.#take()) {
      if (outgoing.patient) patient.push(outgoing)
      else outgoing.flush()
    }
    if (patient.length >= CROWD) {
      this.#waiting = patient
      this.#cancelPatience ??= this.#clock.after(PATIENCE, () => {
        this.#cancelPatience = null
        for (const outgoing of this.#take()) outgoing.flush()
      })
    } else {
      for (const outgoing of patient) outgoing.flush()
      this.#cancelPatience?.()
      this.#cancelPatience = null
    }
  }
}

/** A registry's frames to one client. */
export class Outgoing {
  readonly #socket: Writable
  readonly #turn: Turn
  #run: Run | null = null
  /** All of what it is sent in this turn may wait. */
  patient = false
  #bitByBit = false
  /** What is written part by part, each when the one before has left; null when nothing is. */
  #parts: Buffer[] | null = null
  #partsLength = 0

  constructor(socket: Writable, turn: Turn) {
    this.#socket = socket
    this.#turn = turn
  }

  /** Bytes that have not left this process. */
  get buffered(): number {
    return this.#socket.writableLength + this.#partsLength + (this.#run?.length ?? 0)
  }

  send(frame: string, manner: Manner = 'now'): void {
    this.#turn.schedule()
    if (this.#run === null) {
      this.#run = this.#turn.join(this)
      this.patient = manner === 'soon'
    } else if (manner !== 'soon') this.patient = false
    if (manner === 'bit by bit') this.#bitByBit = true
    this.#run = this.#run.with(frame)
    const { traffic } = this.#turn
    traffic.framesOut++
    traffic.bytesOut += this.#run.size
  }

  /** Ends the turn for this client; what was sent leaves. */
  flush(): void {
    const run = this.#run
    this.#run = null
    if (!run) return
    const most = this.#bitByBit ? BIT : MOST_AT_ONCE
    this.#bitByBit = false
    this.#write(run.bytes(), most)
  }

  /** Sends a control frame, after all that was sent before. */
  control(opcode: number, payload: Buffer): void {
    this.flush()
    this.#write(Buffer.concat([Buffer.of(opcode, payload.length), payload]))
  }

  /** The same with the last frame: nothing waits any longer, as the end follows. */
  finish(opcode: number, payload: Buffer): void {
    this.control(opcode, payload)
    const parts = this.#parts
    this.#parts = null
    this.#partsLength = 0
    if (parts && this.#socket.writable) this.#socket.write(Buffer.concat(parts))
  }

  #write(bytes: Buffer, most = MOST_AT_ONCE): void {
    if (!this.#socket.writable) return
    if (this.#parts === null && bytes.length <= most) {
      this.#socket.write(bytes)
      return
    }
    const idle = this.#parts === null
    this.#parts ??= []
    const part = Math.min(most, PART)
    for (let at = 0; at < bytes.length; at += part) this.#parts.push(bytes.subarray(at, at + part))
    this.#partsLength += bytes.length
    if (idle) this.#next()
  }

  readonly #next = (): void => {
    const part = this.#parts?.shift()
    if (!part || !this.#socket.writable) {
      this.#parts = null
      this.#partsLength = 0
      return
    }
    this.#partsLength -= part.length
    this.#socket.write(part, this.#next)
  }
}
