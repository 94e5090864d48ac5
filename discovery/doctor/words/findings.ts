/** What was found, in English, for the command. The app has its own, in every language. */
import type { CheckId, FindingCode, FindingValues } from '../finding.ts'

/** What each check looks at, for a person who watches. */
export const CHECK_TITLES: Readonly<Record<CheckId, string>> = {
  interfaces: 'the network interfaces of this computer',
  registry: 'the way to the registry',
  certificate: 'the certificate of the registry',
  clock: 'the clock',
  multicast: 'finding each other without an address (mDNS)',
  inbound: 'whether others can reach this computer',
  peer: 'the way to the other person’s computer, both ways',
}

/** A fingerprint as people compare it. */
export const grouped = (fingerprint: string) => fingerprint.match(/.{1,4}/g)?.join(' ') ?? ''

/** `HOST, port PORT`. */
const where = ({ host, port }: { readonly host: string; readonly port: number }) => `${host}, port ${port}`

function duration(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const
  const [size, unit] = units.find(([least]) => seconds >= 2 * least) ?? [1, 'second']
  return `${Math.round(seconds / size)} ${unit}s`
}

const RELAYED = 'Files between you have to go through the registry, which is slower.'

export const FINDINGS: { readonly [C in FindingCode]: (values: FindingValues[C]) => string } = {
  'interfaces-fine': (v) => `This computer is on the network with ${v.interface} (${v.address}).`,
  'no-network': () => 'This computer is connected to no network.',
  'only-vpn': (v) =>
    `The only connection of this computer is a VPN or tunnel (${v.interface}, ${v.address}): it leads away from the local network.`,
  'only-virtual': (v) => `This computer is connected to networks of virtual machines or containers on itself only (${v.interface}).`,
  'only-link-local': (v) =>
    `This computer got no address from the network and gave itself one (${v.address} on ${v.interface}): it reaches only computers that did the same.`,
  'no-ipv4': (v) => `This computer has IPv6 addresses only (${v.interface}); computers with IPv4 alone do not see it.`,
  'chosen-interface-gone': (v) => `The network interface you chose (${v.interface}) is not there, or not connected; the others are used.`,
  'network-public': (v) => `Windows takes the network on ${v.network} for a public one and lets nobody on it reach this computer.`,
  'registry-reached': (v) => `The registry ${v.name} answers at ${where(v)}.`,
  'no-registry-found': () => 'No registry is known here, and none was found on this network.',
  'name-unknown': (v) => `The name ${v.host} is unknown: it leads to no address.`,
  'registry-stopped': (v) => `The computer at ${v.host} is there, but no registry runs on its port ${v.port}.`,
  'registry-firewall': (v) =>
    ({
      drops: `The computer at ${v.host} lets no connection to port ${v.port} in: its firewall drops them.`,
      seems: `The computer at ${v.host} lets no connection to port ${v.port} in: most likely its firewall drops them.`,
      refuses: `The registry runs at ${v.host}, but connections to its port ${v.port} are turned away: most likely by the firewall of its computer.`,
    })[v.how],
  'registry-absent': (v) => `No computer answers at ${v.host}, though others on this network do.`,
  'registry-moved': (v) => `The registry ${v.name} is no longer at ${v.before}: it is found at ${where(v)} now.`,
  'registry-silent': (v) => `Something takes connections at ${where(v)}, but says nothing on them.`,
  'registry-busy': (v) => `The registry at ${where(v)} takes no connection just now (${v.code}).`,
  'port-taken': (v) => `Another program answers at ${where(v)}${v.program ? `: ${v.program}` : ''}. It is no OptiChat registry.`,
  'version-differs': (v) => `The registry at ${where(v)} speaks another version of OptiChat.`,
  'firewall-out': (v) =>
    v.user === undefined
      ? `This computer’s own firewall lets no connection to ${where(v)} out.`
      : `This computer’s own firewall lets no connection to the computer of ${v.user} out.`,
  isolated: (v) =>
    `This computer is on the network, but sees no other computer on it, ${v.host} included: the access point or switch keeps computers apart.`,
  'other-subnet': (v) =>
    `The registry (${v.host}) is on another network, behind a router: it works by its address, but is not found by itself.`,
  'other-subnet-blocked': (v) =>
    `${v.host} is on another network than this computer, and the router between lets nothing through to port ${v.port}.`,
  'no-route': (v) => `This computer knows no way to ${v.host}: it is on no network of its own, and there is no router.`,
  'vpn-route': (v) =>
    `What this computer sends to ${v.host} goes into the VPN (${v.interface}), though that address is on the local network.`,
  'local-network-privacy': (v) => `This program may not reach other computers on the local network (${v.host}): macOS does not let it.`,
  'certificate-fine': () => 'The registry shows the certificate that is expected of it.',
  'certificate-unproven': (v) => `The registry shows a certificate that was not seen before: ${grouped(v.fingerprint)}`,
  'certificate-changed': (v) =>
    `The registry at ${v.host} shows another certificate than ${v.from === 'before' ? 'before' : 'its invite names'}.`,
  'other-registry': (v) => `Another registry (${v.name}) answers at ${v.host} than the one this device knows (${v.known}).`,
  'device-signed-out': (v) => `The registry ${v.name} does not know this device of ${v.user} any more.`,
  'not-signed-in': () => 'Nobody is signed in on this profile, so the way to other people is not looked at.',
  'clock-fine': () => 'The clocks of this computer and of the registry agree.',
  'clock-off': ({ seconds }) =>
    `The clock of this computer is ${duration(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} the registry’s: times of messages look wrong.`,
  'multicast-fine': () => 'Registries are found by themselves: multicast passes both ways.',
  'multicast-firewall': (v) =>
    `This computer’s own firewall stops mDNS (UDP port ${v.port}) on ${v.interface}: registries are not found by themselves.`,
  'multicast-lost': () =>
    'Multicast (mDNS) passes neither from this computer to the registry nor back, though they are on one network: registries are not found by themselves.',
  'multicast-out-lost': () => 'The registry hears no multicast (mDNS) of this computer, though this computer hears the registry.',
  'multicast-in-lost': () => 'The registry hears this computer by multicast (mDNS), but this computer does not hear the registry.',
  'registry-not-advertised': () =>
    'The registry does not announce itself on the network, so it is not found by itself; its address has to be typed.',
  'inbound-fine': () => 'Other computers can reach this one, so files can come and go directly.',
  'firewall-in': () => 'This computer’s firewall lets no connection in: others cannot fetch files from it directly.',
  'behind-nat': (v) =>
    `Others see this computer at ${v.address}, which is not its own address: a router or VPN in between hides it, so nobody can open a connection to it.`,
  'peer-reached': (v) => `You and ${v.user} reach each other’s computers directly.`,
  'peer-unknown': (v) => `Nobody here is called ${v.user}.`,
  'peer-away': (v) => `${v.user} is not online, so the way between you cannot be looked at.`,
  'peer-mute': (v) => `${v.user} is online, but that computer did not answer when it was asked to try the way.`,
  'peer-firewall-in': (v) => `The firewall of ${v.user}’s computer lets no connection in.`,
  'peer-firewall-out': (v) => `The firewall of ${v.user}’s computer lets no connection to this computer out.`,
  'peers-isolated': (v) =>
    `This computer and that of ${v.user} are on one network and both reach the registry, but not each other: the access point keeps wireless computers apart. ${RELAYED}`,
  'peer-other-subnet': (v) =>
    `This computer and that of ${v.user} (${v.address}) are on two networks, and the router between passes nothing on from one to the other. ${RELAYED}`,
  'peer-behind-nat': (v) =>
    `Somebody else answers at ${v.address}, where the computer of ${v.user} is seen: a router or VPN in between hides it.`,
  'peer-untried': (v) => `The way between you and ${v.user} could not be tried: one of you has no address that the other could use.`,
  'slow-down': () => 'The registry was asked too often just now to look at the way between you.',
}
