/**
 * What leaves in one turn of the event loop leaves as one write, since the cost is per write, not per frame. Links that are told the
 * same frames in a turn share the bytes: a broadcast is framed once, however many hear it. When many clients are acknowledged at once, that
 * waits some milliseconds for what else they will be sent.
 */
import type { Writable } from 'node:stream'
import { systemClock } from '../protocol/clock.ts'

/** A text frame that ends its message (RFC 6455 §5.2). */
const TEXT = 0x81

/**
 * Bytes up to which a turn's frames leave as one write. TLS keeps, for each connection and as long as it lasts, memory for the most it was
 * ever given: who joins thousands of people gets a list of them, once. More than this leaves in parts.
 */
const MOST_AT_ONCE = 20 * 1024
/** Bytes of such a part, of whole frames: ws may put its pings between them. With what TLS adds it is one record. */
const PART = 16 * 1024 - 256

/** Frames one after the other, as a registry sends them: unmasked. */
class Run {
  readonly #before: Run | null
  readonly #frame: string
  readonly #size: number
  /** Bytes of all. */
  readonly length: number
  #next: Run | null = null
  #bytes: Buffer | null = null

  constructor(before: Run | null, frame: string) {
    this.#before = before
    this.#frame = frame
    this.#size = Buffer.byteLength(frame)
    this.length = before ? before.length + headSize(this.#size) + this.#size : 0
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

  /** The bytes in parts, each as many frames as fit; a larger one by itself. */
  parts(): Buffer[] {
    const ends: number[] = []
    for (let run: Run = this; run.#before; run = run.#before) ends.push(run.length)
    const parts: Buffer[] = []
    let start = 0
    let end = 0
    for (const next of ends.reverse()) {
      if (next - start > PART && end > start) {
        parts.push(this.bytes().subarray(start, end))
        start = end
      }
      end = next
    }
    parts.push(this.bytes().subarray(start, end))
    return parts
  }

  #write(bytes: Buffer, at: number): void {
    const size = this.#size
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

/** The empty run, where each link's turn begins; another one in each turn, so that nothing is kept longer than it takes to send. */
let start: Run | null = null
let waiting: Outgoing[] = []
let scheduled = false
/** Ends the wait of those that wait for company. */
let cancelPatience: (() => void) | null = null

/**
 * Clients in one turn that have nothing but what may wait, from which on they wait for company: for what else they are sent in the next
 * turns, such as an answer to what they just said. With fewer, nothing is gained that anybody would notice.
 */
const CROWD = 32
/** Milliseconds that it waits at most. */
const PATIENCE = 20

function flushAll(): void {
  scheduled = false
  start = null
  const all = waiting
  waiting = []
  const patient: Outgoing[] = []
  for (const outgoing of all) {
    if (outgoing.mayWait) patient.push(outgoing)
    else outgoing.flush()
  }
  if (patient.length >= CROWD) {
    waiting = patient
    cancelPatience ??= systemClock.after(PATIENCE, flushPatient)
  } else {
    for (const outgoing of patient) outgoing.flush()
    cancelPatience?.()
    cancelPatience = null
  }
}

function flushPatient(): void {
  cancelPatience = null
  const all = waiting
  waiting = []
  start = null
  for (const outgoing of all) outgoing.flush()
}

/** A registry's frames to one client. */
export class Outgoing {
  readonly #socket: Writable
  #run: Run | null = null
  /** Nothing of what it is sent in this turn is urgent. */
  mayWait = false
  /** What is written part by part, each when the one before has left. */
  #parts: Buffer[] = []
  #partsLength = 0

  constructor(socket: Writable) {
    this.#socket = socket
  }

  /** Bytes that have not left this process. */
  get buffered(): number {
    return this.#socket.writableLength + this.#partsLength + (this.#run?.length ?? 0)
  }

  send(frame: string, mayWait = false): void {
    if (!scheduled) {
      scheduled = true
      setImmediate(flushAll)
    }
    if (this.#run === null) {
      start ??= new Run(null, '')
      waiting.push(this)
      this.#run = start
      this.mayWait = mayWait
    } else if (!mayWait) this.mayWait = false
    this.#run = this.#run.with(frame)
  }

  /** Ends the turn for this client; what was sent leaves. */
  flush(): void {
    const run = this.#run
    this.#run = null
    if (!run || !this.#socket.writable) return
    if (this.#parts.length === 0 && run.length <= MOST_AT_ONCE) {
      this.#socket.write(run.bytes())
      return
    }
    const idle = this.#parts.length === 0
    this.#parts.push(...run.parts())
    this.#partsLength += run.length
    if (idle) this.#next()
  }

  /** Ends the turn and writes whatever still waits: the end follows. */
  finish(): void {
    this.flush()
    for (const part of this.#parts) this.#socket.write(part)
    this.#parts = []
    this.#partsLength = 0
  }

  readonly #next = (): void => {
    const part = this.#parts.shift()
    if (!part || !this.#socket.writable) return
    this.#partsLength -= part.length
    this.#socket.write(part, this.#next)
  }
}
