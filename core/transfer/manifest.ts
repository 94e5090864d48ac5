/** The list of what a transfer holds, as both ends have it, and its digest: the name by which a resume knows it is the same. */
import { createHash } from 'node:crypto'
import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { CHUNK_CHARACTERS, CHUNK_ENTRIES, MAX_ENTRIES, MAX_MANIFEST } from './limits.ts'
import type { ControlBody, Entry } from './wire.ts'

/** What END says: `count` counts files, `entries` files and folders. */
export interface Totals {
  readonly bytes: number
  readonly count: number
  readonly entries: number
  /** SHA-256 over the JSON of `[path, kind, bytes, exec, mtime]` of each entry, each ended by `\n`; lower-case hex. */
  readonly digest: string
}

function blockCount(bytes: number): number {
  return Math.ceil(bytes / BLOCK_SIZE)
}

/** Length of a block: the last one may be shorter. */
function blockLength(bytes: number, index: number): number {
  return Math.min(BLOCK_SIZE, bytes - index * BLOCK_SIZE)
}

/** Takes entries in order and holds them to the bounds. */
export class ManifestBuilder {
  readonly entries: Entry[] = []
  readonly #hash = createHash('sha256')
  #bytes = 0
  #count = 0
  #characters = 0

  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#count
  }

  /** @throws OptiChatError `too-many-files`, or `peer-protocol` for sums beyond what numbers can hold. */
  add(entry: Entry): void {
    if (entry.kind === 'dir' && entry.bytes !== 0) throw new OptiChatError('peer-protocol', 'a folder with bytes of its own')
    this.#bytes += entry.bytes
    if (entry.kind === 'file') this.#count++
    const line = JSON.stringify([entry.path, entry.kind, entry.bytes, entry.exec, entry.mtime])
    this.#characters += line.length + 60
    if (!Number.isSafeInteger(this.#bytes) || blockCount(this.#bytes) > 0xffff_ffff) {
      throw new OptiChatError('peer-protocol', 'sizes beyond what can be')
    }
    if (this.entries.length >= MAX_ENTRIES || this.#characters > MAX_MANIFEST) {
      throw new OptiChatError('too-many-files', `${MAX_ENTRIES.toLocaleString('en')} at most`)
    }
    this.#hash.update(`${line}\n`)
    this.entries.push(entry)
  }

  /** Call once, at the end. */
  totals(): Totals {
    return { bytes: this.#bytes, count: this.#count, entries: this.entries.length, digest: this.#hash.digest('hex') }
  }
}

/** A receiver's check of what a sender lists, against what it offered: a lie shows at the first entry that is too much. */
export class ManifestCollector {
  readonly #builder = new ManifestBuilder()
  readonly #expect: { readonly bytes: number; readonly count: number }

  constructor(expect: { readonly bytes: number; readonly count: number }) {
    this.#expect = expect
  }

  /** @throws OptiChatError `peer-protocol`, `too-many-files` */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#builder.add(entry)
    if (this.#builder.bytes > this.#expect.bytes) throw new OptiChatError('peer-protocol', 'more bytes than were offered')
    if (this.#builder.count > this.#expect.count) throw new OptiChatError('peer-protocol', 'more files than were offered')
  }

  /** @throws OptiChatError `peer-protocol` when END, the entries and the offer do not agree. */
  end(end: ControlBody<'end'>): { readonly entries: readonly Entry[]; readonly totals: Totals } {
    const totals = this.#builder.totals()
    if (
      end.bytes !== totals.bytes ||
      end.count !== totals.count ||
      end.entries !== totals.entries ||
      end.digest !== totals.digest ||
      totals.bytes !== this.#expect.bytes ||
      totals.count !== this.#expect.count
    ) {
      throw new OptiChatError('peer-protocol', 'the list of files is not what was offered')
    }
    return { entries: this.#builder.entries, totals }
  }
}

/** The entries in pieces that fit a frame. */
export function* chunks(entries: readonly Entry[]): Generator<Entry[]> {
  let chunk: Entry[] = []
  let characters = 0
  for (const entry of entries) {
    if (chunk.length > 0 && (chunk.length >= CHUNK_ENTRIES || characters + entry.path.length > CHUNK_CHARACTERS)) {
      yield chunk
      chunk = []
      characters = 0
    }
    chunk.push(entry)
    characters += entry.path.length
  }
  if (chunk.length > 0) yield chunk
}

/** Where each file lies in the stream. */
export class Layout {
  readonly bytes: number
  readonly blocks: number
  /** Indexes (in the manifest) of the files that have bytes, and where each starts in the stream. */
  readonly #files: number[] = []
  readonly #starts: number[] = []
  readonly #entries: readonly Entry[]

  constructor(entries: readonly Entry[]) {
    this.#entries = entries
    let at = 0
    for (const [index, entry] of entries.entries()) {
      if (entry.bytes === 0) continue
      this.#files.push(index)
      this.#starts.push(at)
      at += entry.bytes
    }
    this.bytes = at
    this.blocks = blockCount(at)
  }

  length(block: number): number {
    return blockLength(this.bytes, block)
  }

  /** The spans of a block, in order: which entry, from where in it, how much, and whether the file ends with it. */
  *spans(block: number): Generator<{ entry: number; position: number; length: number; last: boolean }> {
    let at = block * BLOCK_SIZE
    const end = at + this.length(block)
    for (let n = this.#find(at); at < end; n++) {
      const entry = this.#files[n] as number
      const bytes = (this.#entries[entry] as Entry).bytes
      const position = at - (this.#starts[n] as number)
      const length = Math.min(bytes - position, end - at)
      yield { entry, position, length, last: position + length === bytes }
      at += length
    }
  }

  /** The last file that starts at or before an offset. */
  #find(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
