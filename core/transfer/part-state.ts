import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

const Count = Type.Integer({ minimum: 0, maximum: 0xffff_ffff })

const PartState = Type.Object({
  /** Raised when what lies beside it changes its form: what is of another version is fetched anew. */
  version: Type.Literal(4),
  /** Of the safe names (see NameSet), hex: an earlier attempt's files are found under them. */
  key: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  /** Bytes of `manifest` that have been synced, and whether that is all of it. */
  manifest: Count,
  whole: Type.Boolean(),
  /** Blocks, from the first on, that have been synced. */
  synced: Count,
})
export type PartState = Static<typeof PartState>
const checkState = Compile(PartState)

/** Null where there is none, or none that can be read: then everything is fetched anew. */
export function readState(folder: string): PartState | null {
  let text: string
  try {
    text = readFileSync(fileIn(folder), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
  try {
    const state: unknown = JSON.parse(text)
    return checkState.Check(state) ? state : null
  } catch {
    return null
  }
}

const fileIn = (folder: string) => join(folder, 'state.json')

/** Replaces it in one step. */
export function writeState(folder: string, state: PartState): void {
  const fresh = `${fileIn(folder)}.new`
  writeFileSync(fresh, JSON.stringify(state), { mode: 0o600 })
  renameSync(fresh, fileIn(folder))
}

/** As `writeState`, and it reaches the disk before anything is read as synced. One at a time. */
export async function syncState(folder: string, state: PartState): Promise<void> {
  const fresh = `${fileIn(folder)}.new`
  await writeFile(fresh, JSON.stringify(state), { mode: 0o600, flush: true })
  renameSync(fresh, fileIn(folder))
}
