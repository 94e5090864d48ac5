/** The end of a transfer: everything is looked at once more, synced, and put in place without overwriting anything. */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  unlinkSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { syncAll, syncOne } from './disk.ts'
import type { PartFolder } from './part-folder.ts'
import { numbered } from './safe-name.ts'
import { Turns } from './turns.ts'
import type { Entry } from './wire.ts'

/**
 * Call when all blocks are in the part folder. Can be called again after it was interrupted anywhere.
 * @returns absolute paths of the top-level items, in the order of the manifest
 * @throws OptiChatError `block-damaged` when what is on the disk is not what was written (the part folder is then removed); and
 *   what the file system throws
 */
export async function finish(part: PartFolder, entries: readonly Entry[], into: string, clock: Clock): Promise<string[]> {
  const journal = new Journal(part)
  const turns = new Turns(clock)
  const tops = [...new Set(part.names.map((name) => name.split('/', 1)[0] as string))]
  const placed = new Set(tops.filter((top) => journal.last(top) !== undefined && stat(join(part.data, top)) === null))
  const isPlaced = (entry: number) => placed.size > 0 && placed.has((part.names[entry] as string).split('/', 1)[0] as string)

  for (const [index, entry] of entries.entries()) {
    await turns.give()
    if (isPlaced(index)) continue
    if (entry.kind === 'dir') part.folder(part.names[index] as string)
    else await settleFile(part, index, entry)
  }
  for (let index = entries.length - 1; index >= 0; index--) {
    await turns.give()
    const entry = entries[index] as Entry
    if (entry.kind === 'dir' && !isPlaced(index)) setTime(part.fileOf(index), entry)
  }
  await part.checkpoint()
  await syncAll(part.data, process.platform === 'win32' ? [] : part.folders())
  part.closeFiles()

  const paths: string[] = []
  for (const top of tops) {
    await turns.give()
    paths.push(resolve(into, placed.has(top) ? (journal.last(top) as string) : putInPlace(join(part.data, top), top, into, journal)))
  }
  await syncOne(into, true)
  await part.remove()
  return paths
}

/** Size, executable bit and time of one file; an empty one is made here. */
async function settleFile(part: PartFolder, index: number, entry: Entry): Promise<void> {
  const path = part.fileOf(index)
  if (entry.bytes === 0) part.touch(index)
  const found = stat(path)
  if (!found?.isFile() || found.size !== entry.bytes) {
    await part.remove()
    throw new OptiChatError('block-damaged', entry.path)
  }
  if (entry.exec) chmodSync(path, (found.mode & 0o777) | ((found.mode & 0o444) >> 2))
  setTime(path, entry)
}

/** Half a microsecond more than the entry says, so that seconds as a double never round to the millisecond before. */
function setTime(path: string, { mtime }: Entry): void {
  const seconds = (mtime + 0.0005) / 1000
  lutimesSync(path, seconds, seconds)
}

function stat(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null
}

/** Answers the name it got in `into`: the first of `a.txt`, `a (2).txt`, … that nobody has. */
function putInPlace(source: string, top: string, into: string, journal: Journal): string {
  const item = lstatSync(source)
  const begun = journal.last(top)
  if (begun !== undefined && wasBegun(source, item, join(into, begun))) return begun
  for (let n = 1; ; n++) {
    const name = n === 1 ? top : numbered(top, n)
    journal.note(top, name)
    if (item.isDirectory() ? moveFolder(source, join(into, name)) : moveFile(source, join(into, name))) return name
  }
}

/** An earlier attempt was killed between claiming the name and moving the rest of the way. */
function wasBegun(source: string, item: Stats, target: string): boolean {
  const found = stat(target)
  if (found?.isDirectory() && item.isDirectory()) return replaceEmpty(source, target)
  if (!found || item.isDirectory() || found.dev !== item.dev || found.ino !== item.ino) return false
  unlinkSync(source)
  return true
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? ''

/** False when the name is taken. A link claims the name and brings the content in one step. */
function moveFile(source: string, target: string): boolean {
  try {
    linkSync(source, target)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR', 'EINVAL'].includes(codeOf(error))) {
      return moveWithoutLinks(source, target)
    }
    throw error
  }
  unlinkSync(source)
  return true
}

/** For filesystems that know no hard links (FAT, some shares): claims the name with an empty file and moves over it. */
function moveWithoutLinks(source: string, target: string): boolean {
  try {
    closeSync(openSync(target, 'wx'))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  renameSync(source, target)
  return true
}

/** False when the name is taken. An empty folder claims the name and is replaced; on Windows the move itself is exclusive. */
function moveFolder(source: string, target: string): boolean {
  try {
    if (process.platform !== 'win32') mkdirSync(target)
    else if (stat(target)) return false
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  return replaceEmpty(source, target)
}

/** Moves a folder over an empty one; false when there is anything else by then. */
function replaceEmpty(source: string, target: string): boolean {
  try {
    renameSync(source, target)
    return true
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(codeOf(error))) return false
    if (process.platform === 'win32' && stat(target)) return false
    throw error
  }
}

/** Which name each top-level item was about to get, so that an interrupted end goes on where it was. */
class Journal {
  readonly #path: string
  readonly #last = new Map<string, string>()

  constructor(part: PartFolder) {
    this.#path = join(part.path, 'placed')
    if (!stat(this.#path)) return
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      /** The last line may be cut short; its move had not begun. */
      const match = /^(".*") (".*")$/.exec(line)
      if (match) this.#last.set(JSON.parse(match[1] as string), JSON.parse(match[2] as string))
    }
  }

  last(top: string): string | undefined {
    return this.#last.get(top)
  }

  note(top: string, name: string): void {
    appendFileSync(this.#path, `${JSON.stringify(top)} ${JSON.stringify(name)}\n`, { mode: 0o600 })
    this.#last.set(top, name)
  }
}
