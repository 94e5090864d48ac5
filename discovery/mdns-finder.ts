/** Finds registries by mDNS on every accepted interface at once: behind a VPN's default route, on two LANs, after a cable was put in late. */
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import { readAdvertisements } from './advertisement.ts'
import type { Finder, FinderEvents } from './finder.ts'
import { openMdns } from './mdns-socket.ts'
import { keepPerNic, lookAt, type PerNic } from './per-nic.ts'
import { Sightings } from './sightings.ts'
import { TIMINGS, type Timings } from './timings.ts'

export interface MdnsFinderOptions {
  /** Names or IPv4 addresses of the interfaces to listen on; all accepted ones unless given. One that is not there yet may come. */
  readonly interfaces?: readonly string[]
  readonly clock?: Clock
  readonly timings?: Partial<Timings>
}

export function createMdnsFinder(options: MdnsFinderOptions = {}): Finder {
  const clock = options.clock ?? systemClock
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
        trouble: (what) => stopped || events.trouble(what),
      }
      nics = listen(tell, clock, timings, options.interfaces)
    },
    async stop() {
      stopped = true
      await nics?.stop()
    },
  }
}

function listen(events: FinderEvents, clock: Clock, timings: Timings, only: readonly string[] | undefined): PerNic {
  let place = (_name: string) => 0
  const sightings = new Sightings(events, (name) => place(name), timings.misses)
  const nics = keepPerNic({
    clock,
    poll: timings.poll,
    look: lookAt(only),
    trouble: (what) => events.trouble(what),
    open(nic, broken) {
      const socket = openMdns(nic, {
        response(packet, address) {
          const { seen, gone } = readAdvertisements(packet)
          for (const service of gone) sightings.goodbye(nic.name, address, service)
          for (const advertisement of seen) sightings.saw(nic.name, address, advertisement)
        },
        trouble: (message) => nics.trouble(nic, message),
        broken,
      })
      const cancels = new Set<() => void>()
      const after = (millis: number, run: () => void) => {
        const cancel = clock.after(
          millis,
          () => {
            cancels.delete(cancel)
            run()
          },
          true,
        )
        cancels.add(cancel)
      }
      const round = () => {
        socket.ask()
        sightings.asked(nic.name)
        after(timings.answer, () => sightings.sweep(nic.name))
        after(timings.query, round)
      }
      for (const delay of timings.burst) after(delay, () => socket.ask())
      after(timings.query, round)
      return {
        async close() {
          for (const cancel of cancels) cancel()
          const closed = socket.close(clock, timings.goodbye)
          sightings.interfaceGone(nic.name)
          await closed
        },
      }
    },
  })
  place = nics.place
  return nics
}
