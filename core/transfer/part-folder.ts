/**
 * The folder `<into>/.optichat-<transfer>.part/` in which a transfer grows:
 *
 * - `data/`: the files under their safe names, each written where its bytes belong;
 * - `blocks`: the SHA-256 of block n at 32·n, written after the block itself;
 * - `state.json`: which manifest this is, and up to which block everything has been synced (replaced atomically);
 * - `placed`: while the whole is put in place, one line a top-level item, see place.ts.
 *
 * After a kill -9 or a power cut, the blocks that were synced are trusted as they are; those after them are read and hashed
 * again, and trusted as far as they match `blocks`.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { syncAll } from './disk.ts'
import { CHECKPOINT_BYTES, CHECKPOINT_INTERVAL } from './limits.ts'
import type { Layout } from './manifest.ts'
import { SafePaths } from './safe-name.ts'
import { Turns } from './turns.ts'
import type { Entry } from './wire.ts'

const checkState = Compile(
  Type.Object({ version: Type.Literal(1), digest: Type.String(), synced: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }) }),
)

const HASH = 32
const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_RDWR } = constants

export function partFolderOf(into: string, transfer: string): string {
  return join(into, `.optichat-${transfer}.part`)
}

export class PartFolder {
  readonly path: string
  readonly data: string
  /** Where each entry goes below `data/`, in the order of the manifest. */
  readonly names: readonly string[]
  readonly layout: Layout
  readonly #digest: string
  readonly #clock: Clock
  readonly #folders = new Set<string>()
  readonly #blocks: number
  #open: { readonly entry: number; readonly fd: number } | null = null
  /** All blocks before this one are checked and written. */
  #have = 0
  /** Blocks written beyond a gap (one that came damaged and was asked for again). */
  readonly #beyond = new Set<number>()
  #closed = false
  #synced = 0
  #unsynced = new Set<number>()
  #unsyncedBytes = 0
  #lastCheckpoint: number
  #checkpoint: Promise<void> | null = null

  private constructor(options: { path: string; entries: readonly Entry[]; layout: Layout; digest: string; clock: Clock }) {
    this.path = options.path
    this.data = join(options.path, 'data')
    this.layout = options.layout
    this.#digest = options.digest
    this.#clock = options.clock
    this.#lastCheckpoint = options.clock.elapsed()
    const safe = new SafePaths()
    this.names = options.entries.map((entry) => (entry.kind === 'dir' ? safe.folder(entry.path) : safe.file(entry.path)))
    ownFolder(this.data)
    this.#blocks = openSync(join(this.path, 'blocks'), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
  }

  /**
   * Opens the folder, or makes it; what it has of another manifest is thrown away.
   * @param into exists
   * @throws OptiChatError `folder-unwritable` when somebody else made the folder; and what the file system throws
   */
  static async open(options: {
    into: string
    transfer: string
    entries: readonly Entry[]
    layout: Layout
    digest: string
    clock: Clock
  }): Promise<PartFolder> {
    const path = partFolderOf(options.into, options.transfer)
    ownFolder(path)
    const kept = stateOf(path)
    const same = kept?.digest === options.digest
    if (!same) {
      await rm(path, { recursive: true })
      ownFolder(path)
    }
    const folder = new PartFolder({ ...options, path })
    try {
      if (!same) folder.#writeState()
      await folder.#recover(kept && same ? kept.synced : 0)
    } catch (error) {
      folder.closeFiles()
      throw error
    }
    return folder
  }

  /** All blocks before this one are here. */
  get have(): number {
    return this.#have
  }

  get bytes(): number {
    return Math.min(this.#have * BLOCK_SIZE, this.layout.bytes)
  }

  has(block: number): boolean {
    return block < this.#have || this.#beyond.has(block)
  }

  fileOf(entry: number): string {
    return join(this.data, this.names[entry] as string)
  }

  /** Writes a block whose hash was found right. */
  write(block: number, data: Buffer, sha256: Buffer): void {
    let at = 0
    for (const { entry, position, length, last } of this.layout.spans(block)) {
      const fd = this.#fdOf(entry)
      writeAll(fd, data.subarray(at, at + length), position)
      at += length
      this.#unsynced.add(entry)
      if (last) this.#closeFile()
    }
    writeAll(this.#blocks, sha256, block * HASH)
    this.#beyond.add(block)
    while (this.#beyond.delete(this.#have)) this.#have++
    this.#unsyncedBytes += data.length
  }

  /** Whether enough has come since the last checkpoint for another one. */
  get checkpointDue(): boolean {
    const late = this.#clock.elapsed() - this.#lastCheckpoint >= CHECKPOINT_INTERVAL
    return this.#checkpoint === null && this.#unsyncedBytes > 0 && (this.#unsyncedBytes >= CHECKPOINT_BYTES || late)
  }

  /** Syncs what was written until now and notes it in the state. Blocks may be written meanwhile. */
  checkpoint(): Promise<void> {
    /** If the one before fails, whoever asked for it is told. */
    const before = this.#checkpoint?.catch(() => undefined) ?? Promise.resolve()
    const settled = before
      .then(() => this.#sync())
      .finally(() => {
        if (this.#checkpoint === settled) this.#checkpoint = null
      })
    this.#checkpoint = settled
    return settled
  }

  /** Makes a folder below `data/` and those above it, following no link. */
  folder(relative: string): void {
    if (relative === '.' || relative === '' || this.#folders.has(relative)) return
    this.folder(dirname(relative))
    plainFolder(join(this.data, relative), 0o777)
    this.#folders.add(relative)
  }

  /** Makes an empty file, or keeps the one that is there. */
  touch(entry: number): void {
    this.#fdOf(entry)
    this.#closeFile()
    this.#unsynced.add(entry)
  }

  /** Folders made or used in this attempt, absolute. */
  folders(): string[] {
    return [...this.#folders].map((relative) => join(this.data, relative))
  }

  /** Resolves when no checkpoint is running, however it ended. */
  async quiet(): Promise<void> {
    await this.#checkpoint?.catch(() => undefined)
  }

  /** Deletes all of it, its notes last: killed in between, it still knows what was put in place. */
  async remove(): Promise<void> {
    await rm(this.data, { recursive: true, force: true })
    await rm(this.path, { recursive: true, force: true })
  }

  /** Call once no work of this folder runs; harmless when repeated. */
  closeFiles(): void {
    this.#closeFile()
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#blocks)
  }

  async #sync(): Promise<void> {
    const [entries, upTo] = [this.#unsynced, this.#have]
    this.#unsynced = new Set()
    this.#unsyncedBytes = 0
    try {
      await syncAll(
        this.data,
        [...entries].map((entry) => this.fileOf(entry)),
      )
      this.#synced = upTo
      this.#writeState()
    } catch (error) {
      for (const entry of entries) this.#unsynced.add(entry)
      throw error
    } finally {
      this.#lastCheckpoint = this.#clock.elapsed()
    }
  }

  #writeState(): void {
    const target = join(this.path, 'state.json')
    const fresh = `${target}.new`
    writeFileSync(fresh, JSON.stringify({ version: 1, digest: this.#digest, synced: this.#synced }), { mode: 0o600, flush: true })
    renameSync(fresh, target)
  }

  #fdOf(entry: number): number {
    if (this.#open?.entry === entry) return this.#open.fd
    this.#closeFile()
    const relative = this.names[entry] as string
    this.folder(dirname(relative))
    const fd = openPlain(join(this.data, relative))
    this.#open = { entry, fd }
    return fd
  }

  #closeFile(): void {
    if (this.#open) closeSync(this.#open.fd)
    this.#open = null
  }

  /** Goes on from the synced blocks through those that are whole on the disk all the same. */
  async #recover(synced: number): Promise<void> {
    this.#have = Math.min(synced, this.layout.blocks)
    this.#synced = this.#have
    const turns = new Turns(this.#clock)
    const noted = Buffer.alloc(HASH)
    const buffer = Buffer.allocUnsafeSlow(BLOCK_SIZE)
    for (; this.#have < this.layout.blocks; this.#have++) {
      await turns.give()
      if (readSync(this.#blocks, noted, 0, HASH, this.#have * HASH) < HASH || noted.every((byte) => byte === 0)) return
      const length = this.#readBack(this.#have, buffer)
      if (length === null || !createHash('sha256').update(buffer.subarray(0, length)).digest().equals(noted)) return
      for (const { entry } of this.layout.spans(this.#have)) this.#unsynced.add(entry)
      this.#unsyncedBytes += length
    }
  }

  /** A block as it lies on the disk; null where its files are shorter. Called only for blocks that were once written. */
  #readBack(block: number, buffer: Buffer): number | null {
    let at = 0
    for (const { entry, position, length } of this.layout.spans(block)) {
      const fd = this.#fdOf(entry)
      if (readSync(fd, buffer, at, length, position) < length) return null
      at += length
    }
    return at
  }
}

function stateOf(path: string): { digest: string; synced: number } | null {
  let text: string
  try {
    text = readFileSync(join(path, 'state.json'), 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
  try {
    const state: unknown = JSON.parse(text)
    return checkState.Check(state) ? state : null
  } catch {
    /** A state that cannot be read is none: everything is fetched anew. */
    return null
  }
}

/** A folder that is a folder and no link; made if missing. */
function plainFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!lstatSync(path).isDirectory()) throw new OptiChatError('folder-unwritable', `${path}: something else is there`)
  }
}

/** A folder of ours that nobody else can write to: in a shared `into`, another user could have made one for us. */
function ownFolder(path: string): void {
  plainFolder(path, 0o700)
  if (process.platform === 'win32') return
  const stat = lstatSync(path)
  if (stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) {
    throw new OptiChatError('folder-unwritable', `${path}: it is not ours alone`)
  }
}

/** Opens for reading and writing what we create, or created in an earlier attempt: a plain file with no other name, never a link. */
function openPlain(path: string): number {
  try {
    return openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const fd = openSync(path, O_RDWR | O_NOFOLLOW)
  const stat = fstatSync(fd)
  if (stat.isFile() && stat.nlink === 1) return fd
  closeSync(fd)
  throw new OptiChatError('folder-unwritable', `${path}: something else is there`)
}

function writeAll(fd: number, data: Buffer, position: number): void {
  for (let at = 0; at < data.length; ) at += writeSync(fd, data, at, data.length - at, position + at)
}
