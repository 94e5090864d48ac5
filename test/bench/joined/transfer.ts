/** Files: issue 4's figures, beside other programs that carry files. */
import { judged, type Row, spread } from '../bench.ts'
import type { Goal } from '../sections/section.ts'
import type { Joined } from './joined.ts'

interface Told {
  readonly seconds: number
  readonly cpu: number
  readonly runs: readonly number[]
}

/** `speed` and `seconds` by peer; `cpu` too. */
const GOALS: Record<'large' | 'middle' | 'many', Readonly<Record<string, Goal>>> = {
  large: { 'scp aes128-gcm': { atLeast: 1.25 }, 'curl ← nginx https': { atLeast: 0.75 }, 'magic-wormhole': { atLeast: 2 } },
  middle: { syncthing: { atLeast: 1.3 } },
  many: { 'rsync daemon (plain)': { atMost: 0.95 }, 'tar over ssh': { atMost: 0.65 } },
}
const LINK: Goal = { atLeast: 0.95 }
/** MB of each program. */
const MEMORY: Goal = { atMost: 150 }
/** What memory is told of; a tenth of it was measured only to see that it is flat. */
const MOST: ReadonlySet<string> = new Set(['memory over 10240 MiB', 'memory over 100000 files'])
const [OURS, SYNCTHING_MIB] = ['optichat', 256]

export const transfer: Joined = {
  name: 'transfer',
  program: 'transfer',
  takesRounds: true,
  usual: ['--memory'],
  minutes: 4,
  quick: ['--rounds', '1', '--mib', '64', '--files', '500', '--only', 'tiny,large,many'],
  file: 'bench-transfer.json',
  rows(told) {
    return Object.entries(told).flatMap(([title, value]) => {
      const mib = /^a file of (\d+) MiB$/.exec(title)?.[1]
      if (mib !== undefined) return fileRows(title, Number(mib), value as Record<string, Told>)
      if (MOST.has(title)) return memoryRows(title, value as { sending: number; receiving: number })
      if (/^\d+ files of /.test(title)) return manyRows(title, value as Record<string, Told>)
      return title.startsWith('a link of ') ? linkRows(title, value as { runs: { iperf3: number; ours: number }[] }) : []
    })
  },
}

/** One row for each peer. @param of what is compared of one run */
function rowsOf(
  head: Pick<Row, 'work' | 'measure' | 'unit' | 'better'>,
  told: Readonly<Record<string, readonly number[]>>,
  goals: Readonly<Record<string, Goal>>,
): Row[] {
  const own = told[OURS] ?? []
  const optichat = spread(own)
  if (!optichat) return []
  return Object.entries(told).flatMap(([name, values]): Row[] => {
    const value = spread(values)
    const ratio = spread(own.map((one, round) => one / (values[round] ?? Number.NaN)))
    if (name === OURS || !value || !ratio) return []
    return [{ section: transfer.name, ...head, optichat, peer: { name, title: name, value, ratio }, ...judged(goals[name], ratio.median) }]
  })
}

const each = <T>(told: Readonly<Record<string, Told>>, of: (one: Told) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(told).map(([name, one]) => [name, of(one)]))

function fileRows(work: string, mib: number, told: Record<string, Told>): Row[] {
  const goals = GOALS[mib === SYNCTHING_MIB ? 'middle' : 'large']
  return [
    ...rowsOf(
      { work, measure: 'speed', unit: 'MiB/s', better: 'more' },
      each(told, ({ runs }) => runs.map((one) => mib / one)),
      goals,
    ),
    // Of both ends; only the median is told.
    ...rowsOf(
      { work, measure: 'CPU of both ends', unit: 's', better: 'less' },
      each(told, ({ cpu }) => [cpu]),
      { scp: { atMost: 1 } },
    ),
  ]
}

function manyRows(work: string, told: Record<string, Told>): Row[] {
  return rowsOf(
    { work, measure: 'time', unit: 's', better: 'less' },
    each(told, ({ runs }) => runs),
    GOALS.many,
  )
}

function linkRows(work: string, { runs }: { runs: readonly { iperf3: number; ours: number }[] }): Row[] {
  const told = { [OURS]: runs.map(({ ours }) => ours), iperf3: runs.map(({ iperf3 }) => iperf3) }
  return rowsOf({ work, measure: 'speed', unit: 'Mbit/s', better: 'more' }, told, { iperf3: LINK })
}

function memoryRows(work: string, told: { sending: number; receiving: number }): Row[] {
  return (['sending', 'receiving'] as const).map((side): Row => {
    const most = { median: told[side], least: told[side], most: told[side] }
    const head = { section: transfer.name, work, measure: `${side} program, most`, unit: 'MB', better: 'less' as const }
    return { ...head, optichat: most, ...judged(MEMORY, told[side]) }
  })
}
