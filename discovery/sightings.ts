/**
 * What was heard, from where, and how long it has been silent: turned into registries found, changed and lost. One registry may
 * be seen on several interfaces and addresses; people see it once. Pure but for the events it calls.
 */
import { isIPv6 } from 'node:net'
import type { Advertisement } from './advertisement.ts'
import type { FinderEvents, FoundRegistry } from './finder.ts'

type Events = Pick<FinderEvents, 'found' | 'changed' | 'lost' | 'also'>

/** Sightings kept: no real network has as many registries, and a flood of made-up ones must not fill the memory. */
export const MAX_SIGHTINGS = 1_024

/** Of these, from one address: so that one flooding machine cannot crowd the real ones out. */
export const MAX_SIGHTINGS_PER_HOST = 16

/** The place of an interface that the person chose: before whatever was told already. */
export const CHOSEN = -1

/** Questions that may go unanswered before another way counts as the better one: packets get lost. */
const DOUBT = 2

interface Sighting {
  readonly interface: string
  readonly host: string
  readonly key: string
  /** Questions put since it was last heard. */
  misses: number
  advertisement: Advertisement
}

export class Sightings {
  readonly #events: Events
  readonly #place: (name: string) => number
  readonly #misses: number
  readonly #sightings = new Map<string, Sighting>()
  readonly #told = new Map<string, FoundRegistry>()

  /**
   * @param place an interface's place in the ranking, 0 the best, CHOSEN the person's
   * @param misses questions without an answer after which a sighting is forgotten
   */
  constructor(events: Events, place: (name: string) => number, misses: number) {
    this.#events = events
    this.#place = place
    this.#misses = misses
  }

  /**
   * A registry was heard on an interface, from an address.
   * @returns whether that is at odds with what is known, as it was somewhere else on this interface
   */
  saw(on: string, host: string, advertisement: Advertisement): boolean {
    const id = `${on} ${host} ${advertisement.service}`
    const key = advertisement.fingerprint ?? `${advertisement.name}@${advertisement.target}:${advertisement.port}%${on}`
    const before = this.#sightings.get(id)
    if (before?.key === key) {
      before.misses = 0
      before.advertisement = advertisement
    } else {
      if (!before && this.#isFull(host)) return false
      this.#sightings.set(id, { interface: on, host, key, misses: 0, advertisement })
      if (before) this.#settle(before.key)
    }
    const told = this.#told.get(key)
    if (!told || (told.host === host && told.interface === on)) {
      this.#settle(key)
      return false
    }
    // Another way to a registry that is known already: the next round decides whether it is the better one.
    if (before?.key === key) return false
    this.#events.also?.({ ...told, host, port: advertisement.port, interface: on })
    return told.interface === on && isIPv6(told.host) === isIPv6(host)
  }

  /** A goodbye. Only the machine that was heard can take it back: the goodbyes of others are mistaken or forged. */
  goodbye(on: string, host: string, service: string): void {
    const id = `${on} ${host} ${service}`
    const sighting = this.#sightings.get(id)
    if (!sighting) return
    this.#sightings.delete(id)
    this.#settle(sighting.key)
  }

  /** Services that answer on an interface over IPv4, and so need not do so over IPv6. */
  answering(on: string): string[] {
    const all = [...this.#sightings.values()].filter((one) => one.interface === on && !isIPv6(one.host) && one.misses === 0)
    return [...new Set(all.map(({ advertisement }) => advertisement.service))]
  }

  /** A question went out on an interface in one family: who does not answer has missed it, but for those who need not. */
  asked(on: string, family: 4 | 6, excused: readonly string[] = []): void {
    for (const sighting of this.#sightings.values()) {
      if (sighting.interface !== on || isIPv6(sighting.host) !== (family === 6)) continue
      if (!excused.includes(sighting.advertisement.service)) sighting.misses += 1
    }
  }

  /** An interface was opened anew: whatever was there may still be, and has to show it. */
  doubt(on: string): void {
    for (const sighting of this.#sightings.values()) if (sighting.interface === on) sighting.misses = Math.max(sighting.misses, 1)
  }

  /**
   * The time for answers is over: who missed too many questions is forgotten, and the best way to the others chosen anew.
   * @returns whether some have missed a question and are not forgotten yet, but for those who need not answer
   */
  sweep(on: string): boolean {
    this.#forget((sighting) => sighting.interface === on && sighting.misses >= this.#misses)
    for (const key of [...this.#told.keys()]) this.#settle(key)
    const excused = this.answering(on)
    return [...this.#sightings.values()].some(
      ({ interface: where, misses, host, advertisement }) =>
        where === on && misses > 0 && !(isIPv6(host) && excused.includes(advertisement.service)),
    )
  }

  /** An interface is gone, and with it all that was seen there. */
  interfaceGone(on: string): void {
    this.#forget((sighting) => sighting.interface === on)
  }

  #forget(which: (sighting: Sighting) => boolean): void {
    const keys = new Set<string>()
    for (const [id, sighting] of this.#sightings) {
      if (!which(sighting)) continue
      this.#sightings.delete(id)
      keys.add(sighting.key)
    }
    for (const key of keys) this.#settle(key)
  }

  #isFull(host: string): boolean {
    if (this.#sightings.size >= MAX_SIGHTINGS) return true
    let ofHost = 0
    for (const sighting of this.#sightings.values()) if (sighting.host === host) ofHost += 1
    return ofHost >= MAX_SIGHTINGS_PER_HOST
  }

  /** Tells what became of a registry, if anything did. */
  #settle(key: string): void {
    const told = this.#told.get(key)
    const best = this.#best(key, told)
    if (!best) {
      if (!told) return
      this.#told.delete(key)
      this.#events.lost(told)
      return
    }
    const { name, port, fingerprint } = best.advertisement
    const now: FoundRegistry = { key, name, host: best.host, port, ...(fingerprint ? { fingerprint } : {}), interface: best.interface }
    this.#told.set(key, now)
    if (!told) this.#events.found(now)
    else if (told.name !== name || told.host !== now.host || told.port !== port || told.interface !== now.interface)
      this.#events.changed(now)
  }

  /** The one that answers; an IPv4 address, which people can read; the one told before, as addresses should not flap; the best interface's. */
  #best(key: string, told: FoundRegistry | undefined): Sighting | undefined {
    const worth = (one: Sighting) => [
      one.misses < DOUBT ? 0 : one.misses,
      this.#place(one.interface) === CHOSEN ? 0 : 1,
      isIPv6(one.host) ? 1 : 0,
      told && one.host === told.host && one.interface === told.interface ? 0 : 1,
      this.#place(one.interface),
    ]
    const ways = [...this.#sightings.values()].filter((one) => one.key === key).map((one) => ({ one, order: worth(one) }))
    ways.sort((a, b) => a.order.reduce((sum, value, at) => sum || value - (b.order[at] ?? 0), 0))
    return ways[0]?.one
  }
}
