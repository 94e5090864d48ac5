/**
 * The list of what a transfer holds, as both ends have it: its lines, in pages, and where in the stream each file lies. It grows while it
 * comes in, and can be used as far as it has come. Only lines are kept, some 70 bytes a file; entries are parsed anew page by page.
 */
import { createHash } from 'node:crypto'
import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { because } from '../protocol/reasons.ts'
import { type Entry, formatEntry, parseEntries } from './entries.ts'
import { CHUNK_ENTRIES, CHUNK_SIZE, MAX_ENTRIES, MAX_MANIFEST, PAGES_OPEN } from './limits.ts'
import type { ControlBody } from './wire.ts'

/** Part of a file that lies in a block. `last`: the file ends with it. */
export interface Span {
  /** Number in the manifest. */
  readonly index: number
  readonly entry: Entry
  /** Where in the file. */
  readonly position: number
  readonly length: number
  readonly last: boolean
}

/** Lines that belong together: `first` entry, and where they `start` in the stream and stand `at` in the manifest. */
interface Page {
  readonly lines: Buffer
  readonly first: number
  readonly start: number
  readonly at: number
  /** Has folders or empty files, which no block brings. */
  readonly special: boolean
}

/** How many bytes, files (`count`), files and folders (`entries`), and the SHA-256 of all lines, lower-case hex. */
export type Totals = Omit<ControlBody<'end'>, 'block'>

export class Manifest {
  /** Of the stream. */
  bytes = 0
  /** Of its files. */
  count = 0
  entries = 0
  /** Of its lines. */
  size = 0
  /** No more will come. */
  whole = false
  readonly #pages: Page[] = []
  readonly #parsed = new Map<number, readonly Entry[]>()
  readonly #hash = createHash('sha256')
  /** The page that grows. */
  #lines: Buffer[] = []
  #grown: Entry[] = []
  #special = false
  #start = 0
  #at = 0

  /** @throws OptiChatError `too-many-files`, or `peer-protocol` for sums beyond what numbers can hold. */
  add(entry: Entry): void {
    this.append(Buffer.from(formatEntry(entry)), [entry])
  }

  /**
   * @param lines of these entries, exactly; kept as they are
   * @throws as `add`
   */
  append(lines: Buffer, entries: readonly Entry[]): void {
    if (this.entries + entries.length > MAX_ENTRIES || this.size + lines.length > MAX_MANIFEST) {
      throw new OptiChatError('too-many-files', because('files-most', { most: MAX_ENTRIES }))
    }
    for (const entry of entries) {
      this.bytes += entry.bytes
      if (entry.kind === 'file') this.count++
      if (entry.bytes === 0) this.#special = true
      if (!Number.isSafeInteger(this.bytes) || this.bytes / BLOCK_SIZE > 0xffff_ffff) {
        throw new OptiChatError('peer-protocol', 'sizes beyond what can be')
      }
      this.#grown.push(entry)
    }
    this.entries += entries.length
    this.size += lines.length
    this.#hash.update(lines)
    this.#lines.push(lines)
    if (this.#grown.length >= CHUNK_ENTRIES || this.size - this.#at >= CHUNK_SIZE) this.#turn()
  }

  /** Call once, when all is added. */
  close(): void {
    this.#turn()
    this.whole = true
  }

  /** Blocks of the stream, as far as it is known: all of them once it is whole, else those that are sure to be full. */
  get blocks(): number {
    return this.whole ? Math.ceil(this.bytes / BLOCK_SIZE) : Math.floor(this.bytes / BLOCK_SIZE)
  }

  /** Of a block below `blocks`: the last one may be shorter. */
  length(block: number): number {
    return Math.min(BLOCK_SIZE, this.bytes - block * BLOCK_SIZE)
  }

  totals(): Totals {
    return { bytes: this.bytes, count: this.count, entries: this.entries, digest: this.#hash.copy().digest('hex') }
  }

  /** SHA-256 of the first so many bytes of its lines, hex; null when there are fewer. */
  digestOf(size: number): string | null {
    if (size > this.size) return null
    const hash = createHash('sha256')
    for (const lines of this.#slices(0, size)) hash.update(lines)
    return hash.digest('hex')
  }

  /** The lines from a byte on, in pieces that fit a frame. */
  linesFrom(from: number): Generator<Buffer> {
    return this.#slices(from, this.size)
  }

  entry(index: number): Entry {
    const page = this.#pageOf((candidate) => candidate.first <= index)
    const entry = this.#entriesOf(page)[index - (this.#pages[page]?.first ?? this.entries - this.#grown.length)]
    if (!entry) throw new RangeError(`no entry ${index}`)
    return entry
  }

  /** Every entry with its number, in order. `special`: only those pages that have folders or empty files. */
  *all(special = false): Generator<readonly [number, Entry]> {
    for (let page = 0; page <= this.#pages.length; page++) yield* this.#ofPage(page, special)
  }

  /** The folders, the deeper ones before what they are in. */
  *foldersUpwards(): Generator<readonly [number, Entry]> {
    for (let page = this.#pages.length; page >= 0; page--) {
      yield* [...this.#ofPage(page, true)].reverse().filter(([, entry]) => entry.kind === 'dir')
    }
  }

  /** What lies in a block below `blocks`, in order. */
  *spans(block: number): Generator<Span> {
    let at = block * BLOCK_SIZE
    const end = at + this.length(block)
    for (let page = this.#pageOf((candidate) => candidate.start <= at); at < end; page++) {
      let start = this.#pages[page]?.start ?? this.#start
      let index = this.#pages[page]?.first ?? this.entries - this.#grown.length
      for (const entry of this.#entriesOf(page)) {
        if (entry.bytes > 0 && start + entry.bytes > at && at < end) {
          const position = at - start
          const length = Math.min(entry.bytes - position, end - at)
          yield { index, entry, position, length, last: position + length === entry.bytes }
          at += length
        }
        start += entry.bytes
        index++
      }
    }
  }

  *#ofPage(page: number, special: boolean): Generator<readonly [number, Entry]> {
    if (special && !(this.#pages[page]?.special ?? true)) return
    let index = this.#pages[page]?.first ?? this.entries - this.#grown.length
    for (const entry of this.#entriesOf(page)) yield [index++, entry]
  }

  #turn(): void {
    if (this.#grown.length === 0) return
    const lines = this.#lines.length === 1 ? (this.#lines[0] as Buffer) : Buffer.concat(this.#lines)
    const first = this.entries - this.#grown.length
    this.#pages.push({ lines, first, start: this.#start, at: this.#at, special: this.#special })
    this.#lines = []
    this.#grown = []
    this.#special = false
    this.#start = this.bytes
    this.#at = this.size
  }

  /** The last page for which this holds, which it does up to some page; the one that grows counts as the last. */
  #pageOf(holds: (page: Pick<Page, 'first' | 'start'>) => boolean): number {
    let low = 0
    let high = this.#pages.length
    const growing = { first: this.entries - this.#grown.length, start: this.#start }
    if (this.#grown.length === 0 && high > 0) high--
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (holds(this.#pages[middle] ?? growing)) low = middle
      else high = middle - 1
    }
    return low
  }

  #entriesOf(page: number): readonly Entry[] {
    const stored = this.#pages[page]
    if (!stored) return this.#grown
    const parsed = this.#parsed.get(page) ?? parseEntries(stored.lines)
    this.#parsed.delete(page)
    this.#parsed.set(page, parsed)
    if (this.#parsed.size > PAGES_OPEN) this.#parsed.delete(this.#parsed.keys().next().value as number)
    return parsed
  }

  *#slices(from: number, to: number): Generator<Buffer> {
    const growing = { lines: this.#lines.length > 0 ? Buffer.concat(this.#lines) : Buffer.alloc(0), at: this.#at }
    for (const { lines, at } of [...this.#pages, growing]) {
      const slice = lines.subarray(Math.max(0, from - at), Math.max(0, to - at))
      if (slice.length > 0) yield slice
    }
  }
}
