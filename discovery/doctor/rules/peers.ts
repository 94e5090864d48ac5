/** Who reaches whom, from four attempts: the registry at us, the other at us, we at the other, the registry at the other. */

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
  if (fromRegistry === 'reached')
    return [finding('inbound-fine', 'inbound', 'fine', 'Other computers can reach this one, so files can come and go directly.')]
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
  return finding(
    'behind-nat',
    'inbound',
    severity,
    `Others see this computer at ${seen}, which is not its own address: a router or VPN in between hides it, so nobody can open a connection to it.`,
    { address: seen },
    [
      advise(
        'network',
        'Use the same network as the others, not a router of one’s own or a VPN behind it. Files still go by connections from this computer.',
      ),
    ],
  )
}

function firewallIn({ system, reach, route, peer }: Evidence, severity: 'hinders' | 'blocks'): Finding {
  const network = networkAround(peer?.route?.from ?? route?.from ?? reach?.seen)
  return finding(
    'firewall-in',
    'inbound',
    severity,
    'This computer’s firewall lets no connection in: others cannot fetch files from it directly.',
    {},
    [
      openHere(
        system,
        { direction: 'in', protocol: 'tcp', port: null, network },
        'Let connections from the local network in to OptiChat (or node).',
      ),
    ],
  )
}

export function peerRules(evidence: Evidence): Finding[] {
  const { peer, reach, refused, wanted } = evidence
  const user = quoted(peer?.name ?? wanted ?? '')
  if (refused !== undefined && wanted !== null) return [unanswered(refused, user)]
  if (!peer || !reach) return []
  const [toUs, fromUs] = [tried(peer.toUs), tried(peer.fromUs)]
  if (toUs !== 'no' && fromUs !== 'no' && (toUs === 'yes' || fromUs === 'yes'))
    return [finding('peer-reached', 'peer', 'fine', `You and ${user} reach each other’s computers directly.`, { user })]
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
  const theirs = (code: 'peer-firewall-in' | 'peer-firewall-out', direction: 'in' | 'out', sentence: string) =>
    finding(code, 'peer', severity, sentence, { user }, [
      openThere(
        'peer',
        { direction, protocol: 'tcp', port: null, network: networkAround(peer.seen) },
        direction === 'in'
          ? `On the computer of ${user}, let connections from the local network in to OptiChat (or node).`
          : `On the computer of ${user}, let connections to the local network out.`,
        peer.platform,
      ),
    ])
  if (peer.fromUs === 'stranger' || peer.fromRegistry === 'stranger') findings.push(hidden(user, peer.seen, severity))
  else if (fromUs === 'no' && (witness === 'no' || (witness === 'unknown' && (toUs === 'yes' || registryAtUs === 'yes'))))
    findings.push(theirs('peer-firewall-in', 'in', `The firewall of ${user}’s computer lets no connection in.`))
  if (toUs === 'no' && (registryAtUs === 'no' || (registryAtUs === 'unknown' && fromUs === 'yes'))) findings.push(shut(evidence, severity))
  if (fromUs === 'no' && witness === 'yes' && toUs === 'yes')
    findings.push(
      finding(
        'firewall-out',
        'peer',
        severity,
        `This computer’s own firewall lets no connection to the computer of ${user} out.`,
        { host: peer.seen, port: 0 },
        [
          openHere(
            system,
            { direction: 'out', protocol: 'tcp', port: null, network: networkAround(peer.seen) },
            'Let connections to the local network out on this computer.',
          ),
        ],
      ),
    )
  if (toUs === 'no' && registryAtUs === 'yes' && fromUs === 'yes')
    findings.push(theirs('peer-firewall-out', 'out', `The firewall of ${user}’s computer lets no connection to this computer out.`))
  return findings.length > 0 ? findings : [apart(evidence, user)]
}

function hidden(user: string, address: string, severity: 'hinders' | 'blocks'): Finding {
  return finding(
    'peer-behind-nat',
    'peer',
    severity,
    `Somebody else answers at ${quoted(address)}, where the computer of ${user} is seen: a router or VPN in between hides it.`,
    { user, address: quoted(address) },
    [advise('peer', 'Use the same network as the others there, not a router of one’s own or a VPN behind it.')],
  )
}

/** Link-local addresses, say, which mean nothing to the other. */
function untried(user: string): Finding {
  return finding(
    'peer-untried',
    'peer',
    'hinders',
    `The way between you and ${user} could not be tried: one of you has no address that the other could use.`,
    { user },
    [advise('here', 'Use the registry by its IPv4 address on both computers, then run the doctor again.')],
  )
}

/** Both are reached by the registry, and neither by the other: what is between them keeps them apart. */
function apart({ peer }: Evidence, user: string): Finding {
  const relayed = 'Files between you have to go through the registry, which is slower.'
  const onOne = peer?.route ? peer.route.on.length > 0 : true
  return onOne
    ? finding(
        'peers-isolated',
        'peer',
        'blocks',
        `This computer and that of ${user} are on one network and both reach the registry, but not each other: the access point keeps wireless computers apart. ${relayed}`,
        { user },
        [
          advise(
            'network',
            'Turn off "client isolation" ("AP isolation", "wireless isolation") at the access point, or join the main network instead of the guest one.',
          ),
          advise('here', 'Or connect one of the two by cable.'),
        ],
      )
    : finding(
        'peer-other-subnet',
        'peer',
        'blocks',
        `This computer and that of ${user} (${quoted(peer?.seen ?? '')}) are on two networks, and the router between passes nothing on from one to the other. ${relayed}`,
        { user },
        [
          advise('here', 'Join the same network, by the same Wi-Fi or switch.'),
          advise('network', 'Or let the router pass TCP connections between the two networks.'),
        ],
      )
}

function unanswered(code: string, user: string): Finding {
  if (code === 'user-unknown')
    return finding('peer-unknown', 'peer', 'blocks', `Nobody here is called ${user}.`, { user }, [
      advise('here', 'See "optichat who" for the names.'),
    ])
  if (code === 'peer-away')
    return finding('peer-away', 'peer', 'blocks', `${user} is not online, so the way between you cannot be looked at.`, { user }, [
      advise('peer', 'Start OptiChat there (the app, "optichat receive --follow" or "optichat chat"), then run the doctor again.'),
    ])
  if (code === 'slow-down')
    return finding('slow-down', 'peer', 'hinders', 'The registry was asked too often just now to look at the way between you.', {}, [
      advise('here', 'Wait a minute, then run the doctor again.'),
    ])
  return finding(
    'peer-mute',
    'peer',
    'blocks',
    `${user} is online, but that computer did not answer when it was asked to try the way.`,
    { user },
    [
      advise(
        'peer',
        'Its connection may have just been lost, or its OptiChat be an older one: look there, update it, and run the doctor again.',
      ),
    ],
  )
}
