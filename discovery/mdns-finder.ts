/** Finds registries by mDNS on every accepted interface at once: behind a VPN's default route, on two LANs, after a cable was put in late. */
import { type Clock, type Random, systemClock } from '../core/protocol/clock.ts'
import { readAdvertisements, SERVICE_DOMAIN } from './advertisement.ts'
import type { Finder, FinderEvents } from './finder.ts'
import { askInRounds } from './mdns-rounds.ts'
import { openMdns } from './mdns-socket.ts'
import { MDNS_PORT } from './mdns-transport.ts'
import { keepPerNic, lookAt, type PerNic } from './per-nic.ts'
import { CHOSEN, Sightings } from './sightings.ts'
import { TIMINGS, type Timings } from './timings.ts'

/** Known answers in a question: as many as fit in one packet of a usual network. */
const MAX_KNOWN = 10

/** Registries that answer, above which the first burst of questions ends as soon as one of them brought no new one: all answer each time. */
const CROWD = 30

export interface MdnsFinderOptions {
  /** Names or addresses of the interfaces to listen on; all accepted ones unless given. One that is not there yet may come. */
  readonly interfaces?: readonly string[]
  /** The interface that the person chose: of several ways to one registry, its is taken. */
  prefer?(): string | null
  readonly clock?: Clock
  readonly random?: Random
  readonly timings?: Partial<Timings>
}

export function createMdnsFinder(options: MdnsFinderOptions = {}): Finder {
  const timings = { ...TIMINGS, ...options.timings }
  let nics: PerNic | null = null
  let stopped = false
  return {
    start(events) {
      if (nics) throw new Error('this finder was started before')
      // That nobody listens any more says nothing about the registries: they are not lost.
      const tell: FinderEvents = {
        found: (registry) => stopped || events.found(registry),
        changed: (registry) => stopped || events.changed(registry),
        lost: (registry) => stopped || events.lost(registry),
        also: (registry) => stopped || events.also?.(registry),
        trouble: (what) => stopped || events.trouble(what),
      }
      nics = listen(tell, options, timings)
    },
    async stop() {
      stopped = true
      await nics?.stop()
    },
  }
}

function listen(events: FinderEvents, options: MdnsFinderOptions, timings: Timings): PerNic {
  const { clock = systemClock, random = Math.random, interfaces, prefer } = options
  let place = (_name: string) => 0
  const sightings = new Sightings(events, (name) => place(name), timings.misses)
  const nics = keepPerNic({
    clock,
    poll: timings.poll,
    slept: timings.slept,
    look: lookAt(interfaces),
    trouble: (what) => events.trouble(what),
    gone: (name) => sightings.interfaceGone(name),
    open(nic, broken) {
      const own = new Set([nic.ipv4?.address, ...nic.ipv6.map(({ address }) => address)])
      const socket = openMdns(
        nic,
        {
          response(packet, from) {
            const { seen, gone } = readAdvertisements(packet)
            for (const service of gone) sightings.goodbye(nic.name, from.address, service)
            for (const advertisement of seen) if (sightings.saw(nic.name, from.address, advertisement)) rounds.check()
          },
          query({ questions, answers }, { address, family, port }) {
            const isOurs = questions.some(({ name, type }) => type === 'PTR' && name.toLowerCase() === SERVICE_DOMAIN)
            // Who knows some answers does not get them; who asks from a port of its own gets all to itself.
            if (isOurs && answers.length === 0 && family === 4 && port === MDNS_PORT && !own.has(address)) rounds.heardQuestion()
          },
          trouble: (message) => nics.trouble(nic, message),
          broken,
        },
        { clock, random },
      )
      sightings.doubt(nic.name)
      let before = 0
      const rounds = askInRounds({
        clock,
        random,
        timings,
        families: [...(nic.ipv4 ? ([4] as const) : []), ...(nic.ipv6.length > 0 ? ([6] as const) : [])],
        ask({ family, once, counts }) {
          const answering = sightings.answering(nic.name)
          const none = answering.length === before
          if (!counts && once && answering.length > (family === 6 ? MAX_KNOWN : CROWD) && (family === 6 || none)) return
          if (family === 4) before = answering.length
          const known = family === 6 ? answering.slice(0, MAX_KNOWN) : []
          if (counts) sightings.asked(nic.name, family, known)
          socket.ask({ family, once, known })
        },
        othersAsked: () => sightings.asked(nic.name, 4),
        sweep: () => sightings.sweep(nic.name),
      })
      return {
        close() {
          rounds.close()
          return socket.close(false, timings.goodbye)
        },
      }
    },
  })
  place = (name) => (name === prefer?.() ? CHOSEN : nics.place(name))
  return nics
}
