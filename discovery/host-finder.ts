/** Finds registries at addresses that are known beforehand: typed in by hand, or told by other registries. Where no mDNS gets through. */
import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import type { Finder, FinderEvents, FoundRegistry } from './finder.ts'
import type { Place } from './invite.ts'
import { cleanName } from './service-name.ts'

/** Asks who is at an address; rejects when no registry answers there. Given by whoever may open connections. */
export type Ask = (place: Place, signal: AbortSignal) => Promise<{ readonly name: string; readonly fingerprint: string }>

export interface KnownPlace extends Place {
  readonly by: 'typed' | 'told'
  /** Only a registry of this one is meant. */
  readonly fingerprint?: string
}

export interface HostFinderOptions {
  /** Where to ask, looked at each round. */
  places(): readonly KnownPlace[]
  readonly ask: Ask
  /** Milliseconds between two rounds: each costs the registry a handshake. */
  readonly every?: number
  /** Rounds without an answer after which it is lost. */
  readonly misses?: number
  readonly clock?: Clock
}

const EVERY = 20_000
const MISSES = 2

export interface HostFinder extends Finder {
  /** Asks anew within a second: there are other places than before. */
  soon(): void
}

/** Milliseconds in which places that come at once are asked in one round. */
const SOON = 1_000

export function createHostFinder(options: HostFinderOptions): HostFinder {
  const { ask, clock = systemClock, every = EVERY, misses = MISSES } = options
  const stopping = new AbortController()
  // Every question listens whether it is still wanted.
  setMaxListeners(0, stopping.signal)
  const found = new Map<string, { registry: FoundRegistry; misses: number }>()
  let cancel: () => void = () => undefined
  let rounds: Promise<void> = Promise.resolve()
  let first: Promise<void> = rounds
  let telling: FinderEvents | null = null
  let asking = false
  let hurried = false

  const answered = (events: FinderEvents, place: KnownPlace, { name, fingerprint }: { name: string; fingerprint: string }) => {
    const { host, port, by } = place
    const shown = cleanName(name) || 'OptiChat'
    const registry: FoundRegistry = { key: fingerprint, name: shown, host, port, fingerprint, interface: '', by }
    const id = `${host} ${port}`
    const before = found.get(id)
    if (before && before.registry.key !== fingerprint) drop(events, id)
    const isElsewhere = [...found].some(([other, one]) => one.registry.key === fingerprint && other !== id)
    found.set(id, { registry, misses: 0 })
    if (before?.registry.key === fingerprint) {
      if (before.registry.name !== shown) events.changed(registry)
    } else if (isElsewhere) events.also?.(registry)
    else events.found(registry)
  }
  const drop = (events: FinderEvents, id: string) => {
    const gone = found.get(id)
    if (!gone || !found.delete(id)) return
    const other = [...found.values()].find(({ registry }) => registry.key === gone.registry.key)
    if (other) events.changed(other.registry)
    else events.lost(gone.registry)
  }
  const round = async (events: FinderEvents) => {
    asking = true
    hurried = false
    const places = options.places()
    for (const id of [...found.keys()]) if (!places.some(({ host, port }) => `${host} ${port}` === id)) drop(events, id)
    await Promise.all(
      places.map(async (place) => {
        try {
          const answer = await ask(place, stopping.signal)
          if (stopping.signal.aborted || (place.fingerprint !== undefined && place.fingerprint !== answer.fingerprint)) return
          answered(events, place, answer)
        } catch {
          const id = `${place.host} ${place.port}`
          const sighting = found.get(id)
          if (stopping.signal.aborted || !sighting) return
          sighting.misses += 1
          if (sighting.misses >= misses) drop(events, id)
        }
      }),
    )
    asking = false
    if (!stopping.signal.aborted) later(events, hurried ? SOON : every)
  }
  const later = (events: FinderEvents, millis: number) => {
    cancel()
    cancel = clock.after(millis, () => (rounds = round(events)), true)
  }
  return {
    start(events) {
      telling = events
      first = round(events)
      rounds = first
    },
    settled: () => first,
    soon() {
      hurried = true
      if (telling && !asking && !stopping.signal.aborted) later(telling, SOON)
    },
    async stop() {
      stopping.abort()
      cancel()
      await rounds
    },
  }
}
