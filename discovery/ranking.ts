/**
 * Which network interface leads to the people in the room? Pure: from what the system tells of its interfaces to an order
 * with a reason. The flags systems give (`virtual`, `default`, `type`) are wrong for docker0, vmnet8, veth and behind a VPN's default
 * route, so names and addresses decide first.
 */

import { isLinkLocal6, zoned } from './ipv6.ts'

/** What is known of one interface; everything that only systeminformation tells is optional. */
export interface InterfaceFacts {
  readonly name: string
  /** The driver's name for it, on Windows: "Hyper-V Virtual Ethernet Adapter". */
  readonly description?: string
  readonly ipv4: readonly { readonly address: string; readonly netmask: string }[]
  readonly ipv6: readonly { readonly address: string; readonly bits: number }[]
  /** What follows the % in its link-local IPv6 addresses. */
  readonly zone: string
  readonly mac: string
  /** Loopback. */
  readonly internal: boolean
  readonly type?: 'wired' | 'wireless'
  readonly up?: boolean
  /** Megabits a second. */
  readonly speed?: number
  /** A default route leads out here, or the gateway's address is in this network. */
  readonly gateway?: boolean
}

export type InterfaceKind = 'wired' | 'wireless' | 'virtual' | 'tunnel' | 'bluetooth' | 'loopback' | 'unknown'

export interface RankedInterface {
  readonly name: string
  /** Its IPv4 address; where it has none an IPv6 one, a link-local one with its zone; null without any. */
  readonly address: string | null
  /** Of an IPv4 address. */
  readonly netmask: string | null
  readonly kind: InterfaceKind
  /** Discovery uses every accepted interface; the order says which one is preferred. */
  readonly accepted: boolean
  readonly chosen: boolean
  /** Why it ranks where it does. */
  readonly reasons: readonly InterfaceReason[]
  /** Megabits a second; null: unknown. */
  readonly speed: number | null
}

/** Why nobody in the room can be met there: such an interface is not accepted, and has no other reasons but what makes it a `virtual` one, say. */
type Rejection = 'this-computer-only' | 'no-address' | 'no-hardware-address' | 'apple-link' | 'single-address' | 'no-ipv4' | 'overlay'

/** What is rarely the way to other people. */
type Unlikely = 'virtual' | 'bridge' | 'tunnel' | 'bluetooth'

/** What its address tells. */
type AddressReason = 'private' | 'public' | 'link-local' | 'ipv6' | 'ipv6-link-local'

/** Codes; `ranking-words.ts` says them in English, the app in any of its languages. */
export type InterfaceReason = Rejection | 'chosen' | Unlikely | AddressReason | 'router' | 'not-connected'

type Demotion = readonly [names: RegExp, kind: InterfaceKind, why: Unlikely]

/** Names of what is rarely the way to other people: demoted, yet used, since a LAN may be bridged through one (Hyper-V, `br-lan`). */
const DEMOTED: readonly Demotion[] = [
  [/^(docker|br-|veth|virbr|vmnet|vbox|cni|podman|lxc|lxd)/i, 'virtual', 'virtual'],
  [/vEthernet|Hyper-V|\bWSL\b|VMware|VirtualBox/i, 'virtual', 'virtual'],
  [/^(tailscale|zt|wg|tun|tap|utun|ppp|ipsec)/i, 'tunnel', 'tunnel'],
  [/^bridge\d+$/, 'virtual', 'bridge'],
  [
    /Tailscale|ZeroTier|WireGuard|Wintun|TAP-Windows|OpenVPN|\bVPN\b|AnyConnect|PANGP|GlobalProtect|Fortinet|Juniper|Check Point|SonicWall|Zscaler|NordLynx/i,
    'tunnel',
    'tunnel',
  ],
  [/Bluetooth|^bnep/i, 'bluetooth', 'bluetooth'],
]

const WIRELESS_NAME = /^(wl|wifi|wi-fi|wlan|ath|airport)/i
const WIRED_NAME = /^(eth|en[opsx]|em\d|ethernet)/i
const ZERO_MAC = '00:00:00:00:00:00'

/** Links that lead to no person: of Apple's devices among themselves, and to the chip inside a MacBook that drives its Touch Bar. */
const APPLE_LINK = /^(awdl|llw|anpi|ap)\d/
const APPLE_CHIP = 'ac:de:48:00:11:22'

/** An IPv4 address as one number; NaN when it is none. */
function ipv4Number(address: string): number {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !(Number.isInteger(part) && part >= 0 && part <= 255))) return Number.NaN
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

function inRange(address: string, network: string, bits: number): boolean {
  const size = 2 ** (32 - bits)
  return Math.floor(ipv4Number(address) / size) === Math.floor(ipv4Number(network) / size)
}

/** Whether `address` is on the network that `of` with its netmask is on. */
export function onNetwork(address: string, of: { address: string; netmask: string }): boolean {
  const mask = ipv4Number(of.netmask)
  // >>> 0: bitwise operators give signed numbers.
  return !Number.isNaN(ipv4Number(address)) && (ipv4Number(address) & mask) >>> 0 === (ipv4Number(of.address) & mask) >>> 0
}

const isLinkLocal = (address: string) => inRange(address, '169.254.0.0', 16)
const isOverlay = (address: string) => inRange(address, '100.64.0.0', 10)
const isPrivate = (address: string) =>
  inRange(address, '10.0.0.0', 8) || inRange(address, '172.16.0.0', 12) || inRange(address, '192.168.0.0', 16)

interface Address {
  readonly address: string
  readonly netmask: string | null
}

/** Why nobody in the room can be met here, or null. */
function rejection(facts: InterfaceFacts, best: Address | undefined, demotion: Demotion | undefined): Rejection | null {
  if (facts.internal) return 'this-computer-only'
  if (!best) return 'no-address'
  if (facts.mac === ZERO_MAC) return 'no-hardware-address'
  if (APPLE_LINK.test(facts.name) || facts.mac === APPLE_CHIP) return 'apple-link'
  if (best.netmask === '255.255.255.255') return 'single-address'
  if (best.netmask === null) {
    // Each container's cable has one; who is on its network is met at the bridge, which has IPv4.
    if (demotion) return 'no-ipv4'
    return facts.ipv6.every(({ bits }) => bits === 128) ? 'single-address' : null
  }
  return isOverlay(best.address) ? 'overlay' : null
}

/** An interface may have several addresses: the one that most likely faces the room. */
function bestAddress(facts: InterfaceFacts): Address | undefined {
  const worth = ({ address, netmask }: { address: string; netmask: string }) =>
    netmask === '255.255.255.255' || isOverlay(address) ? 3 : isLinkLocal(address) ? 2 : isPrivate(address) ? 0 : 1
  const [ipv4] = [...facts.ipv4].sort((a, b) => worth(a) - worth(b))
  if (ipv4) return ipv4
  const [ipv6] = [...facts.ipv6].sort((a, b) => Number(isLinkLocal6(a.address)) - Number(isLinkLocal6(b.address)))
  return ipv6 && { address: zoned(ipv6.address, facts.zone), netmask: null }
}

function kindOf(facts: InterfaceFacts, demotion: Demotion | undefined): InterfaceKind {
  if (facts.internal) return 'loopback'
  if (demotion) return demotion[1]
  if (facts.type) return facts.type
  if (WIRELESS_NAME.test(facts.name)) return 'wireless'
  return WIRED_NAME.test(facts.name) ? 'wired' : 'unknown'
}

function addressReason(address: string): AddressReason {
  if (isLinkLocal6(address)) return 'ipv6-link-local'
  if (address.includes(':')) return 'ipv6'
  return isLinkLocal(address) ? 'link-local' : isPrivate(address) ? 'private' : 'public'
}

function reasonsFor(facts: InterfaceFacts, address: string, demotion: Demotion | undefined, chosen: boolean): InterfaceReason[] {
  return [
    ...(chosen ? ['chosen' as const] : []),
    ...(demotion ? [demotion[2]] : []),
    addressReason(address),
    ...(facts.gateway ? ['router' as const] : []),
    ...(facts.up === false ? ['not-connected' as const] : []),
  ]
}

/** All of its addresses, as they can be dialled. */
const addressesOf = (facts: InterfaceFacts): Address[] => [
  ...facts.ipv4,
  ...facts.ipv6.map(({ address }) => ({ address: zoned(address, facts.zone), netmask: null })),
]

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/**
 * The interfaces, best first: the person's choice (a name or an address), then private networks with a router, connected,
 * wired, wireless, by speed; self-given addresses (169.254, fe80) after those; virtual ones and tunnels after that; and those that cannot lead to
 * anybody last, not accepted.
 */
export function rank(interfaces: readonly InterfaceFacts[], chosen: string | null = null): RankedInterface[] {
  const weighed = interfaces.map((facts) => {
    const wanted = addressesOf(facts).find(({ address }) => address === chosen)
    const best = wanted ?? bestAddress(facts)
    const isChosen = chosen !== null && (wanted !== undefined || sameName(facts.name, chosen))
    const demotion = DEMOTED.find(([pattern]) => pattern.test(facts.name) || pattern.test(facts.description ?? ''))
    const kind = kindOf(facts, demotion)
    const refused = rejection(facts, best, demotion)
    const address = best?.address ?? ''
    const ranked: RankedInterface = {
      name: facts.name,
      address: best?.address ?? null,
      netmask: best?.netmask ?? null,
      kind,
      accepted: refused === null,
      chosen: isChosen,
      reasons: refused
        ? refused === 'no-ipv4' && demotion
          ? [refused, demotion[2]]
          : [refused]
        : reasonsFor(facts, address, demotion, isChosen),
      speed: facts.speed || null,
    }
    // Smaller is better; the first difference decides.
    const order = [
      refused ? 1 : 0,
      isChosen ? 0 : 1,
      demotion ? 1 : 0,
      isLinkLocal(address) || isLinkLocal6(address) ? 1 : 0,
      isPrivate(address) && facts.gateway ? 0 : 1,
      facts.up === false ? 1 : 0,
      kind === 'wired' ? 0 : kind === 'wireless' ? 1 : 2,
      isPrivate(address) ? 0 : 1,
      -(facts.speed ?? 0),
    ]
    return { ranked, order }
  })
  weighed.sort((a, b) => a.order.reduce((sum, value, at) => sum || value - (b.order[at] ?? 0), 0))
  return weighed.map(({ ranked }) => ranked)
}
