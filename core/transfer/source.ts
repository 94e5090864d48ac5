import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { MissingFile } from './engine.ts'
import type { Listing } from './listing.ts'
import type { Span } from './manifest.ts'

const { O_RDONLY, O_NOFOLLOW = 0 } = constants

export interface ReadBlock {
  readonly length: number
  /** Files in it that were found not to be as listed, for the first time: zeros stand for their bytes. */
  readonly missing: readonly (readonly [index: number, code: MissingFile['code']])[]
}

/**
 * Reads the blocks of a listing, one file open at a time. A file that is no longer what was listed, or cannot be read, is missing from
 * then on; the others are read as ever.
 */
export class Source {
  readonly #listing: Listing
  readonly #missing: Map<number, MissingFile['code']>
  #open: { readonly index: number; readonly fd: number } | null = null

  /** @param missing what was found so before; grows */
  constructor(listing: Listing, missing: Map<number, MissingFile['code']>) {
    this.#listing = listing
    this.#missing = missing
  }

  /** Fills `buffer` with a block. */
  read(block: number, buffer: Buffer): ReadBlock {
    let filled = 0
    const missing: [number, MissingFile['code']][] = []
    for (const span of this.#listing.manifest.spans(block)) {
      const target = buffer.subarray(filled, filled + span.length)
      filled += span.length
      const known = this.#missing.has(span.index)
      const fault = known ? null : this.#readSpan(span, target)
      if (fault) {
        this.#missing.set(span.index, fault)
        missing.push([span.index, fault])
        this.close()
      }
      if (known || fault) target.fill(0)
    }
    return { length: filled, missing }
  }

  close(): void {
    if (this.#open) closeSync(this.#open.fd)
    this.#open = null
  }

  /** Null when all is as it was listed, which is looked at after each part that was read. */
  #readSpan(span: Span, target: Buffer): MissingFile['code'] | null {
    try {
      const fd = this.#fdOf(span)
      for (let got = 0; got < span.length; ) {
        const n = readSync(fd, target, got, span.length - got, span.position + got)
        if (n === 0) return 'file-changed'
        got += n
      }
      if (this.#isChanged(span, fd)) return 'file-changed'
      if (span.last) this.close()
      return null
    } catch {
      return 'file-unreadable'
    }
  }

  #fdOf({ index, entry }: Span): number {
    if (this.#open?.index === index) return this.#open.fd
    this.close()
    const fd = openSync(this.#listing.sourceOf(entry), O_RDONLY | O_NOFOLLOW)
    this.#open = { index, fd }
    return fd
  }

  #isChanged({ index, entry }: Span, fd: number): boolean {
    const stat = fstatSync(fd)
    return !stat.isFile() || stat.size !== entry.bytes || stat.mtimeMs !== this.#listing.stampOf(index)
  }
}
