/** Why an interface ranks where it does, in English, for the command. The app has its own words, in every language. */
import type { InterfaceKind, InterfaceReason, RankedInterface } from './ranking.ts'

const KINDS: Readonly<Record<InterfaceKind, string>> = {
  wired: 'wired',
  wireless: 'wireless',
  virtual: 'virtual',
  tunnel: 'tunnel',
  bluetooth: 'Bluetooth',
  loopback: 'loopback',
  unknown: 'of an unknown kind',
}

/** Each as it stands in the middle of a sentence. */
export const REASONS: Readonly<Record<InterfaceReason, string>> = {
  'this-computer-only': 'reaches only this computer',
  'no-address': 'has no address',
  'no-hardware-address': 'has no hardware address: a tunnel, not a local network',
  'apple-link': "a link of Apple's own devices, not a local network",
  'single-address': 'a single address without a network around it: a tunnel',
  'no-ipv4': 'has no IPv4 address',
  overlay: 'an address of an overlay network or a provider (100.64.0.0/10)',
  chosen: 'your choice',
  virtual: 'a network of virtual machines or containers on this computer',
  bridge: 'a bridge inside this computer, for virtual machines or to share its internet',
  tunnel: 'a VPN or tunnel',
  bluetooth: 'a Bluetooth link',
  private: 'a private network',
  public: 'a public address',
  'link-local': 'gave itself an address as nobody else did',
  ipv6: 'an IPv6 network',
  'ipv6-link-local': 'only an IPv6 address that it gave itself',
  router: 'with a router',
  'not-connected': 'not connected',
}

const DEMOTES: readonly InterfaceReason[] = ['virtual', 'bridge', 'tunnel', 'bluetooth']

/** Why it ranks where it does, one sentence. */
export function reasonOf({ reasons, accepted, kind, speed }: Pick<RankedInterface, 'reasons' | 'accepted' | 'kind' | 'speed'>): string {
  const demoted = reasons.some((reason) => DEMOTES.includes(reason))
  const words = reasons.map((reason) =>
    accepted && DEMOTES.includes(reason) ? `${REASONS[reason]}, so after the others` : REASONS[reason],
  )
  if (accepted && !demoted) words.push(KINDS[kind])
  if (accepted && speed !== null) words.push(`${speed} Mbit/s`)
  const sentence = words.join(', ').replace(', with a router', ' with a router')
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}
