/** Learns of other registries for the one that runs here: by mDNS, and where its administrator says that one is. */

import { parseAddress } from '../../discovery/address.ts'
import type { FoundRegistry } from '../../discovery/finder.ts'
import { createHostFinder } from '../../discovery/host-finder.ts'
import { isLinkLocal6 } from '../../discovery/ipv6.ts'
import { createMdnsFinder } from '../../discovery/mdns-finder.ts'
import type { RunningRegistry } from '../registry/options.ts'
import { ask } from './finder.ts'

/** Milliseconds between two looks whether they are still there. */
const EVERY = 30_000

export interface NeighbourOptions {
  /** Addresses of registries of which to tell. */
  readonly knows: readonly string[]
  /** Whether to listen for others on the network. */
  readonly listen: boolean
  readonly interfaces?: readonly string[]
}

/** Only what has proven its certificate to us is told on: anybody can announce anything. */
export function watchNeighbours(registry: RunningRegistry, { knows, listen, interfaces }: NeighbourOptions): { stop(): Promise<void> } {
  const heard = new Map<string, FoundRegistry>()
  const proven = new Map<string, FoundRegistry>()
  const tell = () => {
    const others = [...proven.values()].filter(({ fingerprint }) => fingerprint !== registry.fingerprint)
    registry.neighbours.set(others.flatMap(({ name, host, port, fingerprint }) => (fingerprint ? [{ name, host, port, fingerprint }] : [])))
  }
  const typed = knows.map((text) => ({ ...parseAddress(text), by: 'typed' as const }))
  const hosts = createHostFinder({
    places: () => [
      ...typed,
      ...[...heard.values()]
        // A link-local IPv6 address says nothing to whoever is on another network.
        .filter(({ host, fingerprint }) => !isLinkLocal6(host) && fingerprint !== undefined && fingerprint !== registry.fingerprint)
        .map(({ host, port, fingerprint }) => ({ host, port, by: 'told' as const, ...(fingerprint ? { fingerprint } : {}) })),
    ],
    ask,
    every: EVERY,
  })
  const keep = (list: Map<string, FoundRegistry>, then: () => void) => ({
    found: (one: FoundRegistry) => {
      list.set(one.key, one)
      then()
    },
    changed: (one: FoundRegistry) => {
      list.set(one.key, one)
      then()
    },
    lost: (one: FoundRegistry) => {
      list.delete(one.key)
      then()
    },
    // What fails at its sockets fails at those of the advertisement, too, which tells of it.
    trouble: () => undefined,
  })
  const mdns = listen ? createMdnsFinder({ ...(interfaces ? { interfaces } : {}) }) : null
  mdns?.start(keep(heard, () => hosts.soon()))
  hosts.start(keep(proven, tell))
  return {
    async stop() {
      await Promise.all([mdns?.stop(), hosts.stop()])
    },
  }
}
