/**
 * Files a page streams up, since a browser tells no paths. They lie in the profile until they are offered, then as long as
 * their transfer may still be fetched, also over a restart; a journal beside each batch says which transfer that is.
 *
 *   uploads/<id>              one file on its way up, or up and not offered yet
 *   uploads/<batch>/…         offered together, in the shape the folders had
 *   uploads/<batch>.json      { "transfer": id }
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_PATH } from '../../core/protocol/limits.ts'
import { because } from '../../core/protocol/reasons.ts'
import { replaceFile } from '../../core/replace-file.ts'
import { writingFailed } from './errors.ts'

export interface Uploads {
  /**
   * Writes a file of any size, as fast as the disk takes it, and answers its id. `path`: relative, `/` between folders.
   * Rejects with `bad-frame` (the path), `connection-lost` (the page went away), `disk-full`.
   */
  add(path: string, body: Readable): Promise<string>
  /** Puts uploads together as they were picked. Rejects with `nothing-to-send` when one of them is not there. */
  gather(ids: readonly string[]): Promise<Batch>
  /** The transfer that needs a batch. */
  keep(batch: Batch, transfer: string): void
  /** Removes a batch that was not offered after all. */
  drop(batch: Batch): Promise<void>
  /** Removes what was uploaded for a transfer that has ended; nothing when there is none. */
  release(transfer: string): Promise<void>
  /** Removes what no unfinished transfer needs. */
  sweep(unfinished: (transfer: string) => boolean): Promise<void>
}

export interface Batch {
  readonly id: string
  /** Absolute paths of the top-level files and folders. */
  readonly paths: readonly string[]
}

/** The folder is this profile's own: whatever is in it and belongs to no transfer goes with `sweep`. */
export async function openUploads(profile: string): Promise<Uploads> {
  const folder = join(profile, 'uploads')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  /** Complete uploads by id: the path each had. */
  const waiting = new Map<string, string>()
  /** Batches by the transfer that needs them. */
  const kept = new Map<string, string>()
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.json')) continue
    const transfer = parseJournal(await readFile(join(folder, name), 'utf8'))
    if (transfer) kept.set(transfer, name.slice(0, -'.json'.length))
  }

  const remove = async (batch: string) => {
    await rm(join(folder, batch), { recursive: true, force: true })
    await rm(join(folder, `${batch}.json`), { force: true })
  }

  return {
    async add(path, body) {
      checkPath(path)
      const id = randomUUID()
      const target = join(folder, id)
      try {
        await write(body, target)
      } catch (cause) {
        if (body.readableAborted || body.errored) throw new OptiChatError('connection-lost', path, { cause })
        throw writingFailed(cause, path)
      }
      waiting.set(id, path)
      return id
    },

    async gather(ids) {
      const batch = randomUUID()
      const shape = new Shape()
      const moves: { from: string; to: string }[] = []
      for (const id of new Set(ids)) {
        const path = waiting.get(id)
        if (path === undefined) throw new OptiChatError('nothing-to-send', because('upload-gone', {}))
        moves.push({ from: join(folder, id), to: join(folder, batch, ...shape.place(path)) })
      }
      for (const id of ids) waiting.delete(id)
      for (const { from, to } of moves) {
        await mkdir(dirname(to), { recursive: true, mode: 0o700 })
        await rename(from, to)
      }
      return { id: batch, paths: shape.top().map((name) => join(folder, batch, name)) }
    },

    keep(batch, transfer) {
      replaceFile(join(folder, `${batch.id}.json`), JSON.stringify({ transfer }))
      kept.set(transfer, batch.id)
    },

    drop: (batch) => remove(batch.id),

    async release(transfer) {
      const batch = kept.get(transfer)
      if (batch === undefined) return
      kept.delete(transfer)
      await remove(batch)
    },

    async sweep(unfinished) {
      const needed = new Set<string>()
      for (const [transfer, batch] of kept) {
        if (unfinished(transfer)) needed.add(batch).add(`${batch}.json`)
        else kept.delete(transfer)
      }
      for (const name of await readdir(folder)) {
        if (needed.has(name)) continue
        waiting.delete(name)
        await rm(join(folder, name), { recursive: true, force: true })
      }
    },
  }
}

/** Leaves `body` as it is when the disk refuses: whoever sent it is still to be told why. */
async function write(body: Readable, path: string) {
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) await file.appendFile(chunk)
    await file.close()
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
}

function parseJournal(text: string): string | null {
  const { transfer } = JSON.parse(text) as { transfer?: unknown }
  return typeof transfer === 'string' ? transfer : null
}

/** What no browser sends for a picked file, and what could leave the folder, is refused. */
function checkPath(path: string) {
  const bad =
    path.length > MAX_PATH ||
    path.includes('\0') ||
    (process.platform === 'win32' && /[\\:]/.test(path)) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > 255)
  if (bad) throw new OptiChatError('bad-frame', 'an upload needs a relative path')
}

/** Gives each upload a place in one tree; files of the same name (in any case) get " (2)", folders of the same name are one. */
class Shape {
  private readonly folder: Tree = new Map()

  place(path: string): string[] {
    const parts = path.split('/')
    const name = parts.pop() ?? path
    const placed: string[] = []
    let tree = this.folder
    for (const part of parts) {
      const folder = free(tree, part, (entry) => entry.inside !== undefined)
      const entry = tree.get(key(folder)) ?? { name: folder, inside: new Map() }
      tree.set(key(folder), entry)
      placed.push(entry.name)
      tree = entry.inside ?? new Map()
    }
    const file = free(tree, name, () => false)
    tree.set(key(file), { name: file })
    return [...placed, file]
  }

  top(): string[] {
    return [...this.folder.values()].map((entry) => entry.name)
  }
}

type Tree = Map<string, { name: string; inside?: Tree }>

const key = (name: string) => name.normalize('NFC').toLowerCase()

/** `name`, or the first of `name (2)`, `name (3)`, … that is not there yet or `fits`. */
function free(tree: Tree, name: string, fits: (entry: { inside?: Tree }) => boolean): string {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? name : `${stem} (${n})${extension}`
    const there = tree.get(key(tried))
    if (!there || fits(there)) return tried
  }
}
