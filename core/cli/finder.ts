/** What the command looks for registries with: mDNS, the hosts typed in, and what other registries told of. */
import { combineFinders } from '../../discovery/all-finders.ts'
import type { Finder } from '../../discovery/finder.ts'
import { type Ask, createHostFinder } from '../../discovery/host-finder.ts'
import { surveyInterfaces } from '../../discovery/interfaces.ts'
import { createMdnsFinder } from '../../discovery/mdns-finder.ts'
import { knownPlaces, type NetworkFile } from '../../discovery/network-file.ts'

/** Asks an address who is there; what that needs is loaded with the first question. */
export const ask: Ask = async (place, signal) => {
  asking ??= import('../client/ask.ts').then(({ createAsk }) => createAsk())
  return (await asking)(place, signal)
}
let asking: Promise<Ask> | null = null

export function createFinder(file: NetworkFile): Finder {
  let chosen: string | null = null
  // Which network this is takes a moment to tell, which nobody has to wait for.
  const look = file.hasChoices ? surveyInterfaces({ choice: (network) => (chosen = file.chosen(network)) }) : Promise.resolve()
  const mdns = createMdnsFinder({ prefer: () => chosen })
  const hosts = createHostFinder({ places: () => knownPlaces(file), ask })
  const both = combineFinders([mdns, hosts])
  return {
    start: (events) => both.start(events),
    settled: async () => both.settled?.(),
    async stop() {
      await Promise.all([both.stop(), look])
    },
  }
}
