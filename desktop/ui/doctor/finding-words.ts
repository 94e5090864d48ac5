/** What the doctor looks at and what it finds, in the person's language: a sentence for every code there is. */
import type { CheckId, Finding, FindingCode, FindingValues } from '../../bridge.ts'
import { endpoint, fingerprintGroups, span } from '../format.ts'
import { apart, msg, phrase, str } from '../i18n/text.ts'

export const CHECKS: Readonly<Record<CheckId, string>> = {
  interfaces: phrase('The network interfaces of this computer'),
  registry: phrase('The way to the registry'),
  certificate: phrase('The certificate of the registry'),
  clock: phrase('The clock'),
  multicast: phrase('Finding each other without an address (mDNS)'),
  inbound: phrase('Whether others can reach this computer'),
  peer: phrase('The way to the other person’s computer, both ways'),
}

export const shownFingerprint = (fingerprint: string): string => apart(fingerprintGroups(fingerprint).join(' '))

const where = ({ host, port }: { readonly host: string; readonly port: number }): string => apart(endpoint(host, port))

/** A port is a name, not a number that is read with separators. */
const portOf = ({ port }: { readonly port: number }): string => apart(`${port}`)

const relayed = (): string => msg('Files between you go through the registry, which is slower.')

const FINDINGS: { readonly [C in FindingCode]: (values: FindingValues[C]) => string } = {
  'interfaces-fine': (v) => msg(str`This computer is on the network with ${apart(v.interface)} (${apart(v.address)}).`),
  'no-network': () => msg('This computer is connected to no network.'),
  'only-vpn': (v) =>
    msg(
      str`The only connection of this computer is a VPN or tunnel (${apart(v.interface)}, ${apart(v.address)}), which leads away from the local network.`,
    ),
  'only-virtual': (v) => msg(str`This computer is only connected to virtual machines or containers on itself (${apart(v.interface)}).`),
  'only-link-local': (v) =>
    msg(
      str`The network gave this computer no address, so it gave itself one (${apart(v.address)} on ${apart(v.interface)}). It reaches only computers that did the same.`,
    ),
  'no-ipv4': (v) => msg(str`This computer has IPv6 addresses only (${apart(v.interface)}). Computers with IPv4 alone do not see it.`),
  'chosen-interface-gone': (v) =>
    msg(str`The network interface you chose (${apart(v.interface)}) is not there or not connected. The others are used.`),
  'network-public': (v) => msg(str`Windows treats the network on ${apart(v.network)} as public and lets nobody reach this computer.`),
  'registry-reached': (v) => msg(str`The registry ${apart(v.name)} answers at ${where(v)}.`),
  'no-registry-found': () => msg('No registry is known here, and none was found on this network.'),
  'name-unknown': (v) => msg(str`The name ${apart(v.host)} is unknown: it leads to no address.`),
  'registry-stopped': (v) => msg(str`The computer at ${apart(v.host)} is there, but no registry runs on its port ${portOf(v)}.`),
  'registry-firewall': (v) => {
    if (v.how === 'drops') return msg(str`The firewall of the computer at ${apart(v.host)} lets no connection to port ${portOf(v)} in.`)
    return v.how === 'seems'
      ? msg(str`The computer at ${apart(v.host)} lets no connection to port ${portOf(v)} in. Most likely its firewall blocks them.`)
      : msg(
          str`The registry runs at ${apart(v.host)}, but connections to its port ${portOf(v)} are turned away, most likely by the firewall of its computer.`,
        )
  },
  'registry-absent': (v) => msg(str`No computer answers at ${apart(v.host)}, though others on this network do.`),
  'registry-moved': (v) => msg(str`The registry ${apart(v.name)} is no longer at ${apart(v.before)}. It is at ${where(v)} now.`),
  'registry-silent': (v) => msg(str`Something takes connections at ${where(v)}, but says nothing on them.`),
  'registry-busy': (v) => msg(str`The registry at ${where(v)} takes no connection just now (${apart(v.code)}).`),
  'port-taken': (v) =>
    v.program
      ? msg(str`Another program answers at ${where(v)}: ${apart(v.program)}. It is no OptiChat registry.`)
      : msg(str`Another program answers at ${where(v)}. It is no OptiChat registry.`),
  'version-differs': (v) => msg(str`The registry at ${where(v)} speaks another version of OptiChat.`),
  'firewall-out': (v) =>
    v.user === undefined
      ? msg(str`This computer’s own firewall lets no connection to ${where(v)} out.`)
      : msg(str`This computer’s own firewall lets no connection to the computer of ${apart(v.user)} out.`),
  isolated: (v) =>
    msg(
      str`This computer is on the network but sees no other computer on it, not even ${apart(v.host)}. The access point or switch keeps computers apart.`,
    ),
  'other-subnet': (v) =>
    msg(str`The registry (${apart(v.host)}) is on another network, behind a router. It works by its address, but is not found by itself.`),
  'other-subnet-blocked': (v) =>
    msg(
      str`${apart(v.host)} is on another network than this computer, and the router between them lets nothing through to port ${portOf(v)}.`,
    ),
  'no-route': (v) =>
    msg(str`This computer knows no way to ${apart(v.host)}: the address is on none of its networks, and there is no router.`),
  'vpn-route': (v) =>
    msg(
      str`What this computer sends to ${apart(v.host)} goes into the VPN (${apart(v.interface)}), though that address is on the local network.`,
    ),
  'local-network-privacy': (v) => msg(str`macOS does not let OptiChat reach other computers on the local network (${apart(v.host)}).`),
  'certificate-fine': () => msg('The registry shows the certificate that is expected of it.'),
  'certificate-unproven': (v) => msg(str`The registry shows a certificate that was not seen before: ${shownFingerprint(v.fingerprint)}`),
  'certificate-changed': (v) =>
    v.from === 'before'
      ? msg(str`The registry at ${apart(v.host)} shows another certificate than before.`)
      : msg(str`The registry at ${apart(v.host)} shows another certificate than its invite names.`),
  'other-registry': (v) =>
    msg(str`At ${apart(v.host)} answers ${apart(v.name)}, another registry than the one this device knows (${apart(v.known)}).`),
  'device-signed-out': (v) => msg(str`The registry ${apart(v.name)} no longer knows this device of ${apart(v.user)}.`),
  'not-signed-in': () => msg('Nobody is signed in, so the way to other people was not looked at.'),
  'clock-fine': () => msg('The clocks of this computer and of the registry agree.'),
  'clock-off': ({ seconds }) =>
    seconds > 0
      ? msg(str`The clock of this computer is ${span(seconds)} ahead of the registry’s, so the times of messages look wrong.`)
      : msg(str`The clock of this computer is ${span(-seconds)} behind the registry’s, so the times of messages look wrong.`),
  'multicast-fine': () => msg('Registries are found by themselves: multicast passes both ways.'),
  'multicast-firewall': (v) =>
    msg(
      str`This computer’s own firewall stops mDNS (UDP port ${portOf(v)}) on ${apart(v.interface)}, so registries are not found by themselves.`,
    ),
  'multicast-lost': () =>
    msg(
      'Multicast (mDNS) passes neither from this computer to the registry nor back, though they are on one network, so registries are not found by themselves.',
    ),
  'multicast-out-lost': () => msg('The registry hears no multicast (mDNS) of this computer, though this computer hears the registry.'),
  'multicast-in-lost': () => msg('The registry hears this computer’s multicast (mDNS), but this computer does not hear the registry.'),
  'registry-not-advertised': () => msg('The registry does not announce itself on the network, so its address has to be typed.'),
  'inbound-fine': () => msg('Other computers can reach this one, so files come and go directly.'),
  'firewall-in': () => msg('This computer’s firewall lets no connection in, so others cannot fetch files from it directly.'),
  'behind-nat': (v) =>
    msg(
      str`Others see this computer at ${apart(v.address)}, which is not its own address: a router or VPN hides it, so nobody can open a connection to it.`,
    ),
  'peer-reached': (v) => msg(str`You and ${apart(v.user)} reach each other’s computers directly.`),
  'peer-unknown': (v) => msg(str`Nobody here is called ${apart(v.user)}.`),
  'peer-away': (v) => msg(str`${apart(v.user)} is not online, so the way between you cannot be looked at.`),
  'peer-mute': (v) => msg(str`${apart(v.user)} is online, but that computer did not answer when it was asked to try the way.`),
  'peer-firewall-in': (v) => msg(str`The firewall of ${apart(v.user)}’s computer lets no connection in.`),
  'peer-firewall-out': (v) => msg(str`The firewall of ${apart(v.user)}’s computer lets no connection to this computer out.`),
  'peers-isolated': (v) =>
    `${msg(str`This computer and that of ${apart(v.user)} are on one network and both reach the registry, but not each other: the access point keeps wireless computers apart.`)} ${relayed()}`,
  'peer-other-subnet': (v) =>
    `${msg(str`This computer and that of ${apart(v.user)} (${apart(v.address)}) are on two networks, and the router between them passes nothing on from one to the other.`)} ${relayed()}`,
  'peer-behind-nat': (v) =>
    msg(str`Somebody else answers at ${apart(v.address)}, where the computer of ${apart(v.user)} is seen: a router or VPN hides it.`),
  'peer-untried': (v) =>
    msg(str`The way between you and ${apart(v.user)} could not be tried: one of you has no address that the other could use.`),
  'slow-down': () => msg('The registry was asked too often just now to look at the way between you.'),
}

export const sentenceOf = <C extends FindingCode>({ code, values }: Finding<C>): string => FINDINGS[code](values)
