/** Whether registries can be found without an address. */
import { MDNS_PORT } from '../../mdns-transport.ts'
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, openHere, openThere } from '../fixes.ts'
import { finding } from './said.ts'

const OPENING = { direction: 'in', protocol: 'udp', port: MDNS_PORT, network: null } as const

const TYPE_IT = advise('here', 'Until then use the registry’s address or invite instead of waiting for it to be found.')

/** The interface whose own questions do not come back, on which all others are no better; null: multicast passes here. */
function blockedHere({ sights }: Evidence): string | null {
  const tried = (sights ?? []).filter(({ trouble }) => trouble === undefined)
  const [first] = tried
  return first && tried.every(({ sent, looped }) => sent !== 'sent' || !looped) ? first.interface : null
}

export function multicastFirewall(evidence: Evidence, severity: 'hinders' | 'blocks'): Finding | null {
  const on = blockedHere(evidence)
  if (on === null) return null
  return finding(
    'multicast-firewall',
    'multicast',
    severity,
    `This computer’s own firewall stops mDNS (UDP port ${MDNS_PORT}) on ${on}: registries are not found by themselves.`,
    { interface: on },
    [openHere(evidence.system, OPENING, `Let UDP port ${MDNS_PORT} in and out on this computer.`), TYPE_IT],
  )
}

export function multicastRules(evidence: Evidence): Finding[] {
  const { multicast, route, target } = evidence
  if (!multicast || !target) return []
  const heard = { out: multicast.out === true, in: multicast.in }
  if (heard.out && heard.in)
    return [finding('multicast-fine', 'multicast', 'fine', 'Registries are found by themselves: multicast passes both ways.')]
  const here = multicastFirewall(evidence, 'hinders')
  if (here) return [here]
  if (!multicast.listens && !heard.in)
    return [
      finding(
        'registry-not-advertised',
        'multicast',
        'hinders',
        'The registry does not announce itself on the network, so it is not found by itself; its address has to be typed.',
        {},
        [advise('registry', 'Start the registry without --no-advertise.')],
      ),
    ]
  // Routers pass on no multicast: that it is on another network says it all.
  if (route && !route.own && route.on.length === 0) return []
  const ways = [
    advise(
      'network',
      'At the access point or switch: allow multicast (mDNS, Bonjour) between computers; turn off "IGMP snooping" or a guest or isolation mode to see whether it is that.',
    ),
    TYPE_IT,
  ]
  const there = openThere('registry', OPENING, `Or the registry’s computer stops it: let UDP port ${MDNS_PORT} in there.`)
  if (!heard.out && !heard.in)
    return [
      finding(
        'multicast-lost',
        'multicast',
        'hinders',
        'Multicast (mDNS) passes neither from this computer to the registry nor back, though they are on one network: registries are not found by themselves.',
        {},
        [...ways, there],
      ),
    ]
  if (!heard.out)
    return [
      finding(
        'multicast-out-lost',
        'multicast',
        'hinders',
        'The registry hears no multicast (mDNS) of this computer, though this computer hears the registry.',
        {},
        [there, ...ways],
      ),
    ]
  return [
    finding(
      'multicast-in-lost',
      'multicast',
      'hinders',
      'The registry hears this computer by multicast (mDNS), but this computer does not hear the registry.',
      {},
      [openHere(evidence.system, OPENING, `Let UDP port ${MDNS_PORT} in on this computer.`), ...ways],
    ),
  ]
}
