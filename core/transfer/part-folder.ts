/**
 * The folder `<into>/.optichat-<transfer>.part/` in which a transfer grows:
 *
 * - `data/`: the files under their safe names, each written where its bytes belong;
 * - `manifest`: its lines, as far as they have come;
 * - `blocks`: the tag of block n at 16·n, written after the block itself;
 * - `missing`: a line `NUMBER CODE` for each file that the sender could not send;
 * - `state.json`: up to where everything has been synced (replaced atomically);
 * - `placed`: while the whole is put in place, one line a top-level item, see place.ts.
 *
 * After a kill -9 or a power cut, what was synced is trusted as it is; blocks after that are read and checked again, and trusted as
 * far as they match `blocks`. That the manifest is still the sender's, the sender says when the next attempt opens.
 */
import { appendFileSync, closeSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { because } from '../protocol/reasons.ts'
import { BlockTags, TAG } from './block-tags.ts'
import { startSum } from './delivery.ts'
import { syncEach, syncOne, syncTree } from './disk.ts'
import type { MissingFile } from './engine.ts'
import { type Entry, parseEntries } from './entries.ts'
import { GrowingFile } from './growing-file.ts'
import {
  CHECKPOINT_BYTES,
  CHECKPOINT_INTERVAL,
  CHUNK_SIZE,
  FLUSH_BYTES,
  MAX_SYSTEM_PATH,
  SLOW_CHECKPOINT_INTERVAL,
  SYNC_EACH,
} from './limits.ts'
import { Manifest, type Span } from './manifest.ts'
import { markOfTheWeb } from './mark-of-the-web.ts'
import { newKey } from './name-set.ts'
import { assertOwn, openPlain, plainFolder, statOf, writeAll } from './own-files.ts'
import { type PartState, readState, syncState, writeState } from './part-state.ts'
import { SafePaths } from './safe-name.ts'
import { Turns } from './turns.ts'

export interface PartPlace {
  readonly into: string
  readonly transfer: string
  readonly clock: Clock
  /** Whose rules apply to paths and files; tests try those of others. */
  readonly platform?: NodeJS.Platform
}

export function partFolderOf(into: string, transfer: string): string {
  return join(into, `.optichat-${transfer}.part`)
}

export class PartFolder {
  readonly path: string
  readonly data: string
  readonly manifest = new Manifest()
  /** Files that the sender could not send, by their number. */
  readonly missing = new Map<number, MissingFile['code']>()
  /** Safe names of the top-level items, in the manifest's order. */
  readonly tops = new Set<string>()
  /** Some of it came in an earlier attempt. */
  readonly isResumed: boolean
  readonly #tags: BlockTags
  readonly #clock: Clock
  readonly #platform: NodeJS.Platform
  /** Of the safe names. */
  readonly #key: Buffer
  readonly #safe: SafePaths
  /** Safe paths of the entries that are not called so in the manifest. */
  readonly #renamed = new Map<number, string>()
  readonly #folders = new Set<string>()
  readonly #blocks: number
  readonly #lines: number
  /** Lines of `missing` that are not in its file yet. */
  readonly #notes: string[] = []
  /** Bytes of the manifest that are in its file. */
  #saved = 0
  #open: GrowingFile | null = null
  /** The block that is being written past the system's cache. */
  #writing: Promise<void> | null = null
  /** All blocks before this one are checked and written. */
  #have = 0
  /** Blocks written beyond a gap (one that came damaged and was asked for again). */
  readonly #beyond = new Set<number>()
  #closed = false
  #synced = 0
  /** Files written since the last sync; `null`: too many to sync each. */
  #unsynced: Set<number> | null = new Set()
  #unsyncedBytes = 0
  /** Bytes of the open file that wait for being put on the disk, and what does that now. */
  #behind = 0
  #flush: Promise<void> | null = null
  /** Why that failed: the system tells it once, so the next sync has to. */
  #flushFault: unknown = null
  #lastCheckpoint: number
  #checkpoint: Promise<void> | null = null
  /** What cannot be deleted now is when the transfer ends. */
  #discarding: Promise<void> = Promise.resolve()

  private constructor({ into, transfer, clock, platform = process.platform }: PartPlace, key: Buffer, isResumed: boolean) {
    this.path = partFolderOf(into, transfer)
    this.data = join(this.path, 'data')
    this.isResumed = isResumed
    this.#key = key
    this.#tags = new BlockTags(transfer)
    this.#clock = clock
    this.#platform = platform
    this.#lastCheckpoint = clock.elapsed()
    this.#safe = new SafePaths(key, longestBelow(this.data, platform))
    plainFolder(this.data, 0o700)
    this.#blocks = openPlain(join(this.path, 'blocks'), 0o600).fd
    this.#lines = openPlain(join(this.path, 'manifest'), 0o600).fd
  }

  /** A new one; what an earlier attempt left is moved out of the way and deleted meanwhile, as that may take long. @throws as `find` */
  static create(place: PartPlace): PartFolder {
    const path = partFolderOf(place.into, place.transfer)
    const old = `${path}.old`
    if (statOf(path)) {
      assertOwn(path)
      rmSync(old, { recursive: true, force: true })
      renameSync(path, old)
    }
    plainFolder(path, 0o700)
    assertOwn(path)
    const folder = new PartFolder(place, newKey(), false)
    if (statOf(old)) folder.#discarding = rm(old, { recursive: true, force: true }).catch(() => undefined)
    folder.note(false)
    return folder
  }

  /** Deletes all that attempts at a transfer have left; none may be running. */
  static async discard(into: string, transfer: string): Promise<void> {
    const path = partFolderOf(into, transfer)
    for (const folder of [`${path}.old`, path]) await rm(folder, { recursive: true, force: true })
  }

  /**
   * What an earlier attempt left; null if there is nothing of use.
   * @throws OptiChatError `folder-unwritable` when somebody else made the folder; and what the file system throws
   */
  static async find(place: PartPlace): Promise<PartFolder | null> {
    const path = partFolderOf(place.into, place.transfer)
    if (!statOf(path)) return null
    assertOwn(path)
    const state = readState(path)
    if (!state) return null
    const folder = new PartFolder(place, Buffer.from(state.key, 'hex'), true)
    try {
      if (await folder.#load(state.manifest)) {
        if (state.whole) folder.manifest.close()
        await folder.#recover(state.synced)
        return folder
      }
      folder.closeFiles()
      return null
    } catch (error) {
      folder.closeFiles()
      throw error
    }
  }

  /** All blocks before this one are here. */
  get have(): number {
    return this.#have
  }

  get bytes(): number {
    return Math.min(this.#have * BLOCK_SIZE, this.manifest.bytes)
  }

  /** The safe path of an entry, relative to `data/` and to where it will be. */
  nameOf(index: number, entry: Entry): string {
    return this.#renamed.get(index) ?? entry.path
  }

  fileOf(index: number, entry: Entry): string {
    return join(this.data, this.nameOf(index, entry))
  }

  /** More lines of the manifest, checked. `save` follows, or `write` does it. @throws OptiChatError `peer-protocol`, `too-many-files` */
  accept(lines: Buffer, entries: readonly Entry[]): void {
    let index = this.manifest.entries
    this.manifest.append(lines, entries)
    for (const entry of entries) {
      const name = entry.kind === 'dir' ? this.#safe.folder(entry.path) : this.#safe.file(entry.path)
      if (name !== entry.path) this.#renamed.set(index, name)
      const slash = name.indexOf('/')
      this.tops.add(slash < 0 ? name : name.slice(0, slash))
      index++
    }
  }

  /** Writes the lines, and what is missing, that have come since. After a failure it can be called again. */
  save(): void {
    for (let note = this.#notes[0]; note; note = this.#notes[0]) {
      appendFileSync(join(this.path, 'missing'), note, { mode: 0o600 })
      this.#notes.shift()
    }
    for (const lines of this.manifest.linesFrom(this.#saved)) {
      writeAll(this.#lines, lines, this.#saved)
      this.#saved += lines.length
    }
  }

  /**
   * Writes a block whose tag was found right; null: it is all zeros, and stays a hole where it can. After a failure it can be called again.
   * @returns for a block of a large file, when it is written: until then `data` is in use, and nothing else may be written
   */
  write(block: number, data: Buffer | null, tag: Buffer): Promise<void> | null {
    this.save()
    let at = 0
    for (const span of this.manifest.spans(block)) {
      const file = this.#fileOf(span)
      const later = data && span.length === data.length ? file.writePast(data, span.position) : null
      if (later) {
        this.#writing = later.then(() => {
          this.#wrote(span)
          this.#noted(block, tag, span.length)
        })
        return this.#writing
      }
      if (data) {
        file.write(data.subarray(at, at + span.length), span.position)
        this.#writeBehind(span)
      } else file.leaveHole(span)
      at += span.length
      this.#wrote(span)
    }
    this.#noted(block, tag, at)
    return null
  }

  #wrote({ index, last }: Span): void {
    this.#touched(index)
    if (last) this.#closeFile()
  }

  #noted(block: number, tag: Buffer, length: number): void {
    writeAll(this.#blocks, tag, block * TAG)
    this.#beyond.add(block)
    while (this.#beyond.delete(this.#have)) this.#have++
    this.#unsyncedBytes += length
  }

  /** The sender could not send this one. Its line is written with the next block. */
  miss(index: number, code: MissingFile['code']): void {
    if (this.missing.has(index)) return
    this.missing.set(index, code)
    this.#notes.push(`${index} ${code}\n`)
  }

  /** The sum over all blocks as they were noted, hex. */
  sum(): string {
    const sum = startSum(this.manifest.totals().digest)
    const buffer = Buffer.allocUnsafe(TAG * 2_048)
    for (let at = 0; at < this.manifest.blocks * TAG; ) {
      const read = readSync(this.#blocks, buffer, 0, Math.min(buffer.length, this.manifest.blocks * TAG - at), at)
      if (read === 0) throw new OptiChatError('block-damaged', 'its notes are cut')
      sum.update(buffer.subarray(0, read))
      at += read
    }
    return sum.digest('hex')
  }

  /** Whether enough has come since the last checkpoint for another one. */
  get checkpointDue(): boolean {
    if (this.#checkpoint !== null || this.#unsyncedBytes === 0) return false
    const interval = this.#unsyncedBytes >= CHECKPOINT_BYTES ? CHECKPOINT_INTERVAL : SLOW_CHECKPOINT_INTERVAL
    return this.#clock.elapsed() - this.#lastCheckpoint >= interval
  }

  /** Syncs what was written until now and notes it in the state. Blocks may be written meanwhile. */
  checkpoint(): Promise<void> {
    /** If the one before fails, whoever asked for it is told. */
    const before = this.#checkpoint?.catch(() => undefined) ?? Promise.resolve()
    const settled = before
      .then(async () => {
        const [synced, manifest] = [this.#have, this.#saved]
        const notes = ['blocks', 'manifest', ...(this.missing.size > 0 ? ['missing'] : [])]
        await this.sync(notes.map((name) => join(this.path, name)))
        this.#synced = synced
        await syncState(this.path, this.#state(manifest, synced))
      })
      .finally(() => {
        if (this.#checkpoint === settled) this.#checkpoint = null
      })
    this.#checkpoint = settled
    return settled
  }

  /** What was written since the last time reaches the disk, and `more` with it. */
  async sync(more: readonly string[]): Promise<void> {
    const files = this.#unsynced
    this.#unsynced = new Set()
    this.#unsyncedBytes = 0
    try {
      await this.#flush
      if (this.#flushFault !== null) throw this.#flushFault
      if (files) {
        const whole = [...files].filter((index) => !this.missing.has(index))
        await syncEach([...whole.map((index) => this.fileOf(index, this.manifest.entry(index))), ...more])
      } else await syncTree(this.path)
    } catch (error) {
      this.#unsynced = null
      throw error
    } finally {
      this.#lastCheckpoint = this.#clock.elapsed()
    }
  }

  /** Everything reaches the disk, folders too. Call it while no checkpoint runs. */
  async syncAll(): Promise<void> {
    await this.sync(process.platform === 'win32' ? [] : [...this.#folders].map((relative) => join(this.data, relative)))
  }

  /** Notes in the state how far it has come. @param complete all is synced, and about to be put in place */
  note(complete: boolean): void {
    if (complete) this.#synced = this.#have
    writeState(this.path, this.#state(this.#saved, this.#synced))
  }

  #state(manifest: number, synced: number): PartState {
    return { version: 4, key: this.#key.toString('hex'), manifest, whole: this.manifest.whole, synced }
  }

  /** Makes a folder below `data/` and those above it, following no link. */
  folder(relative: string): void {
    if (relative === '.' || relative === '' || this.#folders.has(relative)) return
    this.folder(dirname(relative))
    plainFolder(join(this.data, relative), 0o777)
    this.#folders.add(relative)
  }

  /** Makes an empty file, or keeps the one that is there. */
  touch(index: number, entry: Entry): void {
    this.#fileOf({ index, entry })
    this.#closeFile()
    this.#touched(index)
  }

  /** Resolves when no checkpoint is running, however it ended, and nothing else is at the files. */
  async quiet(): Promise<void> {
    /** Whoever asked for these is told how they ended. */
    await this.#writing?.catch(() => undefined)
    await this.#checkpoint?.catch(() => undefined)
    await this.#flush
    await this.#discarding
  }

  /** Deletes all of it, its notes last: killed in between, it still knows what was put in place. */
  async remove(): Promise<void> {
    this.closeFiles()
    await this.#discarding
    await rm(this.data, { recursive: true, force: true })
    for (const folder of [`${this.path}.old`, this.path]) await rm(folder, { recursive: true, force: true })
  }

  /** Call once no work of this folder runs; harmless when repeated. */
  closeFiles(): void {
    if (this.#closed) return
    this.#closed = true
    try {
      this.#closeFile()
    } finally {
      closeSync(this.#blocks)
      closeSync(this.#lines)
    }
  }

  /** A large file is put on the disk bit by bit while more of it comes. */
  #writeBehind({ index, entry, length, last }: Span): void {
    this.#behind += length
    if (last) this.#behind = 0
    if (this.#behind < FLUSH_BYTES || this.#flush || this.#checkpoint) return
    this.#behind = 0
    this.#flush = syncOne(this.fileOf(index, entry))
      .catch((error: unknown) => {
        this.#flushFault = error
      })
      .finally(() => {
        this.#flush = null
      })
  }

  #touched(index: number): void {
    this.#unsynced?.add(index)
    if (this.#unsynced && this.#unsynced.size > SYNC_EACH) this.#unsynced = null
  }

  #fileOf(of: Pick<Span, 'index' | 'entry'>): GrowingFile {
    if (this.#open?.index === of.index) return this.#open
    this.#closeFile()
    const relative = this.nameOf(of.index, of.entry)
    this.folder(dirname(relative))
    const path = join(this.data, relative)
    if (this.#platform === 'win32') markOfTheWeb(path)
    this.#open = new GrowingFile(path, of, this.#platform === 'linux')
    return this.#open
  }

  #closeFile(): void {
    const file = this.#open
    this.#open = null
    file?.close()
  }

  /** The manifest as far as it was kept; false when less of it can be read than was synced, or other notes cannot be. */
  async #load(synced: number): Promise<boolean> {
    const turns = new Turns(this.#clock)
    const buffer = Buffer.allocUnsafe(CHUNK_SIZE * 2)
    for (let at = 0; ; ) {
      const read = readSync(this.#lines, buffer, 0, buffer.length, at)
      const lines = Buffer.from(buffer.subarray(0, buffer.subarray(0, read).lastIndexOf('\n') + 1))
      if (lines.length === 0 || !this.#acceptKept(lines)) break
      at += lines.length
      const pause = turns.give()
      if (pause) await pause
    }
    this.#saved = this.manifest.size
    const notes = join(this.path, 'missing')
    if (statOf(notes)) {
      for (const line of readFileSync(notes, 'utf8').split('\n')) {
        const match = /^(\d+) (file-changed|file-unreadable)$/.exec(line)
        if (match && Number(match[1]) < this.manifest.entries) this.missing.set(Number(match[1]), match[2] as MissingFile['code'])
      }
    }
    return this.manifest.size >= synced
  }

  #acceptKept(lines: Buffer): boolean {
    try {
      this.accept(lines, parseEntries(lines))
      return true
    } catch (error) {
      /** Cut off by a power failure, as far as it was not synced. */
      if (error instanceof OptiChatError) return false
      throw error
    }
  }

  /** Goes on from the synced blocks through those that are whole on the disk all the same. */
  async #recover(synced: number): Promise<void> {
    this.#have = Math.min(synced, this.manifest.blocks)
    this.#synced = this.#have
    const turns = new Turns(this.#clock)
    const noted = Buffer.alloc(TAG)
    const buffer = Buffer.allocUnsafeSlow(BLOCK_SIZE)
    for (; this.#have < this.manifest.blocks; this.#have++) {
      const pause = turns.give()
      if (pause) await pause
      if (readSync(this.#blocks, noted, 0, TAG, this.#have * TAG) < TAG || noted.every((byte) => byte === 0)) return
      const length = this.#readBack(this.#have, buffer)
      if (length === null || !this.#tags.of(this.#have, buffer.subarray(0, length)).equals(noted)) return
      for (const { index } of this.manifest.spans(this.#have)) this.#touched(index)
      this.#unsyncedBytes += length
    }
  }

  /** A block as it lies on the disk; null where its files are shorter. Called only for blocks that were once written. */
  #readBack(block: number, buffer: Buffer): number | null {
    let at = 0
    for (const span of this.manifest.spans(block)) {
      if (!this.#fileOf(span).read(buffer.subarray(at, at + span.length), span.position)) return null
      at += span.length
    }
    return at
  }
}

function longestBelow(data: string, platform: NodeJS.Platform): number {
  const longest = platform === 'win32' || platform === 'darwin' ? MAX_SYSTEM_PATH[platform] : MAX_SYSTEM_PATH.linux
  const left = longest - Buffer.byteLength(data) - 16
  if (left < 300) throw new OptiChatError('folder-unwritable', because('path-long', { path: dirname(dirname(data)) }))
  return left
}
