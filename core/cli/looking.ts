/** How the command looks for registries: on the network, at the hosts typed in, and at what other registries told of. */
import { findRegistries } from '../../discovery/find.ts'
import { type Invite, placesOf } from '../../discovery/invite.ts'
import { openNetworkFile } from '../../discovery/network-file.ts'
import type { KnownRegistry, RegistryAddress } from '../client/client.ts'
import { systemClock } from '../protocol/clock.ts'
import { LISTEN, type Looking } from './choose-registry.ts'
import { ask, createFinder } from './finder.ts'
import { locate } from './locate.ts'

export function looking(profile: string): Looking {
  const file = openNetworkFile(profile)
  return {
    find: (settle) => findRegistries({ timeout: LISTEN, finder: createFinder(file), ...(settle === undefined ? {} : { settle }) }),
    meet: (registry) => meet(registry, profile),
  }
}

/** Where it answers; where it was last, if it does so nowhere: whoever dials it there says why. */
async function meet(registry: KnownRegistry | Invite, profile: string): Promise<RegistryAddress> {
  const { host, port, fingerprint } = registry
  if (fingerprint === undefined) return { host, port }
  const { reach } = await import('../client/reach.ts')
  const last = { host, port, fingerprint }
  const met = reach({
    known: { id: '', name: '', ...last },
    clock: systemClock,
    signal: new AbortController().signal,
    greet: async (address, signal) => {
      await ask(address, signal)
      return { ...last, host: address.host, port: address.port }
    },
    discard: () => undefined,
    isElsewhere: () => true,
    async locate(told, signal) {
      for (const place of 'id' in registry ? [] : placesOf(registry)) told(place)
      await locate({ id: '', name: '', ...last }, told, signal, { file: openNetworkFile(profile) })
    },
  })
  return met.catch(() => last)
}
