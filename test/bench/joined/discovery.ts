/** Finding registries: issue 5's figures, beside Avahi where it does the same. */
import { judged, type Row, spread } from '../bench.ts'
import { quantile } from '../results.ts'
import type { Joined } from './joined.ts'

interface Told {
  readonly median: number
  readonly p95: number
  readonly most: number
  readonly unit: string
  readonly promise: Readonly<Record<string, number>>
  readonly values: readonly number[]
}

const TITLES: Readonly<Record<string, string>> = {
  foundClientLater: 'a registry is found, the client started later',
  foundRegistryLater: 'a registry is found, the registry started later',
  lossyClientLater: 'the same with 20% loss each way, the client later',
  lossyRegistryLater: 'the same with 20% loss each way, the registry later',
  killed: 'a killed registry is noticed',
  followed: 'a new address is followed',
  lateNic: 'a late or re-created interface is used',
  hundred: '100 registries are all listed',
  stall: 'the longest stall of the event loop meanwhile',
  idle1: 'packets on the LAN for each of 1 client',
  idle10: 'packets on the LAN for each of 10 clients',
}
/** Avahi's time for the same. */
const AVAHI: Readonly<Record<string, string>> = { foundClientLater: 'avahiClientLater', foundRegistryLater: 'avahiRegistryLater' }

export const discovery: Joined = {
  name: 'discovery',
  program: 'discovery',
  // Its own rounds take seconds, and most of its time is none of them.
  takesRounds: false,
  usual: ['--rounds', '12'],
  minutes: 6,
  quick: ['--rounds', '2'],
  file: 'discovery.json',
  rows(told) {
    return Object.entries(TITLES).flatMap(([key, work]): Row[] => {
      const own = told[key] as Told | undefined
      const all = own && spread(own.values)
      if (!own || !all) return []
      const head = { section: discovery.name, work, unit: own.unit, better: 'less' as const }
      const figures: Readonly<Record<string, number>> = { median: own.median, p95: own.p95, most: own.most }
      const promised = Object.entries(own.promise).map(([figure, atMost]): Row => {
        const value = figures[figure] ?? Number.NaN
        return { ...head, measure: figure, optichat: { ...all, median: value }, ...judged({ atMost }, value) }
      })
      const theirs = (told[AVAHI[key] ?? ''] as Told | undefined)?.values ?? []
      const value = spread(theirs)
      if (!value) return promised
      const of = own.median / quantile(theirs, 0.5)
      const peer = { name: 'avahi', title: 'Avahi', value, ratio: { median: of, least: of, most: of } }
      return [...promised, { ...head, measure: 'median', optichat: all, peer }]
    })
  },
}
