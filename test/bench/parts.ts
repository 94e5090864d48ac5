/** What each section came to when it was last measured: a whole run is long, so that it may be made of several, each told with its time. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from './bench.ts'
import { FOLDER, record } from './results.ts'

const NAME = 'bench'
/** Where a change makes what was measured before another program's figures. */
const MEASURED = ['core/link', 'core/registry', 'core/sqlite.ts']

export interface Machine {
  readonly processors: number
  readonly processor: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
}

/** A part with all that has to be known of how it was measured. */
export interface Kept extends Part {
  /** ISO 8601. */
  readonly when: string
  /** The last commit that changed what is measured; with a `+` when there is more than what was committed. */
  readonly commit: string
  readonly machine: Machine
  /** Of the machine, in the last 1, 5 and 15 minutes. */
  readonly load: readonly number[]
}

/** Those measured before of the same program on the same machine, by section. */
export function keptParts(commit: string, machine: Machine): Map<string, Kept> {
  return new Map(read().flatMap((part) => (part.commit === commit && sameMachine(part.machine, machine) ? [[part.section, part]] : [])))
}

/** Keeps a part instead of the one before of its section. */
export function keep(part: Kept): void {
  record(NAME, { parts: [...read().filter(({ section }) => section !== part.section), part] })
}

const sameMachine = (a: Machine, b: Machine) => JSON.stringify(a) === JSON.stringify(b)

function read(): Kept[] {
  try {
    const { parts } = JSON.parse(readFileSync(join(FOLDER, `${NAME}.json`), 'utf8')) as { parts?: Kept[] }
    return parts ?? []
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export function commitNow(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  const top = git('rev-parse', '--show-toplevel')
  const of = (...args: string[]) => git('-C', top, ...args, '--', ...MEASURED)
  return of('log', '-1', '--format=%h') + (of('status', '--porcelain') === '' ? '' : '+')
}
