import { closeSync, ftruncateSync, futimesSync, readSync } from 'node:fs'
import type { Entry } from './entries.ts'
import { PAST_CACHE } from './limits.ts'
import type { Span } from './manifest.ts'
import { openPlain, writeAll } from './own-files.ts'
import { PAGE, toNextPage } from './page-memory.ts'
import { PastCache } from './past-cache.ts'
import { zeros } from './zeros.ts'

/** One file of a transfer that comes in, open. */
export class GrowingFile {
  /** Number in the manifest. */
  readonly index: number
  readonly #entry: Entry
  readonly #path: string
  readonly #fd: number
  /** Of what an earlier attempt left. */
  readonly #size: number
  /** Null: not for this one; undefined: not tried yet. */
  #past: PastCache | null | undefined

  /** @param past whether it may be written past the system's cache, if it is large */
  constructor(path: string, { index, entry }: Pick<Span, 'index' | 'entry'>, past: boolean) {
    const { fd, size } = openPlain(path, entry.exec ? 0o777 : 0o666)
    this.index = index
    this.#entry = entry
    this.#path = path
    this.#fd = fd
    this.#size = size
    this.#past = past && entry.bytes >= PAST_CACHE ? undefined : null
  }

  write(data: Buffer, position: number): void {
    writeAll(this.#fd, data, position)
  }

  /**
   * Writes to the disk itself, as far as pages are whole; the rest as `write` does. One at a time, and nothing else meanwhile.
   * @param data in use until it resolves
   * @returns null where that cannot be: then `write` it
   */
  writePast(data: Buffer, position: number): Promise<void> | null {
    this.#past = this.#past === undefined ? PastCache.open(this.#path) : this.#past
    if (!this.#past || this.#past.isRefused) return null
    const head = toNextPage(position)
    const length = data.length - head - ((data.length - head) % PAGE)
    return length > 0 ? this.#around(this.#past, data, position, head, length) : null
  }

  /** Zeros need no room where nothing was written yet. */
  leaveHole({ position, length, last }: Span): void {
    const there = Math.min(this.#size - position, length)
    if (there > 0) this.write(zeros(there), position)
    if (last) ftruncateSync(this.#fd, this.#entry.bytes)
  }

  /** @returns whether there was so much */
  read(target: Buffer, position: number): boolean {
    return readSync(this.#fd, target, 0, target.length, position) === target.length
  }

  /** The time is set when the last byte is written, as writing changes it. */
  close(): void {
    try {
      const seconds = secondsOf(this.#entry)
      futimesSync(this.#fd, seconds, seconds)
    } finally {
      closeSync(this.#fd)
      this.#past?.close()
    }
  }

  async #around(past: PastCache, data: Buffer, position: number, head: number, length: number): Promise<void> {
    this.write(data.subarray(0, head), position)
    const done = head + (await past.write(data.subarray(head, head + length), position + head))
    this.write(data.subarray(done), position + done)
  }
}

/** Half a microsecond more than the entry says, so that seconds as a double never round to the millisecond before. */
export const secondsOf = ({ mtime }: Entry): number => (mtime + 0.0005) / 1000
