import type { Clock } from '../protocol/clock.ts'
import type { OptiChatError } from '../protocol/errors.ts'
import { asDiskError, roomIn } from './disk.ts'
import { DISK_POLL } from './limits.ts'

interface DiskQueueOptions {
  readonly clock: Clock
  readonly into: string
  /** Bytes that there must be room for before it goes on after the disk was full. */
  lacking(): number
  /** One of what was added is on the disk. */
  written(): void
  /** The disk is full: all waits. Followed by `room`. */
  full(error: OptiChatError): void
  /** There is room again, and nothing waits any more. */
  room(): void
  /** Writing failed for another reason; nothing more is written. */
  failed(error: OptiChatError): void
}

/**
 * Blocks on their way to the disk: one at a time, in order, beside the network's work. When the disk is full they wait here until there
 * is room for all that is still lacking.
 */
export class DiskQueue {
  readonly #o: DiskQueueOptions
  readonly #waiting: (() => Promise<void>)[] = []
  #writing: Promise<void> | null = null
  #cancel: (() => void) | null = null
  /** There seems to be room again: what waits is tried. */
  #isTrying = false
  #isOver = false

  constructor(options: DiskQueueOptions) {
    this.#o = options
  }

  /** What is not on the disk yet. */
  get length(): number {
    return this.#waiting.length
  }

  get isFull(): boolean {
    return this.#cancel !== null || this.#isTrying
  }

  /** The disk was found full elsewhere. `room` will be called. */
  wait(): void {
    this.#cancel ??= this.#o.clock.after(DISK_POLL, () => this.#look())
  }

  /** @param write is called again if the disk was full */
  add(write: () => Promise<void>): void {
    this.#waiting.push(write)
    this.#next()
  }

  /** Writes what waits, unless the disk is full, and tells nobody any more; resolves when nothing is being written. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#cancel?.()
    while (this.#writing) await this.#writing
    this.#waiting.length = 0
  }

  #next(): void {
    if (this.#writing || this.#cancel) return
    const write = this.#waiting[0]
    if (write) {
      this.#writing = this.#run(write)
    } else if (this.#isTrying) {
      this.#isTrying = false
      if (!this.#isOver) this.#o.room()
    }
  }

  async #run(write: () => Promise<void>): Promise<void> {
    let error: OptiChatError | null = null
    try {
      await write()
    } catch (thrown) {
      error = asDiskError(thrown, this.#o.into)
    }
    this.#writing = null
    if (!error) {
      this.#waiting.shift()
      this.#next()
      if (!this.#isOver) this.#o.written()
    } else if (!this.#isOver) this.#fails(error)
  }

  #fails(error: OptiChatError): void {
    if (error.code !== 'disk-full') {
      this.#isOver = true
      this.#o.failed(error)
      return
    }
    const isKnown = this.isFull
    this.#isTrying = false
    this.wait()
    if (!isKnown) this.#o.full(error)
  }

  #look(): void {
    this.#cancel = null
    try {
      const free = roomIn(this.#o.into)
      /** Going on with less would fill the disk to its brim again, which is no kindness to other programs. */
      if (free !== null && free < this.#o.lacking()) {
        this.wait()
        return
      }
    } catch (thrown) {
      this.#fails(asDiskError(thrown, this.#o.into))
      return
    }
    this.#isTrying = true
    this.#next()
  }
}
