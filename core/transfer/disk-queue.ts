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
 * Blocks on their way to the disk, in order. Each is written as it comes: another thread that writes them is no faster where two threads are all there
 * is, and costs a fifth more of a processor; but what goes past the system's cache is waited for elsewhere, while more comes. When the disk is full they wait here until there is room for all that is still lacking.
 */
export class DiskQueue {
  readonly #o: DiskQueueOptions
  readonly #waiting: (() => Promise<void> | null)[] = []
  /** The first of them is being written. */
  #isBusy = false
  #cancel: (() => void) | null = null
  /** There seems to be room again: what waits is tried. */
  #isTrying = false
  #isOver = false
  /** How it is told that nothing waits any more. */
  #drained: (() => void) | null = null

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

  /** @param write is called again if the disk was full; what it returns, if anything, resolves when that is written */
  add(write: () => Promise<void> | null): void {
    this.#waiting.push(write)
    if (!this.isFull) this.#write()
  }

  /** Nothing more is begun, and nobody told. */
  end(): void {
    this.#isOver = true
    this.#isTrying = false
    this.#cancel?.()
    this.#waiting.length = 0
  }

  /** Resolves when all that is here is written, as far as the disk takes it now. From then on as after `end`; call it once, add nothing after it. */
  drain(): Promise<void> {
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve
    })
    if (!this.#isBusy) this.#endDraining()
    return drained
  }

  #endDraining(): void {
    if (!this.#drained) return
    this.end()
    this.#drained()
  }

  /** As far as it can without waiting. */
  #write(): void {
    for (let write = this.#waiting[0]; write && !this.#isBusy && !this.#isOver; write = this.#waiting[0]) {
      let later: Promise<void> | null
      try {
        later = write()
      } catch (thrown) {
        if (this.#drained) this.#endDraining()
        else this.#fails(thrown)
        return
      }
      if (later) this.#await(later)
      else this.#wrote()
    }
    if (this.#isBusy) return
    this.#endDraining()
    if (!this.#isTrying) return
    this.#isTrying = false
    this.#o.room()
  }

  #await(later: Promise<void>): void {
    this.#isBusy = true
    later.then(
      () => {
        this.#isBusy = false
        if (this.#isOver) {
          this.#endDraining()
          return
        }
        this.#wrote()
        if (this.#cancel) this.#endDraining()
        else this.#write()
      },
      (thrown: unknown) => {
        this.#isBusy = false
        if (this.#drained) this.#endDraining()
        else if (!this.#isOver) this.#fails(thrown)
      },
    )
  }

  #wrote(): void {
    this.#waiting.shift()
    this.#o.written()
  }

  #fails(thrown: unknown): void {
    const error = asDiskError(thrown, this.#o.into)
    if (error.code !== 'disk-full') {
      this.end()
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
      this.#fails(thrown)
      return
    }
    this.#isTrying = true
    this.#write()
  }
}
