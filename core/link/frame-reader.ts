/**
 * What a client's bytes say: RFC 6455 §5, strictly, without extensions. Text is all that we expect, mostly a frame at a time, so that is what
 * costs least; the rest is here because the standard has it, and so that nobody can make a registry keep more than MAX_FRAME.
 */
import { isUtf8 } from 'node:buffer'
import { MAX_FRAME } from '../protocol/limits.ts'

export interface FrameHandlers {
  /** @param bytes of it */
  text(text: string, bytes: number): void
  binary(): void
  ping(payload: Buffer): void
  pong(): void
  /** The last that is called. @param code null when none was given */
  closed(code: number | null, reason: string): void
}

/** Close codes of RFC 6455 §7.4.1: against the protocol, not UTF-8, against our rules, too big. */
export type Fault = 1002 | 1007 | 1008 | 1009

/** Fragments of one message: what is sent to us never needs many (CVE-2026-48779 of ws). */
const MAX_FRAGMENTS = 64
/** Chunks in which a frame may arrive: each costs far more memory than its bytes when these are few. */
const MAX_CHUNKS = 1_024
/** Opcodes of RFC 6455 §5.2; text is 1, control frames are those from CLOSE on. */
const [CONTINUATION, BINARY, CLOSE, PING, PONG] = [0, 2, 8, 9, 10]
/** The longest payload that the head's second byte tells by itself, and all that a control frame may have. */
const SHORT = 125
/** What decoding puts where there was no UTF-8. It may also have been sent. */
const REPLACEMENT = '\ufffd'

export class FrameReader {
  readonly #handlers: FrameHandlers
  /** Bytes of a frame that is not complete, how many they are and how many are needed to go on. */
  #chunks: Buffer[] = []
  #length = 0
  #needed = 0
  /** Of a message whose first fragments have come: its opcode, these, and their bytes. */
  #opcode = CONTINUATION
  #fragments: Buffer[] = []
  #size = 0
  #over = false

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers
  }

  /** Takes the next bytes, which are its own from now on. @returns why there is nothing more to be understood; null when all is well */
  read(chunk: Buffer): Fault | null {
    if (this.#over) return null
    let bytes = chunk
    if (this.#chunks.length > 0) {
      if (this.#chunks.push(chunk) > MAX_CHUNKS) return this.#fault(1008)
      this.#length += chunk.length
      if (this.#length < this.#needed) return null
      bytes = Buffer.concat(this.#chunks, this.#length)
      this.#chunks = []
    }
    let at = 0
    while (at < bytes.length && !this.#over) {
      const size = this.#frame(bytes, at)
      if (size < 0) return this.#fault(-size as Fault)
      if (size === 0) {
        this.#length = bytes.length - at
        this.#chunks = [at === 0 ? bytes : bytes.subarray(at)]
        return null
      }
      at += size
    }
    return null
  }

  #fault(fault: Fault): Fault {
    this.#over = true
    this.#chunks = []
    this.#fragments = []
    return fault
  }

  /** Reads the frame that begins there. @returns its bytes; 0 when it is not complete; a fault below zero */
  #frame(bytes: Buffer, at: number): number {
    const have = bytes.length - at
    if (have < 2) return this.#wait(2)
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]]
    const [opcode, final, short] = [first & 0x0f, first >= 0x80, second & 0x7f]
    // No extension was agreed on, and clients mask.
    if ((first & 0x70) !== 0 || second < 0x80) return -1002
    if (opcode >= CLOSE) {
      if (opcode > PONG || !final || short > SHORT) return -1002
    } else if (opcode > BINARY || (opcode === CONTINUATION) !== this.#opcode > 0) return -1002
    const head = short <= SHORT ? 6 : short === 126 ? 8 : 14
    if (have < head) return this.#wait(head)
    const length = short <= SHORT ? short : short === 126 ? bytes.readUInt16BE(at + 2) : longLength(bytes, at + 2)
    // The shortest form that it has (§5.2).
    if (short > SHORT && length <= (short === 126 ? SHORT : 0xffff)) return -1002
    if (opcode < CLOSE && this.#size + length > MAX_FRAME) return -1009
    if (have < head + length) return this.#wait(head + length)
    const from = at + head
    const to = from + length
    unmask(bytes, from, to)
    const fault = opcode >= CLOSE ? this.#control(opcode, bytes.subarray(from, to)) : this.#data(opcode, final, bytes, from, to)
    return fault === null ? head + length : -fault
  }

  #wait(needed: number): 0 {
    this.#needed = needed
    return 0
  }

  #data(opcode: number, final: boolean, bytes: Buffer, from: number, to: number): Fault | null {
    if (final && opcode !== CONTINUATION) return this.#message(opcode, bytes, from, to)
    if (opcode !== CONTINUATION) this.#opcode = opcode
    this.#size += to - from
    if (this.#fragments.push(bytes.subarray(from, to)) > MAX_FRAGMENTS) return 1008
    if (!final) return null
    const whole = Buffer.concat(this.#fragments, this.#size)
    const kind = this.#opcode
    this.#opcode = CONTINUATION
    this.#fragments = []
    this.#size = 0
    return this.#message(kind, whole, 0, whole.length)
  }

  #message(opcode: number, bytes: Buffer, from: number, to: number): Fault | null {
    if (opcode === BINARY) {
      this.#handlers.binary()
      return null
    }
    const text = bytes.toString('utf8', from, to)
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to))) return 1007
    this.#handlers.text(text, to - from)
    return null
  }

  #control(opcode: number, payload: Buffer): Fault | null {
    if (opcode === PING) this.#handlers.ping(payload)
    else if (opcode === PONG) this.#handlers.pong()
    else {
      if (payload.length === 1) return 1002
      const code = payload.length === 0 ? null : payload.readUInt16BE(0)
      const reason = payload.subarray(2)
      if (code !== null && !mayBeSent(code)) return 1002
      if (!isUtf8(reason)) return 1007
      this.#over = true
      this.#handlers.closed(code, reason.toString())
    }
    return null
  }
}

/** Beyond MAX_FRAME it doesn't matter how long. */
function longLength(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) > 0 ? Number.POSITIVE_INFINITY : bytes.readUInt32BE(at + 4)
}

/** RFC 6455 §5.3, in place; the mask stands before the payload. */
function unmask(bytes: Buffer, from: number, to: number): void {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[from - 4], bytes[from - 3], bytes[from - 2], bytes[from - 1]]
  let at = from
  // Four a round: half the time of one by one.
  for (; at + 3 < to; at += 4) {
    bytes[at] = (bytes[at] ?? 0) ^ a
    bytes[at + 1] = (bytes[at + 1] ?? 0) ^ b
    bytes[at + 2] = (bytes[at + 2] ?? 0) ^ c
    bytes[at + 3] = (bytes[at + 3] ?? 0) ^ d
  }
  if (at < to) bytes[at] = (bytes[at] ?? 0) ^ a
  if (at + 1 < to) bytes[at + 1] = (bytes[at + 1] ?? 0) ^ b
  if (at + 2 < to) bytes[at + 2] = (bytes[at + 2] ?? 0) ^ c
}

/** Codes that a close frame may have (§7.4). */
const mayBeSent = (code: number) =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
