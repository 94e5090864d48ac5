/** Where a registry may be that does not answer at its last address: wherever the network says that one of its fingerprint is. */
import type { Finder, FoundRegistry } from '../../discovery/finder.ts'
import { knownPlaces, type NetworkFile } from '../../discovery/network-file.ts'
import type { KnownRegistry, RegistryAddress } from '../client/client.ts'
import { type Clock, systemClock } from '../protocol/clock.ts'
import { LISTEN } from './choose-registry.ts'

/** What looks for it; mDNS unless given. */
export interface LookOptions {
  readonly finder?: Finder
  /** Addresses known beforehand are told, too: they are asked anyway by whoever tries them. */
  readonly file?: Pick<NetworkFile, 'hosts' | 'heardOf'>
  readonly clock?: Clock
}

/**
 * Listens for as long as a registry is listened for, or until it is no longer needed, and tells each address at which it may be: all
 * that is found is a hint, which the pin decides about.
 * @param registry the one looked for; one on this computer's own loopback is announced nowhere, so nothing is sent for it
 */
export async function locate(
  registry: KnownRegistry | null,
  told: (address: RegistryAddress) => void,
  signal: AbortSignal,
  options: LookOptions = {},
): Promise<void> {
  if (!registry || signal.aborted || /^(127\.|::1$|localhost$)/.test(registry.host)) return
  const { clock = systemClock } = options
  for (const { host, port, fingerprint } of options.file ? knownPlaces(options.file) : []) {
    if (fingerprint === undefined || fingerprint === registry.fingerprint) told({ host, port })
  }
  // Loaded only now: most commands find their registry where it was.
  const finder = options.finder ?? (await import('../../discovery/mdns-finder.ts')).createMdnsFinder({ clock })
  let finish: () => void = () => undefined
  await new Promise<void>((resolve) => {
    const cancel = clock.after(LISTEN, resolve)
    finish = () => {
      cancel()
      resolve()
    }
    signal.addEventListener('abort', finish, { once: true })
    const put = ({ fingerprint, host, port }: FoundRegistry) => {
      if (fingerprint === undefined || fingerprint === registry.fingerprint) told({ host, port })
    }
    // Trouble on one interface is no answer: the others are searched, and finding nothing says the rest.
    finder.start({ found: put, changed: put, also: put, lost: () => undefined, trouble: () => undefined })
  })
  signal.removeEventListener('abort', finish)
  await finder.stop()
}
