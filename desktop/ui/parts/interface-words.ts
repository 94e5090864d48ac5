/** What a network interface is and why it ranks where it does, in the person's language. */
import type { InterfaceKind, InterfaceReason, InterfaceView } from '../../bridge.ts'
import { megabits } from '../format.ts'
import { msg, phrase } from '../i18n/text.ts'

const KINDS: Readonly<Record<InterfaceKind, string>> = {
  wired: phrase('Wired'),
  wireless: phrase('Wireless'),
  virtual: phrase('Virtual'),
  tunnel: phrase('Tunnel'),
  bluetooth: 'Bluetooth',
  loopback: phrase('This computer only'),
  unknown: phrase('Of an unknown kind'),
}

const REASONS: Readonly<Record<InterfaceReason, string>> = {
  'this-computer-only': phrase('Reaches only this computer'),
  'no-address': phrase('Has no address'),
  'no-hardware-address': phrase('Has no hardware address: a tunnel, not a local network'),
  'apple-link': phrase('A link of Apple’s own devices, not a local network'),
  'single-address': phrase('A single address without a network around it: a tunnel'),
  'no-ipv4': phrase('Has no IPv4 address'),
  overlay: phrase('An address of an overlay network or a provider (100.64.0.0/10)'),
  chosen: phrase('Your choice'),
  virtual: phrase('Virtual machines or containers on this computer, so after the others'),
  bridge: phrase('A bridge inside this computer, for virtual machines or to share its internet, so after the others'),
  tunnel: phrase('A VPN or tunnel, so after the others'),
  bluetooth: phrase('A Bluetooth link, so after the others'),
  private: phrase('Private network'),
  public: phrase('Public address'),
  'link-local': phrase('It gave itself an address, as nobody else did'),
  ipv6: phrase('IPv6 network'),
  'ipv6-link-local': phrase('Only an IPv6 address that it gave itself'),
  router: phrase('With a router'),
  'not-connected': phrase('Not connected'),
}

export const kindWord = (kind: InterfaceKind): string => msg(KINDS[kind])

/** One after the other, in the order in which they count. */
export const reasonWords = ({ reasons, speed }: Pick<InterfaceView, 'reasons' | 'speed'>): string =>
  [...reasons.map((reason) => msg(REASONS[reason])), ...(speed === null ? [] : [megabits(speed)])].join(' · ')
