/** Why the registry can or cannot be reached: the first cause that explains all that was seen. */
import type { Evidence, Silence, Target } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise } from '../fixes.ts'
import type { Route } from '../route.ts'
import { multicastFirewall } from './multicast.ts'
import {
  absent,
  at,
  CHECK,
  firewallOut,
  firewallThere,
  isolated,
  localNetworkPrivacy,
  nameUnknown,
  noneFound,
  noRoute,
  otherSubnet,
  refusedUs,
  stopped,
  vpn,
} from './registry-findings.ts'
import { finding, quoted } from './said.ts'

/** Milliseconds within which no "not there" can be the network's own silence: somebody said so. */
const SAID_SO = 1_500

export function reached({ meeting }: Evidence): boolean {
  return meeting?.met === true && meeting.trusted
}

export function registryRules(evidence: Evidence): Finding[] {
  const { target, interfaces } = evidence
  if (target === undefined) return []
  if (target === null) {
    // Without any network that says it all.
    if (interfaces?.every(({ kind, address }) => kind === 'loopback' || address === null)) return []
    return [noneFound(), multicastFirewall(evidence, 'blocks')].filter((one) => one !== null)
  }
  return [moved(evidence, target), outcome(evidence, target), detour(evidence, target)].filter((one) => one !== null)
}

/** The registry is elsewhere than it was. */
function moved({ before, target, meeting }: Evidence, now: Target): Finding | null {
  if (!before || !target) return null
  return finding(
    'registry-moved',
    CHECK,
    meeting?.met && meeting.trusted ? 'hinders' : 'blocks',
    { ...at(now), name: quoted(now.name ?? ''), before: quoted(before.host) },
    [advise('here', 'note-address')],
  )
}

function outcome(evidence: Evidence, target: Target): Finding | null {
  const { meeting, port, route } = evidence
  if (meeting?.met) return meeting.trusted ? fine(evidence, target, meeting.name) : null
  if (meeting) return refusedUs(evidence, target, meeting.code)
  if (route === null) return nameUnknown(target)
  if (!port || port.outcome === 'open') return null
  const captured = route && capturedBy(evidence, route)
  if (captured) return vpn(target, captured, 'blocks')
  const { outcome: how } = port
  if (how === 'unknown-name') return nameUnknown(target)
  if (how === 'no-network') return noRoute(evidence, target)
  if (how === 'forbidden' || route?.forbidden) return firewallOut(evidence, target)
  if (how === 'refused') return isHeard(evidence, target) ? firewallThere(evidence, target, 'refuses') : stopped(target)
  const { silence } = evidence
  return silence ? silent(evidence, target, silence, port.millis) : null
}

/** No answer at all, or one that the computer is not there. */
function silent(evidence: Evidence, target: Target, silence: Silence, millis: number): Finding {
  const { system, route, port } = evidence
  if (silence.passesHere === false || silence.ruledOut === true || silence.open === true) return firewallOut(evidence, target)
  const heard = silence.open !== undefined || isHeard(evidence, target)
  if (system.platform === 'darwin' && port?.outcome === 'no-host' && millis < SAID_SO && (heard || silence.neighbour === 'there'))
    return localNetworkPrivacy(target)
  if (heard || silence.alive) return firewallThere(evidence, target, silence.open === false ? 'drops' : 'seems')
  if (route && route.on.length === 0 && !route.own) return otherSubnet(target)
  if (silence.neighbour === 'absent') return silence.neighbours === 0 ? isolated(target) : absent(target)
  return firewallThere(evidence, target, 'seems')
}

/** Whether the registry, or something at its address, was heard by multicast just now. */
function isHeard({ found, answers }: Evidence, { host, port, pin }: Target): boolean {
  return (
    (found ?? []).some((one) => one.host === host && one.port === port) ||
    (answers ?? []).some((one) => one.host === host || (pin !== null && one.fingerprint === pin))
  )
}

/** The tunnel that takes what should go out on the network that the address is on; null: it goes the right way. */
export function capturedBy({ interfaces }: Pick<Evidence, 'interfaces'>, { by, on, own }: Route): string | null {
  if (own || by === null || on.length === 0 || on.includes(by)) return null
  const direct = (interfaces ?? []).some(({ name, kind, accepted }) => on.includes(name) && accepted && kind !== 'tunnel')
  return direct ? by : null
}

function fine(evidence: Evidence, target: Target, name: string): Finding {
  const { route } = evidence
  const captured = route && capturedBy(evidence, route)
  if (captured) return vpn(target, captured, 'hinders')
  return finding('registry-reached', CHECK, 'fine', { ...at(target), name: quoted(name) })
}

/** It is reached, but on another network, where it is not found by itself. */
function detour(evidence: Evidence, target: Target): Finding | null {
  const { route, meeting } = evidence
  if (!meeting?.met || !route || route.own || route.on.length > 0) return null
  return finding('other-subnet', CHECK, 'hinders', { host: quoted(target.host) }, [advise('here', 'keep-address')])
}
