import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { OptiChatError } from '../protocol/errors.ts'
import type { Listing } from './walk.ts'
import type { Entry } from './wire.ts'

/** Reads the blocks of a listing, one file open at a time, and notices when a file is no longer what was listed. */
export class Source {
  readonly #listing: Listing
  #open: { readonly entry: number; readonly fd: number } | null = null

  constructor(listing: Listing) {
    this.#listing = listing
  }

  /**
   * Fills `buffer` with a block and answers its length.
   * @throws OptiChatError `file-changed`, `file-unreadable`; the detail is the path in the manifest, as the peer knows it.
   */
  read(block: number, buffer: Buffer): number {
    let filled = 0
    for (const { entry, position, length, last } of this.#listing.layout.spans(block)) {
      const fd = this.#fdOf(entry)
      for (let got = 0; got < length; ) {
        const n = this.#reading(entry, () => readSync(fd, buffer, filled + got, length - got, position + got))
        if (n === 0) throw this.#changed(entry)
        got += n
      }
      filled += length
      if (last) {
        this.#check(entry, fd)
        this.close()
      }
    }
    return filled
  }

  close(): void {
    if (this.#open) closeSync(this.#open.fd)
    this.#open = null
  }

  #fdOf(entry: number): number {
    if (this.#open?.entry === entry) return this.#open.fd
    this.close()
    const path = this.#listing.sources[entry] as string
    const fd = this.#reading(entry, () => openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)))
    this.#open = { entry, fd }
    this.#check(entry, fd)
    return fd
  }

  #check(entry: number, fd: number): void {
    const stat = this.#reading(entry, () => fstatSync(fd))
    const listed = this.#listing.entries[entry] as Entry
    if (!stat.isFile() || stat.size !== listed.bytes || stat.mtimeMs !== this.#listing.stamps[entry]) throw this.#changed(entry)
  }

  #changed(entry: number): OptiChatError {
    return new OptiChatError('file-changed', this.#listing.entries[entry]?.path)
  }

  #reading<T>(entry: number, run: () => T): T {
    try {
      return run()
    } catch (cause) {
      throw new OptiChatError('file-unreadable', this.#listing.entries[entry]?.path, { cause })
    }
  }
}
