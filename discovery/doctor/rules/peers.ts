/** Who reaches whom, from four attempts: the registry at us, the other at us, we at the other, the registry at the other. */

import type { ErrorCode } from '../../../core/protocol/errors.ts'
import type { Outcome } from '../../../core/protocol/messages.ts'
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, openHere, openThere } from '../fixes.ts'
import { capturedBy } from './registry.ts'
import { vpn } from './registry-findings.ts'
import { finding, networkAround, quoted } from './said.ts'

type Tried = 'yes' | 'no' | 'unknown'

const tried = (outcome: Outcome): Tried => (outcome === 'reached' ? 'yes' : outcome === 'none' ? 'unknown' : 'no')

export function inboundRules(evidence: Evidence): Finding[] {
  const { reach, peer } = evidence
  if (!reach) return []
  const { fromRegistry } = reach
  if (fromRegistry === 'reached') return [finding('inbound-fine', 'inbound', 'fine', {})]
  // Tried from the very computer, which tells nothing; whether the other one came through says the rest.
  if (fromRegistry === 'none' || peer?.toUs === 'reached') return []
  return [shut(evidence, 'hinders')]
}

/** Why nobody comes in: the address is another one's, or it is this computer's firewall. */
function shut(evidence: Evidence, severity: 'hinders' | 'blocks'): Finding {
  const { reach, route, interfaces } = evidence
  const seen = quoted(reach?.seen ?? '')
  const own = (interfaces ?? []).some(({ address }) => address === reach?.seen) || route?.from === reach?.seen
  if (own && reach?.fromRegistry !== 'stranger') return firewallIn(evidence, severity)
  return finding('behind-nat', 'inbound', severity, { address: seen }, [advise('network', 'join-same-network')])
}

function firewallIn({ system, reach, route, peer }: Evidence, severity: 'hinders' | 'blocks'): Finding {
  const network = networkAround(peer?.route?.from ?? route?.from ?? reach?.seen)
  return finding('firewall-in', 'inbound', severity, {}, [
    openHere('open-program', {}, system, { direction: 'in', protocol: 'tcp', port: null, network }),
  ])
}

export function peerRules(evidence: Evidence): Finding[] {
  const { peer, reach, refused, wanted } = evidence
  const user = quoted(peer?.name ?? wanted ?? '')
  if (refused !== undefined && wanted !== null) return [unanswered(refused, user)]
  if (!peer || !reach) return []
  const [toUs, fromUs] = [tried(peer.toUs), tried(peer.fromUs)]
  if (toUs !== 'no' && fromUs !== 'no' && (toUs === 'yes' || fromUs === 'yes')) return [finding('peer-reached', 'peer', 'fine', { user })]
  if (toUs === 'unknown' && fromUs === 'unknown') return [untried(user)]
  const severity = toUs === 'yes' || fromUs === 'yes' ? 'hinders' : 'blocks'
  const captured = peer.route && capturedBy(evidence, peer.route)
  if (captured) return [vpn({ host: peer.address ?? peer.seen, port: 0 }, captured, severity, 'peer')]
  return causes(evidence, user, severity)
}

function causes(evidence: Evidence, user: string, severity: 'hinders' | 'blocks'): Finding[] {
  const { peer, reach, system } = evidence
  if (!peer || !reach) return []
  const [toUs, fromUs, registryAtUs] = [tried(peer.toUs), tried(peer.fromUs), tried(reach.fromRegistry)]
  // A registry that gets through to nobody has a firewall of its own, and is no witness.
  const witness = tried(peer.fromRegistry) === 'no' && registryAtUs === 'no' && toUs === 'yes' ? 'unknown' : tried(peer.fromRegistry)
  const findings: Finding[] = []
  const theirs = (direction: 'in' | 'out') =>
    finding(direction === 'in' ? 'peer-firewall-in' : 'peer-firewall-out', 'peer', severity, { user }, [
      openThere(
        direction === 'in' ? 'open-program-there' : 'open-lan-out-there',
        { user },
        'peer',
        { direction, protocol: 'tcp', port: null, network: networkAround(peer.seen) },
        peer.platform,
      ),
    ])
  if (peer.fromUs === 'stranger' || peer.fromRegistry === 'stranger') findings.push(hidden(user, peer.seen, severity))
  else if (fromUs === 'no' && (witness === 'no' || (witness === 'unknown' && (toUs === 'yes' || registryAtUs === 'yes'))))
    findings.push(theirs('in'))
  if (toUs === 'no' && (registryAtUs === 'no' || (registryAtUs === 'unknown' && fromUs === 'yes'))) findings.push(shut(evidence, severity))
  if (fromUs === 'no' && witness === 'yes' && toUs === 'yes')
    findings.push(
      finding('firewall-out', 'peer', severity, { host: peer.seen, port: 0, user }, [
        openHere('open-lan-out', {}, system, { direction: 'out', protocol: 'tcp', port: null, network: networkAround(peer.seen) }),
      ]),
    )
  if (toUs === 'no' && registryAtUs === 'yes' && fromUs === 'yes') findings.push(theirs('out'))
  return findings.length > 0 ? findings : [apart(evidence, user)]
}

function hidden(user: string, address: string, severity: 'hinders' | 'blocks'): Finding {
  return finding('peer-behind-nat', 'peer', severity, { user, address: quoted(address) }, [advise('peer', 'join-same-network-there')])
}

/** Link-local addresses, say, which mean nothing to the other. */
function untried(user: string): Finding {
  return finding('peer-untried', 'peer', 'hinders', { user }, [advise('here', 'use-ipv4')])
}

/** Both are reached by the registry, and neither by the other: what is between them keeps them apart. */
function apart({ peer }: Evidence, user: string): Finding {
  const onOne = peer?.route ? peer.route.on.length > 0 : true
  return onOne
    ? finding('peers-isolated', 'peer', 'blocks', { user }, [advise('network', 'stop-wireless-isolation'), advise('here', 'cable-for-one')])
    : finding('peer-other-subnet', 'peer', 'blocks', { user, address: quoted(peer?.seen ?? '') }, [
        advise('here', 'join-one-network'),
        advise('network', 'route-peers'),
      ])
}

function unanswered(code: ErrorCode, user: string): Finding {
  if (code === 'user-unknown') return finding('peer-unknown', 'peer', 'blocks', { user }, [advise('here', 'see-names')])
  if (code === 'peer-away') return finding('peer-away', 'peer', 'blocks', { user }, [advise('peer', 'start-optichat-there')])
  if (code === 'slow-down') return finding('slow-down', 'peer', 'hinders', {}, [advise('here', 'wait-a-minute')])
  return finding('peer-mute', 'peer', 'blocks', { user }, [advise('peer', 'look-there')])
}
