/** What to do about what the doctor found, in the person's language; commands stay as they are typed. */
import type { CommandNote, CommandSystem, Fix, FixCode, FixValues } from '../../bridge.ts'
import { apart, msg, phrase, str } from '../i18n/text.ts'
import { shownFingerprint } from './finding-words.ts'

export const PLACES: Readonly<Record<Fix['where'], string>> = {
  here: phrase('On this computer'),
  registry: phrase('On the registry’s computer'),
  peer: phrase('On the other person’s computer'),
  network: phrase('At the access point or router'),
}

/** Names of systems and of their firewalls are the same everywhere. */
const SYSTEMS: Readonly<Record<CommandSystem, string>> = {
  ufw: 'Linux (ufw)',
  firewalld: 'Linux (firewalld)',
  nft: 'Linux (nftables)',
  linux: 'Linux',
  windows: phrase('Windows, in PowerShell as administrator'),
  powershell: phrase('Windows, in PowerShell'),
  macos: 'macOS',
}

export const systemName = (system: CommandSystem): string => msg(SYSTEMS[system])

export const NOTES: Readonly<Record<CommandNote, string>> = {
  'shows-chain': phrase('This shows the table and the chain that block it:'),
  'shows-rules': phrase('This shows the rules that block:'),
  'plain-prompt': phrase('Instead, at a plain command prompt:'),
}

const portOf = ({ port }: { readonly port: number }): string => apart(`${port}`)

const FIXES: { readonly [C in FixCode]: (values: FixValues[C]) => string } = {
  'connect-network': () => msg('Connect this computer to the network the others are on: plug in the cable or join the Wi-Fi.'),
  'leave-vpn': () => msg('Connect to the local network itself. A VPN beside it may stay on.'),
  'choose-interface': () => msg('Plug it in again, or choose another one, or “Automatic”, in the settings.'),
  'check-dhcp': () => msg('Check that the router (or whatever hands out addresses by DHCP) is on and has addresses left.'),
  'renew-address': () =>
    msg('Unplug the cable and plug it in again, or leave the Wi-Fi and join it anew. Otherwise give this computer an address by hand.'),
  'enable-ipv4': () => msg('Turn on DHCP for IPv4 at the router, or use the registry’s IPv6 address.'),
  'make-network-private': () => msg('If you trust this network, tell Windows that it is private.'),
  'start-registry': () =>
    msg('Check that the registry runs and is on this network. If there is none, start one: “Start a registry on this computer”.'),
  'type-address': () => msg('If it runs, type its address or paste its invite: some networks keep it from being found by itself.'),
  'free-port': ({ port }) =>
    msg(
      str`Stop the other program there, or start the registry on another port, such as ${apart(`${port + 1}`)}, and tell people that one.`,
    ),
  'see-who-listens': () => msg('This tells there which program it is:'),
  'check-address': () => msg('Check that the address and the port are right.'),
  'check-name': () => msg('Check how it is spelled, or use the address (four numbers) instead of the name.'),
  'check-network-of-address': () => msg('Check that the address is right: on one network the first numbers are the same.'),
  'check-this-network': () =>
    msg('Check that the address is right and that this computer is on the same network: there the first numbers are the same.'),
  'update-older': () => msg('Install the same version on both computers; the older one is to be updated.'),
  'restart-registry': () => msg('The registry may hang, or another program listens there: look at it and restart it.'),
  'stop-filtering': () =>
    msg(
      'Something in between may let the connection through but not its content: a proxy, a security appliance, or a VPN whose packets are too large.',
    ),
  'wait-for-registry': () => msg('Wait a minute, then try again. If it stays so, ask whoever runs the registry to look at its log.'),
  'start-registry-there': () => msg('Start the registry there: in the app, “Start a registry on this computer”.'),
  'check-told-address': () =>
    msg('If it runs, check that address and port are still the right ones: the registry shows them where it runs.'),
  'open-registry-port': (v) => msg(str`Allow incoming connections to TCP port ${portOf(v)}.`),
  'check-windows-public': () => msg('If it runs Windows, also check whether it treats the network as public; make it private.'),
  'open-out-else': (v) => msg(str`If others do reach it, it is the firewall here: allow outgoing connections to TCP port ${portOf(v)}.`),
  'open-out': (v) => msg(str`Allow outgoing connections to TCP port ${portOf(v)}.`),
  'check-security-program': () => msg('Also check security programs that ask which program may use the network, and let OptiChat through.'),
  'wake-registry': () => msg('Check that its computer is on, awake and on this network. It may have another address now.'),
  'check-isolation': () => msg('If it is, the access point may keep wireless computers apart (“client isolation”, “guest network”).'),
  'stop-isolation': () =>
    msg(
      'Turn off “client isolation” (“AP isolation”, “wireless isolation”, “private VLAN”) at the access point, or join the main network instead of the guest network.',
    ),
  'use-cable': () => msg('Or connect both computers by cable to one switch, or to a phone’s hotspot.'),
  'check-registry-on': () => msg('If nobody else is on this network, check that the registry’s computer is on.'),
  'route-port': (v) =>
    msg(str`Ask whoever runs the network to let TCP port ${portOf(v)} pass between the two, or bring both computers to one network.`),
  'add-gateway': () => msg('If they are two networks, this computer needs a router (default gateway) to the other one.'),
  'allow-local-network': () =>
    msg('In System Settings › Privacy & Security › Local Network, turn it on for OptiChat, then start OptiChat again.'),
  'allow-lan-in-vpn': () =>
    msg('Allow access to the local network in the VPN’s settings (“split tunnelling”, “allow LAN access”), or disconnect it.'),
  'see-route': () => msg('This tells which way it goes:'),
  'note-address': () => msg('OptiChat follows it by itself. Where its address was written down, write down the new one.'),
  'keep-address': () => msg('Keep its address or invite at hand: people on this network need it.'),
  'compare-fingerprint': ({ fingerprint }) =>
    msg(str`Ask whoever runs the registry for its fingerprint. It shows now: ${shownFingerprint(fingerprint)}`),
  'sign-in-anew': ({ known }) =>
    msg(str`If it was set up anew, sign in to it as to a new one, with its invite. If not, find out where ${apart(known)} is now.`),
  'do-not-go-on': () =>
    msg('Do not go on before you know why: somebody may be in between. It is harmless only if the registry’s keys were made anew.'),
  'compare-with-owner': () =>
    msg('Compare it with what the registry’s computer shows. Signing in finds out by itself if somebody is in between.'),
  'sign-in': () => msg('Sign in, then look again.'),
  'sign-in-again': () => msg('Sign in again with your password.'),
  'set-clock': () =>
    msg('Find out which of the two clocks is wrong and let that computer set it by itself, or set it by hand where there is no internet.'),
  'open-multicast': (v) => msg(str`Let UDP port ${portOf(v)} in and out.`),
  'open-multicast-in': (v) => msg(str`Let UDP port ${portOf(v)} in.`),
  'open-multicast-there': (v) => msg(str`Or the registry’s computer stops it: let UDP port ${portOf(v)} in there.`),
  'type-address-meanwhile': () => msg('Until then, use the registry’s address or invite instead of waiting for it to be found.'),
  'advertise-registry': () => msg(str`Start the registry without ${apart('--no-advertise')}.`),
  'allow-multicast': () =>
    msg(
      'At the access point or switch, allow multicast (mDNS, Bonjour) between computers. Turn off “IGMP snooping” or a guest mode to see whether that is the cause.',
    ),
  'join-same-network': () =>
    msg(
      'Use the same network as the others, not a router of your own or a VPN behind it. Files still go by connections from this computer.',
    ),
  'join-same-network-there': () => msg('Use the same network as the others there, not a separate router or a VPN behind it.'),
  'join-one-network': () => msg('Join the same network, by the same Wi-Fi or switch.'),
  'open-program': () => msg('Allow OptiChat to take connections from the local network.'),
  'open-program-there': () => msg('Allow OptiChat to take connections from the local network.'),
  'open-lan-out': () => msg('Allow outgoing connections to the local network.'),
  'open-lan-out-there': () => msg('Allow outgoing connections to the local network.'),
  'use-ipv4': () => msg('Use the registry’s IPv4 address on both computers, then look again.'),
  'stop-wireless-isolation': () =>
    msg(
      'Turn off “client isolation” (“AP isolation”, “wireless isolation”) at the access point, or join the main network instead of the guest network.',
    ),
  'cable-for-one': () => msg('Or connect one of the two by cable.'),
  'route-peers': () => msg('Or let the router pass TCP connections between the two networks.'),
  'see-names': () => msg('Choose from the list of people.'),
  'start-optichat-there': () => msg('Start OptiChat there, then look again.'),
  'wait-a-minute': () => msg('Wait a minute, then look again.'),
  'look-there': () => msg('Its connection may just have been lost, or its OptiChat may be older: look there, update it, then look again.'),
}

export const adviceOf = <C extends FixCode>({ code, values }: Fix<C>): string => FIXES[code](values)
