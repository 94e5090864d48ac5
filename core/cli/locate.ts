/** Where a registry may be that does not answer at its last address: wherever the network says that one of its fingerprint is. */
import type { Finder, FoundRegistry } from '../../discovery/finder.ts'
import type { KnownRegistry, RegistryAddress } from '../client/client.ts'
import { type Clock, systemClock } from '../protocol/clock.ts'
import { LISTEN } from './choose-registry.ts'

/** What looks for it; mDNS unless given. */
export interface LookOptions {
  readonly finder?: Finder
  readonly clock?: Clock
}

/**
 * Listens until it is heard, or for as long as a registry is listened for. All that is found is a hint, which the pin decides about.
 * @param registry the one looked for; one on this computer's own loopback is announced nowhere, so nothing is sent for it
 */
export async function locate(registry: KnownRegistry | null, options: LookOptions = {}): Promise<RegistryAddress[]> {
  if (!registry || /^(127\.|::1$|localhost$)/.test(registry.host)) return []
  const { clock = systemClock } = options
  // Loaded only now: most commands find their registry where it was.
  const finder = options.finder ?? (await import('../../discovery/mdns-finder.ts')).createMdnsFinder({ clock })
  const found = new Map<string, FoundRegistry>()
  let cancel: () => void = () => undefined
  await new Promise<void>((resolve) => {
    cancel = clock.after(LISTEN, resolve)
    const put = (one: FoundRegistry) => {
      found.set(one.key, one)
      if (one.fingerprint === registry.fingerprint) resolve()
    }
    // Trouble on one interface is no answer: the others are searched, and finding nothing says the rest.
    finder.start({ found: put, changed: put, lost: ({ key }) => found.delete(key), trouble: () => undefined })
  })
  cancel()
  await finder.stop()
  return [...found.values()]
    .filter(({ fingerprint }) => fingerprint === undefined || fingerprint === registry.fingerprint)
    .map(({ host, port }) => ({ host, port }))
}
