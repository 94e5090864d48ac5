/** Lists what a person named: files, and folders with all that is in them. */
import { accessSync, constants, lstatSync, readdirSync, type Stats } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_OFFER_FILES, MAX_PATH } from '../protocol/limits.ts'
import type { OfferSummary } from './engine.ts'
import { MAX_DEPTH, MAX_TIME } from './limits.ts'
import { Listing } from './listing.ts'
import { newKey } from './name-set.ts'
import { DistinctNames } from './safe-name.ts'
import { Skipped } from './skipped.ts'
import { Turns } from './turns.ts'

/**
 * @param paths as the person named them; each becomes a top-level item, a second of the same name gets " (2)"
 * @throws OptiChatError `file-unreadable` for a named path, `nothing-to-send`, `too-many-files`
 */
export async function walk(paths: readonly string[], clock: Clock): Promise<Listing> {
  const listing = new Listing()
  const skipped = new Skipped()
  const turns = new Turns(clock)

  const add = (source: string, path: string, stat: Stats) => {
    const isFile = stat.isFile()
    const exec = isFile && (stat.mode & 0o111) !== 0
    const mtime = Math.min(Math.max(0, Math.trunc(stat.mtimeMs)), MAX_TIME)
    listing.add({ path, kind: isFile ? 'file' : 'dir', bytes: isFile ? stat.size : 0, exec, mtime }, source, stat.mtimeMs)
  }

  /** An own stack instead of recursion, in the order a reader expects: a folder, then what is in it, by name. */
  const stack: { source: string; path: string; depth: number }[] = []
  const top = new DistinctNames(newKey())
  for (const named of paths) {
    const source = resolve(named)
    const stat = statNamed(source)
    if (!skipped.takes(stat, source)) continue
    stack.push({ source, path: top.take(basename(source).normalize('NFC') || 'files'), depth: 0 })
    for (let item = stack.pop(); item; item = stack.pop()) {
      const pause = turns.give()
      if (pause) await pause
      const found = item.depth === 0 ? stat : statWalked(item.source, skipped)
      if (!found || !skipped.takes(found, item.source)) continue
      if (item.path.length > MAX_PATH || item.depth > MAX_DEPTH) {
        skipped.tell(`${item.source}: its path is too long`)
        continue
      }
      if (!found.isDirectory()) {
        if (item.depth === 0 || readable(item.source, found, skipped)) add(item.source, item.path, found)
        continue
      }
      const names = list(item.source, item.depth === 0, skipped)
      if (!names) continue
      add(item.source, item.path, found)
      for (const name of names.sort().reverse()) {
        stack.push({ source: join(item.source, name), path: `${item.path}/${name}`, depth: item.depth + 1 })
      }
    }
  }
  listing.close(skipped.sentences())
  if (listing.manifest.entries === 0) throw new OptiChatError('nothing-to-send', listing.skipped[0])
  return listing
}

export function summaryOf({ manifest, skipped }: Listing): OfferSummary {
  const files: OfferSummary['files'] = []
  for (const [, entry] of manifest.all()) {
    if (files.length === MAX_OFFER_FILES) break
    if (entry.kind === 'file') files.push({ path: entry.path, bytes: entry.bytes })
  }
  return { files, count: manifest.count, bytes: manifest.bytes, skipped: [...skipped] }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

function statNamed(source: string): Stats {
  try {
    const stat = lstatSync(source)
    if (stat.isFile()) accessSync(source, constants.R_OK)
    return stat
  } catch (cause) {
    throw new OptiChatError('file-unreadable', source, { cause })
  }
}

function statWalked(source: string, skipped: Skipped): Stats | null {
  try {
    return lstatSync(source)
  } catch (error) {
    skipped.tell(`${source}: cannot be read (${codeOf(error)})`)
    return null
  }
}

/** What everybody may read needs no question: it would cost as much as the rest of the walk. */
function readable(source: string, { mode }: Stats, skipped: Skipped): boolean {
  if ((mode & 0o444) === 0o444) return true
  try {
    accessSync(source, constants.R_OK)
    return true
  } catch (error) {
    skipped.tell(`${source}: cannot be read (${codeOf(error)})`)
    return false
  }
}

/** Names in a folder; null for one that cannot be listed and was only walked into. */
function list(source: string, named: boolean, skipped: Skipped): string[] | null {
  try {
    return readdirSync(source)
  } catch (cause) {
    if (named) throw new OptiChatError('file-unreadable', source, { cause })
    skipped.tell(`${source}: cannot be read (${codeOf(cause)})`)
    return null
  }
}
