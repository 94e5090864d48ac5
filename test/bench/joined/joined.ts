/** Benches that are programs of their own, and what they tell as rows of the one table. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from '../bench.ts'
import { FOLDER } from '../results.ts'

export interface Joined {
  /** For `--only`. */
  readonly name: string
  /** Of `run.mjs`, with the arguments that it understands. */
  readonly program: string
  readonly takesRounds: boolean
  /** Arguments that it is run with. */
  readonly usual: readonly string[]
  /** That a round takes, or the whole where it takes no rounds. */
  readonly minutes: number
  /** Arguments that make it small and short. */
  readonly quick: readonly string[]
  /** In test-results. */
  readonly file: string
  /** Of the JSON that it writes. */
  rows(told: Record<string, unknown>): Row[]
}

/**
 * Runs such a bench.
 * @param taken what it wrote before is taken as it is
 * @throws Error when it wrote nothing
 */
export function runJoined(
  joined: Joined,
  { rounds, taken, quick }: { rounds: number; taken: boolean; quick: boolean },
): { rows: Row[]; when: string } {
  const path = join(FOLDER, joined.file)
  if (!taken) {
    const began = Date.now()
    const options = quick ? joined.quick : [...joined.usual, ...(joined.takesRounds ? ['--rounds', `${rounds}`] : [])]
    const args = [join(import.meta.dirname, '../run.mjs'), joined.program, ...options]
    spawnSync(process.execPath, args, { stdio: 'inherit' })
    // It may have ended with an error because a promise was not kept: the rows tell that.
    if (!writtenSince(path, began)) throw new Error(`bench:${joined.program} came to no result`)
  }
  const rows = joined.rows(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)
  return { rows, when: statSync(path).mtime.toISOString() }
}

function writtenSince(path: string, time: number): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 }
  // File systems round.
  return mtimeMs >= time - 1_000
}
