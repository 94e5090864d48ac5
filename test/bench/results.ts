/** What a bench came to: a table for people, JSON for programs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const FOLDER = join(import.meta.dirname, '../../test-results')

/** Prints a name and a value a line, and writes the whole as `test-results/NAME.json`. */
export function tell(name: string, rows: readonly (readonly [string, string])[], whole: object): void {
  const width = Math.max(...rows.map(([title]) => title.length))
  const file = record(name, whole)
  process.stdout.write(`${rows.map(([title, value]) => `${title.padEnd(width)}  ${value}\n`).join('')}written to ${file}\n`)
}

/** Writes `test-results/NAME.json`. @returns its path */
export function record(name: string, whole: object): string {
  const file = join(FOLDER, `${name}.json`)
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`)
  return file
}

/** Writes `test-results/NAME.svg`. */
export function drawn(name: string, svg: string): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${name}.svg`), svg)
}

/** The value below which `share` of all are; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Numbers that together always come in the same order, from 0 up to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `--name N` among the arguments of a bench. */
export function option(name: string, fallback: number): number {
  const index = process.argv.indexOf(`--${name}`)
  if (index < 0) return fallback
  const value = Number(process.argv[index + 1])
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`)
  return value
}

/** `--name` among the arguments of a bench. */
export const flag = (name: string): boolean => process.argv.includes(`--${name}`)

/** `--name A,B` among the arguments of a bench; none: []. */
export function words(name: string): string[] {
  const index = process.argv.indexOf(`--${name}`)
  return index < 0 ? [] : `${process.argv[index + 1] ?? ''}`.split(',').filter((word) => word !== '')
}
