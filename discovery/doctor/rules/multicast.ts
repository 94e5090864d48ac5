/** Whether registries can be found without an address. */
import { MDNS_PORT } from '../../mdns-transport.ts'
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, openHere, openThere } from '../fixes.ts'
import { finding } from './said.ts'

const CHECK = 'multicast'
const OPENING = { direction: 'in', protocol: 'udp', port: MDNS_PORT, network: null } as const
const PORT = { port: MDNS_PORT }

const TYPE_IT = advise('here', 'type-address-meanwhile')

/** The interface whose own questions do not come back, on which all others are no better; null: multicast passes here. */
function blockedHere({ sights }: Evidence): string | null {
  const tried = (sights ?? []).filter(({ trouble }) => trouble === undefined)
  const [first] = tried
  return first && tried.every(({ sent, looped }) => sent !== 'sent' || !looped) ? first.interface : null
}

export function multicastFirewall(evidence: Evidence, severity: 'hinders' | 'blocks'): Finding | null {
  const on = blockedHere(evidence)
  if (on === null) return null
  return finding('multicast-firewall', CHECK, severity, { interface: on, ...PORT }, [
    openHere('open-multicast', PORT, evidence.system, OPENING),
    TYPE_IT,
  ])
}

export function multicastRules(evidence: Evidence): Finding[] {
  const { multicast, route, target } = evidence
  if (!multicast || !target) return []
  const heard = { out: multicast.out === true, in: multicast.in }
  if (heard.out && heard.in) return [finding('multicast-fine', CHECK, 'fine', {})]
  const here = multicastFirewall(evidence, 'hinders')
  if (here) return [here]
  if (!multicast.listens && !heard.in)
    return [finding('registry-not-advertised', CHECK, 'hinders', {}, [advise('registry', 'advertise-registry')])]
  // Routers pass on no multicast: that it is on another network says it all.
  if (route && !route.own && route.on.length === 0) return []
  const ways = [advise('network', 'allow-multicast'), TYPE_IT]
  const there = openThere('open-multicast-there', PORT, 'registry', OPENING)
  if (!heard.out && !heard.in) return [finding('multicast-lost', CHECK, 'hinders', {}, [...ways, there])]
  if (!heard.out) return [finding('multicast-out-lost', CHECK, 'hinders', {}, [there, ...ways])]
  return [finding('multicast-in-lost', CHECK, 'hinders', {}, [openHere('open-multicast-in', PORT, evidence.system, OPENING), ...ways])]
}
