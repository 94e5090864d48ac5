import { createHash, type Hash } from 'node:crypto'
import type { MissingFile } from './engine.ts'

/** The sum over a whole transfer: SHA-256 over the manifest's digest (its hexadecimal digits) and the tags of all blocks, in order. */
export const startSum = (digest: string): Hash => createHash('sha256').update(digest)

/** What one device was sent of a transfer, over all its sockets. */
export class Delivery {
  /** Files that were found changed or unreadable: they stay so for this device, that it may get the same bytes each time. */
  readonly missing = new Map<number, MissingFile['code']>()
  readonly #hash: Hash
  /** Blocks that went into the sum: from the first on, in order. */
  #blocks = 0
  #known = true

  constructor(digest: string) {
    this.#hash = startSum(digest)
  }

  /** A block goes out. `asListed`: nothing was found missing in it just now, so if it went out before, it did as it does now. */
  sent(block: number, tag: Buffer, asListed: boolean): void {
    if (block === this.#blocks) {
      this.#hash.update(tag)
      this.#blocks++
    } else if (block > this.#blocks || !asListed) this.#known = false
  }

  /** The sum, hex; null when not every block went out from here, or one of them not the same each time. */
  sum(blocks: number): string | null {
    return this.#known && this.#blocks === blocks ? this.#hash.copy().digest('hex') : null
  }
}
