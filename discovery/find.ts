/** Looking for a registry once: the list of those that are there, or the one a person means. */
import { isIP } from 'node:net'
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import { OptiChatError } from '../core/protocol/errors.ts'
import { parseAddress } from './address.ts'
import type { Finder, FoundRegistry } from './finder.ts'
import { requireInterfaces } from './interfaces.ts'
import { type Invite, isInvite } from './invite.ts'
import { createMdnsFinder } from './mdns-finder.ts'

/** Milliseconds to wait after the first that fits, for others that fit too: whoever is there answers within a few. */
const RIVALS = 400

/** Milliseconds a registry may take to answer when nothing else is said. */
const TIMEOUT = 3_000

export interface FindOptions {
  /** Milliseconds. */
  readonly timeout: number
  /** Names or IPv4 addresses of the interfaces to look on; all accepted ones unless given. */
  readonly interfaces?: readonly string[]
  readonly finder?: Finder
  readonly clock?: Clock
}

/**
 * All registries that answer within `timeout`, by name.
 * @throws OptiChatError `interface-unknown`
 */
export function findRegistries(options: FindOptions): Promise<FoundRegistry[]> {
  return search(options, () => false)
}

/** `fits`: once one does, the search ends soon instead of at its timeout. */
async function search(options: FindOptions, fits: (registry: FoundRegistry) => boolean): Promise<FoundRegistry[]> {
  if (options.interfaces) requireInterfaces(options.interfaces)
  const clock = options.clock ?? systemClock
  const finder = options.finder ?? createMdnsFinder({ interfaces: options.interfaces, clock })
  const found = new Map<string, FoundRegistry>()
  const cancels: (() => void)[] = []
  await new Promise<void>((resolve) => {
    cancels.push(clock.after(options.timeout, resolve))
    const put = (registry: FoundRegistry) => {
      found.set(registry.key, registry)
      if (fits(registry)) cancels.push(clock.after(RIVALS, resolve))
    }
    // Trouble on one interface is no answer to what was asked: the others are searched, and an empty list says the rest.
    finder.start({ found: put, changed: put, lost: ({ key }) => found.delete(key), trouble: () => undefined })
  })
  for (const cancel of cancels) cancel()
  await finder.stop()
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name) || a.host.localeCompare(b.host))
}

/** Whether a person means this registry by what they wrote: its name in any case, or eight digits or more of its fingerprint. */
export function isMeant(registry: FoundRegistry, text: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().toLowerCase()
  const digits = plain(text).replaceAll(/[:\s]/g, '')
  return plain(registry.name) === plain(text) || (/^[0-9a-f]{8,64}$/.test(digits) && (registry.fingerprint ?? '').startsWith(digits))
}

/** An address that can be nothing else: a registry's name has no port, and few have dots. */
function isAddress(text: string): boolean {
  return isInvite(text) || isIP(text.trim()) !== 0 || /^[^\s]*[.:[\]][^\s]*$/.test(text.trim()) || text.trim() === 'localhost'
}

/**
 * Where the registry is that a person means by `--registry`: an address or invite as it stands, else a name or fingerprint found on
 * the network, else a host name; without a text the only one there is. A fingerprint in the answer comes from an invite: what
 * the network says of itself is not handed on as something to rely on.
 * @throws OptiChatError `bad-address`, `no-registry`, `several-registries`, `interface-unknown`
 */
export async function locateRegistry(text: string | undefined, options: Partial<FindOptions> = {}): Promise<Invite> {
  if (text !== undefined && isAddress(text)) return parseAddress(text)
  const meant = (registry: FoundRegistry) => text === undefined || isMeant(registry, text)
  const fitting = (await search({ timeout: TIMEOUT, ...options }, meant)).filter(meant)
  const [only, ...others] = fitting
  if (only && others.length === 0) return { host: only.host, port: only.port, name: only.name }
  if (only) {
    throw new OptiChatError('several-registries', fitting.map(({ name, host, port }) => `${name} at ${host}:${port}`).join(', '))
  }
  if (text === undefined) throw new OptiChatError('no-registry')
  return hostName(text)
}

/** A word that no registry answered to may still be a computer's name. */
function hostName(text: string): Invite {
  try {
    return parseAddress(text)
  } catch {
    throw new OptiChatError('no-registry', `none is called "${text}"`)
  }
}
