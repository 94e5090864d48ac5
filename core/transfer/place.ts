/** The end of a transfer: everything is looked at once more, synced, and put in place without overwriting anything. */
import { closeSync, linkSync, lstatSync, lutimesSync, mkdirSync, openSync, renameSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { syncOne } from './disk.ts'
import { secondsOf } from './growing-file.ts'
import { Journal } from './journal.ts'
import { statOf } from './own-files.ts'
import type { PartFolder } from './part-folder.ts'
import { numbered } from './safe-name.ts'
import { Turns } from './turns.ts'

/**
 * Call when all blocks are in the part folder. Can be called again after it was interrupted anywhere.
 * @param agreed resolves when the sender has compared the sum, or cannot any more; nothing is put in place before
 * @returns absolute paths of the top-level items, in the order of the manifest
 * @throws OptiChatError `block-damaged` when what is on the disk is not what was written (the part folder is then removed); what
 *   `agreed` throws; and what the file system throws
 */
export async function finish(part: PartFolder, into: string, clock: Clock, agreed: Promise<void>): Promise<string[]> {
  const journal = new Journal(part.path)
  try {
    const placed = new Set([...part.tops].filter((top) => journal.last(top) !== undefined && statOf(join(part.data, top)) === null))
    await settle(part, clock, placed)
    if (part.isResumed) await look(part, clock, placed)
    await agreed
    return await putAllInPlace(part, into, clock, journal, placed)
  } finally {
    journal.close()
  }
}

/** Makes what no block brings, takes away what did not come whole, sets the times of folders, and syncs it all. */
async function settle(part: PartFolder, clock: Clock, placed: ReadonlySet<string>): Promise<void> {
  /** A sync that is under way would miss what is taken away here. */
  await part.quiet()
  const turns = new Turns(clock)
  const isPlaced = (name: string) => placed.size > 0 && placed.has(topOf(name))
  for (const [index, entry] of part.manifest.all(true)) {
    const pause = turns.give()
    if (pause) await pause
    if (isPlaced(part.nameOf(index, entry))) continue
    if (entry.kind === 'dir') part.folder(part.nameOf(index, entry))
    else if (entry.bytes === 0) part.touch(index, entry)
  }
  for (const index of part.missing.keys()) {
    const entry = part.manifest.entry(index)
    rmSync(part.fileOf(index, entry), { force: true })
    part.tops.delete(part.nameOf(index, entry))
  }
  for (const [index, entry] of part.manifest.foldersUpwards()) {
    const pause = turns.give()
    if (pause) await pause
    const seconds = secondsOf(entry)
    if (!isPlaced(part.nameOf(index, entry))) lutimesSync(part.fileOf(index, entry), seconds, seconds)
  }
  await part.syncAll()
}

/** What came in an earlier attempt may have been touched since. */
async function look(part: PartFolder, clock: Clock, placed: ReadonlySet<string>): Promise<void> {
  const turns = new Turns(clock)
  for (const [index, entry] of part.manifest.all()) {
    const pause = turns.give()
    if (pause) await pause
    if (entry.kind === 'dir' || part.missing.has(index) || placed.has(topOf(part.nameOf(index, entry)))) continue
    const path = part.fileOf(index, entry)
    const found = statOf(path)
    if (!found?.isFile() || found.size !== entry.bytes) {
      await part.remove()
      throw new OptiChatError('block-damaged', entry.path)
    }
    const seconds = secondsOf(entry)
    if (Math.trunc(found.mtimeMs) !== entry.mtime) lutimesSync(path, seconds, seconds)
  }
}

async function putAllInPlace(
  part: PartFolder,
  into: string,
  clock: Clock,
  journal: Journal,
  placed: ReadonlySet<string>,
): Promise<string[]> {
  const turns = new Turns(clock)
  part.note(true)
  part.closeFiles()
  const paths: string[] = []
  for (const top of part.tops) {
    const pause = turns.give()
    if (pause) await pause
    paths.push(resolve(into, placed.has(top) ? (journal.last(top) as string) : putInPlace(join(part.data, top), top, into, journal)))
  }
  await syncOne(into, true)
  journal.close()
  await part.remove()
  return paths
}

const topOf = (name: string): string => name.split('/', 1)[0] as string

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
  const found = statOf(target)
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
    else if (statOf(target)) return false
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
    if (process.platform === 'win32' && statOf(target)) return false
    throw error
  }
}
