/** Runs sections, round by round, everybody of a section in turn; and makes ratios of what came. */

import { Notes } from './notes.ts'
import { quantile } from './results.ts'
import type { Goal, Measure, Section, Stage, Values } from './sections/section.ts'
import { OPTICHAT, PEERS, type Program, Shelf, type SubjectName } from './subjects.ts'

/** One section's rows and what was noted; told when it is done, as a run takes its time, and may be cut off. */
export interface Part extends BenchReport {
  readonly section: string
  /** Fresh starts of each. */
  readonly rounds: number
}

export interface BenchOptions {
  readonly sections: readonly Section[]
  readonly rounds: number
  readonly quick: boolean
  readonly peers: readonly Program[]
  /** A section has its turn. */
  begins(section: Section): void
  /** Whether there is time for one more round of it; each has its first in any case. */
  timeFor(section: Section): boolean
  say(line: string): void
  done(part: Part): void
}

/** Median, smallest, largest. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Row {
  readonly section: string
  readonly work: string
  readonly measure: string
  readonly unit: string
  readonly better: Measure['better']
  readonly optichat: Spread
  /** Absent where only OptiChat is measured. */
  readonly peer?: { readonly name: string; readonly title: string; readonly value: Spread; readonly ratio: Spread }
  readonly goal?: Goal
  readonly met?: boolean
}

export interface BenchReport {
  readonly rows: Row[]
  /** What makes a figure worth less, and in which section. */
  readonly notes: string[]
  /** What could not be measured, and why. */
  readonly failures: string[]
}

export async function runBench({ sections, rounds, quick, peers, begins, timeFor, say, done }: BenchOptions): Promise<void> {
  const shelf = new Shelf(say)
  try {
    for (const section of sections) {
      begins(section)
      const failures: string[] = []
      const notes = new Notes()
      const names: SubjectName[] = ['optichat', ...section.peers.filter((name) => peers.some((peer) => peer.name === name))]
      const values = new Map<SubjectName, Values[]>(names.map((name) => [name, []]))
      for (let round = 1; round <= rounds; round++) {
        if (round > 1 && (section.once || !timeFor(section))) break
        for (const name of names) {
          const note: Stage['note'] = (text, figures) => notes.add(`${section.name}, ${titleOf(name)}: ${text}`, figures)
          try {
            const one = await section.run({ shelf, quick, note }, name)
            values.get(name)?.push(one)
            say(`${section.name} ${round}/${rounds} ${titleOf(name)}: ${inWords(section, one)}`)
          } catch (error) {
            failures.push(`${section.name}, ${titleOf(name)}, round ${round}: ${error instanceof Error ? error.message : error}`)
            say(failures.at(-1) ?? '')
          }
        }
      }
      const starts = values.get('optichat')?.length ?? 0
      done({
        section: section.name,
        rounds: starts,
        rows: rowsOf(section, values),
        notes: [...notes.told(), ...floorOf(section, values)],
        failures,
      })
    }
  } finally {
    shelf.clear()
  }
}

/** How Node’s TLS alone does beside the others: what is missing there is Node's, and no goal of OptiChat's can be beyond it. */
function floorOf(section: Section, values: ReadonlyMap<SubjectName, readonly Values[]>): string[] {
  const own = values.get('bare') ?? []
  const [[name, measure] = ['', null]] = Object.entries(section.measures)
  if (own.length === 0 || !measure) return []
  const others = section.peers.flatMap((peer) => {
    const ratio = spread(own.map((one, round) => (one[name] ?? Number.NaN) / (values.get(peer)?.[round]?.[name] ?? Number.NaN)))
    return ratio && peer !== 'bare' ? [`${figure(ratio.median)}× (${figure(ratio.least)}–${figure(ratio.most)}) ${titleOf(peer)}`] : []
  })
  return others.length > 0
    ? [`${section.name}: ${titleOf('bare')}, a relay that does no more than it must, comes to ${others.join(', ')} in ${measure.title}`]
    : []
}

const titleOf = (name: SubjectName): string => PEERS.find((peer) => peer.name === name)?.title ?? OPTICHAT.title

function rowsOf(section: Section, values: ReadonlyMap<SubjectName, readonly Values[]>): Row[] {
  const own = values.get('optichat') ?? []
  return Object.entries(section.measures).flatMap(([name, measure]) => {
    const optichat = spread(own.map((one) => one[name]))
    if (!optichat) return []
    const { title, unit, better, goals = [] } = measure
    const row = { section: section.name, work: section.title, measure: title, unit, better, optichat }
    const absolute = goals.find(({ than }) => than === undefined)
    const rows: Row[] = section.peers.flatMap((peer) => {
      const theirs = values.get(peer) ?? []
      const value = spread(theirs.map((one) => one[name]))
      // Of the same round: they ran one after the other.
      const ratio = spread(own.map((one, round) => (one[name] ?? Number.NaN) / (theirs[round]?.[name] ?? Number.NaN)))
      if (!value || !ratio) return []
      const goal = goals.find(({ than }) => than === peer)
      return [{ ...row, peer: { name: peer, title: titleOf(peer), value, ratio }, ...judged(goal, ratio.median) }]
    })
    return absolute || rows.length === 0 ? [{ ...row, ...judged(absolute, optichat.median) }, ...rows] : rows
  })
}

export function judged(goal: Goal | undefined, value: number): Pick<Row, 'goal' | 'met'> {
  if (!goal) return {}
  return { goal, met: value >= (goal.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (goal.atMost ?? Number.POSITIVE_INFINITY) }
}

export function spread(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value): value is number => value !== undefined && Number.isFinite(value))
  if (known.length === 0) return null
  return { median: quantile(known, 0.5), least: Math.min(...known), most: Math.max(...known) }
}

const inWords = (section: Section, values: Values): string =>
  Object.entries(section.measures)
    .flatMap(([name, { title, unit }]) => (values[name] === undefined ? [] : [`${title} ${figure(values[name])} ${unit}`]))
    .join(', ')

/** Three digits that mean something. */
export function figure(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en')
  return `${Number(value.toPrecision(3))}`
}
