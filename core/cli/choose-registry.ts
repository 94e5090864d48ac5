/** Which registry is meant by --registry, or by saying nothing. */
import { isIP } from 'node:net'
import { parseAddress } from '../../discovery/address.ts'
import { findRegistries } from '../../discovery/find.ts'
import type { FoundRegistry } from '../../discovery/finder.ts'
import { formatPlace, type Invite, isInvite, parseInvite } from '../../discovery/invite.ts'
import type { KnownRegistry, RegistryAddress } from '../client/client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { nameKey } from '../protocol/name.ts'
import { oneLine } from './text.ts'

/** Milliseconds to listen for registries: several query bursts on a network that loses packets. */
export const LISTEN = 2_000
/** Milliseconds in which others answer, too, once one did (RFC 6762 §6: up to 120 ms, and slow Wi-Fi on top). */
const SETTLE = 500

export const REGISTRY_OPTION = {
  type: 'string',
  value: 'HOST[:PORT]|NAME|optichat://…',
  text: 'which registry: its address, its name as found on the network, or an invite',
  default: 'the one known, else the one found',
} as const

/** How the network is looked at; replaced where nothing may be sent. */
export interface Looking {
  /** Listens to the end, or only until what was found has settled. */
  find(settle?: number): Promise<FoundRegistry[]>
  /** Where a registry is that may have moved, or that an invite names several addresses of: the first that proves its fingerprint. */
  meet?(registry: KnownRegistry | Invite): Promise<RegistryAddress>
}

const ON_LAN: Looking = { find: (settle) => findRegistries({ timeout: LISTEN, ...(settle === undefined ? {} : { settle }) }) }

/**
 * @param asked what the person wrote, if anything
 * @param known the registry this profile uses
 * @throws OptiChatError `bad-address`, `no-registry`, `several-registries`
 */
export async function chooseRegistry(
  asked: string | undefined,
  known: KnownRegistry | null,
  { find, meet }: Looking = ON_LAN,
): Promise<RegistryAddress> {
  if (asked === undefined && known) return meet ? meet(known) : known
  if (asked === undefined) return only(await find(SETTLE))
  if (isAddress(asked)) {
    const address = parseAddress(asked)
    return meet && address.also ? meet(address) : address
  }
  const isNamed = ({ name }: FoundRegistry) => nameKey(name) === nameKey(asked)
  let named = (await find(SETTLE)).filter(isNamed)
  // Others may have answered at once, and this one be slow.
  if (named.length === 0) named = (await find()).filter(isNamed)
  if (named.length > 0) return only(named)
  try {
    return parseAddress(asked)
  } catch (cause) {
    throw new OptiChatError('no-registry', `none of the name ${oneLine(asked)}`, { cause })
  }
}

/** The one-time code that an invite carries, if it does. @throws OptiChatError `bad-address` */
export function inviteCode(asked: string | undefined): string | undefined {
  return asked !== undefined && isInvite(asked) ? parseInvite(asked).code : undefined
}

/** Whether it can only be an address; a single word may be a name or a host. */
function isAddress(text: string): boolean {
  return isInvite(text) || isIP(text) !== 0 || /[:[\]]/.test(text) || text === 'localhost' || /^[\w-]+(\.[\w-]+)+\.?$/.test(text)
}

/** The fingerprint of a found registry is a hint, so it is not asked for. */
function only(found: readonly FoundRegistry[]): RegistryAddress {
  // One registry is heard once on each interface that leads to it.
  const registries = [...new Map(found.map((one) => [one.fingerprint ?? one.key, one])).values()]
  const [first, second] = registries
  if (!first) throw new OptiChatError('no-registry')
  if (second)
    throw new OptiChatError(
      'several-registries',
      registries.map(({ name, host, port }) => `${oneLine(name)} at ${formatPlace({ host, port })}`).join(', '),
    )
  return { host: first.host, port: first.port }
}
