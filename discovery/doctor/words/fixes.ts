/** What to do about it, in English, for the command. */
import type { CommandNote, CommandSystem, FixCode, FixValues } from '../finding.ts'
import { grouped } from './findings.ts'

export const SYSTEMS: Readonly<Record<CommandSystem, string>> = {
  ufw: 'Linux with ufw',
  firewalld: 'Linux with firewalld',
  nft: 'Linux with nftables',
  linux: 'Linux',
  windows: 'Windows (PowerShell as administrator)',
  powershell: 'Windows (PowerShell)',
  macos: 'macOS',
}

export const NOTES: Readonly<Record<CommandNote, string>> = {
  'shows-chain': 'shows the table and the chain that drop it',
  'shows-rules': 'shows rules that block',
  'plain-prompt': 'the same at a plain prompt',
}

export const FIXES: { readonly [C in FixCode]: (values: FixValues[C]) => string } = {
  'connect-network': () => 'Connect this computer to the network the others are on: put the cable in, or choose the Wi-Fi.',
  'leave-vpn': () => 'Connect to the local network itself; a VPN beside it may stay on.',
  'choose-interface': () => 'Plug it in again, or choose another one (or "the best one") in the settings.',
  'check-dhcp': () => 'Look whether the router (or whatever hands out addresses, DHCP) is on and has addresses left.',
  'renew-address': () =>
    'Take the cable out and put it in again, or leave the Wi-Fi and join it anew; else give this computer an address by hand.',
  'enable-ipv4': () => 'Turn on DHCP for IPv4 at the router, or use the registry’s IPv6 address.',
  'make-network-private': () => 'If you trust this network, tell Windows that it is a private one.',
  'start-registry': () => 'Look whether the registry runs, and on this network; start one with "optichat registry" if there is none.',
  'type-address': () => 'If it runs, type its address or paste its invite: some networks keep it from being found by itself.',
  'free-port': ({ port }) =>
    `Stop the other program there, or start the registry on another port ("optichat registry ${port + 1}") and tell people that one.`,
  'see-who-listens': () => 'Which program that is, there says:',
  'check-address': () => 'Look whether the address and the port are the right ones.',
  'check-name': () => 'Look whether it is spelled right, or use the address (four numbers) instead of the name.',
  'check-network-of-address': () => 'Look whether the address is right: on one network the first numbers are the same.',
  'check-this-network': () =>
    'Look whether the address is right and this computer is on the same network; on one network the first numbers are the same.',
  'update-older': () => 'Install the same version on both computers; the older one is to be updated.',
  'restart-registry': () => 'The registry may hang, or another program listens there: look at it, and start it anew.',
  'stop-filtering': () =>
    'Something between may let the connection through but not its content: a proxy, a "security" box, or a VPN with too large packets.',
  'wait-for-registry': () => 'Wait a minute, then try again; if it stays so, ask whoever runs the registry to look at its log.',
  'start-registry-there': () => 'Start the registry there ("optichat registry", or "Start a registry on this computer" in the app).',
  'check-told-address': () =>
    'If it runs, look whether address and port are still the right ones: the registry prints them when it starts.',
  'open-registry-port': ({ port }) => `On the registry’s computer, let TCP port ${port} in.`,
  'check-windows-public': () => 'If it runs Windows, also look whether it takes the network for a "public" one; make it "private".',
  'open-out-else': ({ port }) => `If others do reach it, it is the firewall here: let TCP port ${port} out on this computer.`,
  'open-out': ({ port }) => `Let TCP port ${port} out on this computer.`,
  'check-security-program': () =>
    'Also look at security programs that ask which program may use the network; let OptiChat (or node) through.',
  'wake-registry': () => 'Look whether its computer is on, awake, and on this network; it may have another address now.',
  'check-isolation': () => 'If it is, the access point may keep wireless computers apart ("client isolation", "guest network").',
  'stop-isolation': () =>
    'Turn off "client isolation" ("AP isolation", "wireless isolation", "private VLAN") at the access point, or join the main network instead of the guest one.',
  'use-cable': () => 'Or connect both computers to one switch by cable, or to the hotspot of a phone.',
  'check-registry-on': () => 'If nobody else is on this network: look whether the registry’s computer is on.',
  'route-port': ({ port }) =>
    `Ask whoever runs the network to let TCP port ${port} pass between the two, or bring both computers to one network.`,
  'add-gateway': () => 'If they are two networks, this computer needs a router (default gateway) to the other one.',
  'allow-local-network': () =>
    'System Settings › Privacy & Security › Local Network: turn it on for OptiChat, or for the terminal in which it runs; then start that anew.',
  'allow-lan-in-vpn': () => 'Allow local network access in the VPN’s settings ("split tunnelling", "allow LAN access"), or disconnect it.',
  'see-route': () => 'Which way it goes, this says:',
  'note-address': () => 'OptiChat follows it by itself; where its address was written down, write down the new one.',
  'keep-address': () => 'Keep its address or invite at hand; people on this network need it.',
  'compare-fingerprint': ({ fingerprint }) => `Ask whoever runs the registry for its fingerprint. It shows now: ${grouped(fingerprint)}`,
  'sign-in-anew': ({ known }) =>
    `If it was set up anew, sign in to it as to a new one, with its invite; if not, find out where ${known} is now.`,
  'do-not-go-on': () =>
    'Do not go on before you know why: somebody may be in between. It is harmless only if the registry’s keys were made anew.',
  'compare-with-owner': () => 'Compare it with what whoever runs the registry sees; sign-in finds out by itself if somebody is in between.',
  'sign-in': () => 'Sign in, then run the doctor again.',
  'sign-in-again': () => 'Sign in again with your password.',
  'set-clock': () =>
    'Look which of the two clocks is wrong, and let that computer set it by itself; without internet set it by hand in the settings of date and time.',
  'open-multicast': ({ port }) => `Let UDP port ${port} in and out on this computer.`,
  'open-multicast-in': ({ port }) => `Let UDP port ${port} in on this computer.`,
  'open-multicast-there': ({ port }) => `Or the registry’s computer stops it: let UDP port ${port} in there.`,
  'type-address-meanwhile': () => 'Until then use the registry’s address or invite instead of waiting for it to be found.',
  'advertise-registry': () => 'Start the registry without --no-advertise.',
  'allow-multicast': () =>
    'At the access point or switch: allow multicast (mDNS, Bonjour) between computers; turn off "IGMP snooping" or a guest or isolation mode to see whether it is that.',
  'join-same-network': () =>
    'Use the same network as the others, not a router of one’s own or a VPN behind it. Files still go by connections from this computer.',
  'join-same-network-there': () => 'Use the same network as the others there, not a router of one’s own or a VPN behind it.',
  'join-one-network': () => 'Join the same network, by the same Wi-Fi or switch.',
  'open-program': () => 'Let connections from the local network in to OptiChat (or node).',
  'open-program-there': ({ user }) => `On the computer of ${user}, let connections from the local network in to OptiChat (or node).`,
  'open-lan-out': () => 'Let connections to the local network out on this computer.',
  'open-lan-out-there': ({ user }) => `On the computer of ${user}, let connections to the local network out.`,
  'use-ipv4': () => 'Use the registry by its IPv4 address on both computers, then run the doctor again.',
  'stop-wireless-isolation': () =>
    'Turn off "client isolation" ("AP isolation", "wireless isolation") at the access point, or join the main network instead of the guest one.',
  'cable-for-one': () => 'Or connect one of the two by cable.',
  'route-peers': () => 'Or let the router pass TCP connections between the two networks.',
  'see-names': () => 'See "optichat who" for the names.',
  'start-optichat-there': () =>
    'Start OptiChat there (the app, "optichat receive --follow" or "optichat chat"), then run the doctor again.',
  'wait-a-minute': () => 'Wait a minute, then run the doctor again.',
  'look-there': () =>
    'Its connection may have just been lost, or its OptiChat be an older one: look there, update it, and run the doctor again.',
}
