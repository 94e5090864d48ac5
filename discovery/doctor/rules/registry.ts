/** Why the registry can or cannot be reached: the first cause that explains all that was seen. */
import type { Evidence, Silence, Target } from '../evidence.ts'
import type { Finding, FindingCode, Fix } from '../finding.ts'
import { advise, type Opening, openHere, openThere } from '../fixes.ts'
import type { Route } from '../route.ts'
import { multicastFirewall } from './multicast.ts'
import { finding, networkAround, quoted } from './said.ts'

const CHECK = 'registry'

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

/** `HOST port PORT` as it is said in sentences. */
const where = ({ host, port }: Target) => `${quoted(host)}, port ${port}`

function noneFound(): Finding {
  return finding('no-registry-found', CHECK, 'blocks', 'No registry is known here, and none was found on this network.', {}, [
    advise('registry', 'Look whether the registry runs, and on this network; start one with "optichat registry" if there is none.'),
    advise('here', 'If it runs, type its address or paste its invite: some networks keep it from being found by itself.'),
  ])
}

/** The registry is elsewhere than it was. */
function moved({ before, target, meeting }: Evidence, now: Target): Finding | null {
  if (!before || !target) return null
  const name = quoted(now.name ?? '')
  return finding(
    'registry-moved',
    CHECK,
    meeting?.met && meeting.trusted ? 'hinders' : 'blocks',
    `The registry ${name} is no longer at ${quoted(before.host)}: it is found at ${where(now)} now.`,
    { host: now.host, port: now.port, name },
    [advise('here', 'OptiChat follows it by itself; where its address was written down, write down the new one.')],
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
  if (how === 'refused') return isHeard(evidence, target) ? firewallThere(target, 'refuses') : stopped(target)
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
  if (heard || silence.alive) return firewallThere(target, 'drops')
  if (route && route.on.length === 0 && !route.own) return otherSubnet(target)
  if (silence.neighbour === 'absent') return silence.neighbours === 0 ? isolated(target) : absent(target)
  return firewallThere(target, 'drops')
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
  return finding('registry-reached', CHECK, 'fine', `The registry ${quoted(name)} answers at ${where(target)}.`, {
    host: target.host,
    port: target.port,
    name: quoted(name),
  })
}

/** It is reached, but on another network, where it is not found by itself. */
function detour(evidence: Evidence, target: Target): Finding | null {
  const { route, meeting } = evidence
  if (!meeting?.met || !route || route.own || route.on.length > 0) return null
  return finding(
    'other-subnet',
    CHECK,
    'hinders',
    `The registry (${quoted(target.host)}) is on another network, behind a router: it works by its address, but is not found by itself.`,
    { host: target.host },
    [advise('here', 'Keep its address or invite at hand; people on this network need it.')],
  )
}

function refusedUs(evidence: Evidence, target: Target, code: string): Finding {
  const { host, port } = target
  if (code === 'not-optichat') {
    const program = quoted(evidence.program ?? '')
    return finding(
      'port-taken',
      CHECK,
      'blocks',
      `Another program answers at ${where(target)}${program ? `: ${program}` : ''}. It is no OptiChat registry.`,
      { host, port, program },
      [
        advise(
          'registry',
          `Stop the other program there, or start the registry on another port ("optichat registry ${port + 1}") and tell people that one.`,
        ),
        { where: 'registry', text: 'Which program that is, there says:', commands: whoListens(port) },
        advise('here', 'Look whether the address and the port are the right ones.'),
      ],
    )
  }
  if (code === 'protocol-version')
    return finding('version-differs', CHECK, 'blocks', `The registry at ${where(target)} speaks another version of OptiChat.`, { host }, [
      advise('here', 'Install the same version on both computers; the older one is to be updated.'),
    ])
  if (code === 'registry-unreachable' || code === 'timed-out')
    return finding(
      'registry-silent',
      CHECK,
      'blocks',
      `Something takes connections at ${where(target)}, but says nothing on them.`,
      { host, port },
      [
        advise('registry', 'The registry may hang, or another program listens there: look at it, and start it anew.'),
        advise(
          'network',
          'Something between may let the connection through but not its content: a proxy, a "security" box, or a VPN with too large packets.',
        ),
      ],
    )
  return finding(
    'registry-busy',
    CHECK,
    'blocks',
    `The registry at ${where(target)} takes no connection just now (${code}).`,
    { host, port, code },
    [advise('here', 'Wait a minute, then try again; if it stays so, ask whoever runs the registry to look at its log.')],
  )
}

function whoListens(port: number): Fix['commands'] {
  return [
    { system: 'Linux', lines: [`sudo ss -ltnp 'sport = :${port}'`] },
    { system: 'macOS', lines: [`sudo lsof -nP -iTCP:${port} -sTCP:LISTEN`] },
    { system: 'Windows (PowerShell)', lines: [`Get-Process -Id (Get-NetTCPConnection -LocalPort ${port} -State Listen).OwningProcess`] },
  ]
}

function blocking(
  code: FindingCode,
  { host, port }: Target,
  message: string,
  fixes: readonly Fix[],
  more: Finding['values'] = {},
): Finding {
  return finding(code, CHECK, 'blocks', message, { host, port, ...more }, fixes)
}

const tcp = (direction: 'in' | 'out', port: number): Opening => ({ direction, protocol: 'tcp', port, network: null })

const nameUnknown = (target: Target): Finding =>
  blocking('name-unknown', target, `The name ${quoted(target.host)} is unknown: it leads to no address.`, [
    advise('here', 'Look whether it is spelled right, or use the address (four numbers) instead of the name.'),
  ])

const stopped = (target: Target): Finding =>
  blocking(
    'registry-stopped',
    target,
    `The computer at ${quoted(target.host)} is there, but no registry runs on its port ${target.port}.`,
    [
      advise('registry', 'Start the registry there ("optichat registry", or "Start a registry on this computer" in the app).'),
      advise('here', 'If it runs, look whether address and port are still the right ones: the registry prints them when it starts.'),
    ],
  )

const firewallThere = (target: Target, how: 'drops' | 'refuses'): Finding =>
  blocking(
    'registry-firewall',
    target,
    how === 'refuses'
      ? `The registry runs at ${quoted(target.host)}, but connections to its port ${target.port} are turned away: most likely by the firewall of its computer.`
      : `The computer at ${quoted(target.host)} lets no connection to port ${target.port} in: its firewall drops them.`,
    [
      openThere('registry', tcp('in', target.port), `On the registry’s computer, let TCP port ${target.port} in.`),
      advise('registry', 'If it runs Windows, also look whether it takes the network for a "public" one; make it "private".'),
    ],
  )

const firewallOut = (evidence: Evidence, target: Target): Finding =>
  blocking('firewall-out', target, `This computer’s own firewall lets no connection to ${where(target)} out.`, [
    openHere(evidence.system, tcp('out', target.port), `Let TCP port ${target.port} out on this computer.`),
    advise('here', 'Also look at security programs that ask which program may use the network; let OptiChat (or node) through.'),
  ])

const absent = (target: Target): Finding =>
  blocking('registry-absent', target, `No computer answers at ${quoted(target.host)}, though others on this network do.`, [
    advise('registry', 'Look whether its computer is on, awake, and on this network; it may have another address now.'),
    advise('network', 'If it is, the access point may keep wireless computers apart ("client isolation", "guest network").'),
  ])

const isolated = (target: Target): Finding =>
  blocking(
    'isolated',
    target,
    `This computer is on the network, but sees no other computer on it, ${quoted(target.host)} included: the access point or switch keeps computers apart.`,
    [
      advise(
        'network',
        'Turn off "client isolation" ("AP isolation", "wireless isolation", "private VLAN") at the access point, or join the main network instead of the guest one.',
      ),
      advise('here', 'Or connect both computers to one switch by cable, or to the hotspot of a phone.'),
      advise('registry', 'If nobody else is on this network: look whether the registry’s computer is on.'),
    ],
  )

const otherSubnet = (target: Target): Finding =>
  blocking(
    'other-subnet-blocked',
    target,
    `${quoted(target.host)} is on another network than this computer, and the router between lets nothing through to port ${target.port}.`,
    [
      advise(
        'network',
        `Ask whoever runs the network to let TCP port ${target.port} pass between the two, or bring both computers to one network.`,
      ),
      advise('here', 'Look whether the address is right: on one network the first numbers are the same.'),
    ],
  )

function noRoute(evidence: Evidence, target: Target): Finding | null {
  // The interfaces say why.
  if ((evidence.interfaces ?? []).every(({ accepted, address }) => !accepted || address === null || /^169\.254\./.test(address)))
    return null
  return blocking(
    'no-route',
    target,
    `This computer knows no way to ${quoted(target.host)}: it is on no network of its own, and there is no router.`,
    [
      advise(
        'here',
        'Look whether the address is right and this computer is on the same network; on one network the first numbers are the same.',
      ),
      advise('network', 'If they are two networks, this computer needs a router (default gateway) to the other one.'),
    ],
  )
}

const localNetworkPrivacy = (target: Target): Finding =>
  blocking(
    'local-network-privacy',
    target,
    `This program may not reach other computers on the local network (${quoted(target.host)}): macOS does not let it.`,
    [
      advise(
        'here',
        'System Settings › Privacy & Security › Local Network: turn it on for OptiChat, or for the terminal in which it runs; then start that anew.',
      ),
    ],
  )

export function vpn(
  { host, port }: { host: string; port: number },
  by: string,
  severity: 'blocks' | 'hinders',
  check: Finding['check'] = CHECK,
): Finding {
  return finding(
    'vpn-route',
    check,
    severity,
    `What this computer sends to ${quoted(host)} goes into the VPN (${quoted(by)}), though that address is on the local network.`,
    { host, port, interface: quoted(by) },
    [
      advise('here', 'Allow local network access in the VPN’s settings ("split tunnelling", "allow LAN access"), or disconnect it.'),
      ...(networkAround(host) === null
        ? []
        : [
            {
              where: 'here' as const,
              text: 'Which way it goes, this says:',
              commands: [
                { system: 'Linux', lines: [`ip route get ${host}`] },
                { system: 'macOS', lines: [`route -n get ${host}`] },
                { system: 'Windows (PowerShell)', lines: [`Find-NetRoute -RemoteIPAddress ${host}`] },
              ],
            },
          ]),
    ],
  )
}
