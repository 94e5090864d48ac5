import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { MAX_CONTROL, MAX_UNPROVEN, WINDOW } from './limits.ts'
import { PAGE, pageMemory } from './page-memory.ts'
import { BLOCK_HEADER, BLOCK_TYPE, type ControlFrame, ENTRIES_TYPE, FRAME_HEADER, isFrameType, parseControl } from './wire.ts'

/** Blocks that memory is got for at once, when the first comes: one that comes in, and all that may wait for the disk. */
const SPARE = WINDOW + 1
/** For a block with its header, so placed that the data begin at a page. */
const ROOM = PAGE + BLOCK_SIZE

/** Whoever takes it has it until `release`, which gives its memory back to the reader. */
export interface Block {
  readonly index: number
  readonly tag: Buffer
  readonly data: Buffer
  release(): void
}

export interface FrameHandlers {
  control(frame: ControlFrame): void
  /** Lines of the manifest. */
  entries(lines: Buffer): void
  block(block: Block): void
}

/**
 * Cuts a byte stream into frames. Before `trust` only tiny control frames pass, so a stranger costs next to no memory.
 * A length is believed only within the bound of its type.
 */
export class FrameReader {
  readonly #handlers: FrameHandlers
  readonly #head = Buffer.alloc(FRAME_HEADER)
  #headFilled = 0
  #payload: Buffer | null = null
  #filled = 0
  /** What the block that comes in is written to. */
  #block: Buffer | null = null
  #trusted = false
  #stopped = false
  /** Memory for blocks to come. */
  readonly #spare: Buffer[] = []

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers
  }

  /** The peer is proven: larger control frames and blocks may come. */
  trust(): void {
    this.#trusted = true
  }

  /** No more frames, not even from bytes already pushed. */
  stop(): void {
    this.#stopped = true
    this.#spare.length = 0
  }

  /** @throws OptiChatError `peer-protocol`, and what the handlers throw. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.#stopped) {
      if (this.#payload === null) {
        const take = Math.min(FRAME_HEADER - this.#headFilled, chunk.length - at)
        chunk.copy(this.#head, this.#headFilled, at, at + take)
        this.#headFilled += take
        at += take
        if (this.#headFilled < FRAME_HEADER) return
        this.#payload = this.#roomFor(this.#head.readUInt32BE(0), this.#head.readUInt8(4))
        this.#filled = 0
      }
      const take = Math.min(this.#payload.length - this.#filled, chunk.length - at)
      chunk.copy(this.#payload, this.#filled, at, at + take)
      this.#filled += take
      at += take
      if (this.#filled === this.#payload.length) this.#whole(this.#payload)
    }
  }

  #roomFor(length: number, type: number): Buffer {
    if (!isFrameType(type)) throw new OptiChatError('peer-protocol', `no frame has type ${type}`)
    if (type === BLOCK_TYPE) {
      if (!this.#trusted) throw new OptiChatError('peer-protocol', 'a block before the proof')
      if (length <= BLOCK_HEADER || length > BLOCK_HEADER + BLOCK_SIZE) {
        throw new OptiChatError('peer-protocol', `a block frame of ${length} bytes`)
      }
      this.#block = this.#spare.pop() ?? this.#more()
      return this.#block.subarray(PAGE - BLOCK_HEADER, PAGE - BLOCK_HEADER + length)
    }
    if (length < 2 || length > (this.#trusted ? MAX_CONTROL : MAX_UNPROVEN)) {
      throw new OptiChatError('peer-protocol', `a control frame of ${length} bytes`)
    }
    /** Lines are kept: in memory of their own, which nothing else keeps alive. */
    return type === ENTRIES_TYPE ? Buffer.allocUnsafeSlow(length) : Buffer.allocUnsafe(length)
  }

  #more(): Buffer {
    const memory = pageMemory(SPARE * ROOM)
    for (let n = 1; n < SPARE; n++) this.#spare.push(memory.subarray(n * ROOM, (n + 1) * ROOM))
    return memory.subarray(0, ROOM)
  }

  #whole(payload: Buffer): void {
    this.#payload = null
    this.#headFilled = 0
    const type = this.#head.readUInt8(4)
    if (type === BLOCK_TYPE) {
      const [memory, index] = [this.#block, payload.readUInt32BE(0)]
      this.#block = null
      const release = () => {
        if (memory && this.#spare.length < SPARE) this.#spare.push(memory)
      }
      this.#handlers.block({ index, tag: payload.subarray(4, BLOCK_HEADER), data: payload.subarray(BLOCK_HEADER), release })
    } else if (type === ENTRIES_TYPE) this.#handlers.entries(payload)
    else {
      this.#handlers.control(parseControl(type, payload))
    }
  }
}
