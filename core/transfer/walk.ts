/** Lists what a person named: files, and folders with all that is in them. */
import { accessSync, constants, lstatSync, readdirSync, type Stats } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_OFFER_FILES, MAX_PATH } from '../protocol/limits.ts'
import type { OfferSummary } from './engine.ts'
import { MAX_DEPTH, MAX_SKIPPED, MAX_TIME } from './limits.ts'
import { Layout, ManifestBuilder, type Totals } from './manifest.ts'
import { DistinctNames } from './safe-name.ts'
import { Turns } from './turns.ts'
import type { Entry } from './wire.ts'

/** What a served transfer consists of; `sources[n]` and `stamps[n]` belong to `entries[n]`. */
export interface Listing {
  readonly entries: readonly Entry[]
  /** Absolute paths here. */
  readonly sources: readonly string[]
  /** Modification times as precise as the system tells them (ms), to notice a change. */
  readonly stamps: readonly number[]
  readonly totals: Totals
  readonly layout: Layout
  readonly skipped: readonly string[]
}

/**
 * @param paths as the person named them; each becomes a top-level item, a second of the same name gets " (2)"
 * @throws OptiChatError `file-unreadable` for a named path, `nothing-to-send`, `too-many-files`
 */
export async function walk(paths: readonly string[], clock: Clock): Promise<Listing> {
  const builder = new ManifestBuilder()
  const sources: string[] = []
  const stamps: number[] = []
  const skipped = new Skipped()
  const turns = new Turns(clock)

  const add = (source: string, path: string, stat: Stats) => {
    const kind = stat.isDirectory() ? 'dir' : 'file'
    builder.add({
      path,
      kind,
      bytes: kind === 'file' ? stat.size : 0,
      exec: kind === 'file' && (stat.mode & 0o111) !== 0,
      mtime: Math.min(Math.max(0, Math.trunc(stat.mtimeMs)), MAX_TIME),
    })
    sources.push(source)
    stamps.push(stat.mtimeMs)
  }

  /** An own stack instead of recursion, in the order a reader expects: a folder, then what is in it, by name. */
  const stack: { source: string; path: string; depth: number }[] = []
  const top = new DistinctNames()
  for (const named of paths) {
    const source = resolve(named)
    const stat = statNamed(source)
    if (!skipped.takes(stat, source)) continue
    stack.push({ source, path: top.take(basename(source).normalize('NFC') || 'files'), depth: 0 })
    for (let item = stack.pop(); item; item = stack.pop()) {
      await turns.give()
      const found = item.depth === 0 ? stat : statWalked(item.source, skipped)
      if (!found || !skipped.takes(found, item.source)) continue
      if (item.path.length > MAX_PATH || item.depth > MAX_DEPTH) {
        skipped.tell(`${item.source}: its path is too long`)
        continue
      }
      if (!found.isDirectory()) {
        if (item.depth === 0 || readable(item.source, skipped)) add(item.source, item.path, found)
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
  if (builder.entries.length === 0) throw new OptiChatError('nothing-to-send', skipped.sentences()[0])
  const { entries } = builder
  return { entries, sources, stamps, totals: builder.totals(), layout: new Layout(entries), skipped: skipped.sentences() }
}

export function summaryOf(listing: Listing): OfferSummary {
  const files: OfferSummary['files'] = []
  for (const entry of listing.entries) {
    if (files.length === MAX_OFFER_FILES) break
    if (entry.kind === 'file') files.push({ path: entry.path, bytes: entry.bytes })
  }
  return { files, count: listing.totals.count, bytes: listing.totals.bytes, skipped: [...listing.skipped] }
}

class Skipped {
  readonly #sentences: string[] = []
  #more = 0

  tell(sentence: string): void {
    if (this.#sentences.length < MAX_SKIPPED) this.#sentences.push(sentence)
    else this.#more++
  }

  /** Whether it is a file or a folder; else tells what it is. */
  takes(stat: Stats, source: string): boolean {
    if (stat.isFile() || stat.isDirectory()) return true
    this.tell(`${source}: ${stat.isSymbolicLink() ? 'a link' : 'neither a file nor a folder'}`)
    return false
  }

  sentences(): string[] {
    return this.#more === 0 ? this.#sentences : [...this.#sentences, `${this.#more} more`]
  }
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

function readable(source: string, skipped: Skipped): boolean {
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
