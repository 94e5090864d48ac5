/** What is said of the way to the registry, and what to do about it: a finding for each cause. */
import type { Evidence, Target } from '../evidence.ts'
import type { Finding, FindingCode, Fix } from '../finding.ts'
import { advise, type Opening, openHere, openThere } from '../fixes.ts'
import { finding, networkAround, quoted } from './said.ts'

export const CHECK = 'registry'

/** `HOST port PORT` as it is said in sentences. */
export const where = ({ host, port }: Target) => `${quoted(host)}, port ${port}`

export function noneFound(): Finding {
  return finding('no-registry-found', CHECK, 'blocks', 'No registry is known here, and none was found on this network.', {}, [
    advise('registry', 'Look whether the registry runs, and on this network; start one with "optichat registry" if there is none.'),
    advise('here', 'If it runs, type its address or paste its invite: some networks keep it from being found by itself.'),
  ])
}

export function refusedUs(evidence: Evidence, target: Target, code: string): Finding {
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

export const nameUnknown = (target: Target): Finding =>
  blocking('name-unknown', target, `The name ${quoted(target.host)} is unknown: it leads to no address.`, [
    advise('here', 'Look whether it is spelled right, or use the address (four numbers) instead of the name.'),
  ])

export const stopped = (target: Target): Finding =>
  blocking(
    'registry-stopped',
    target,
    `The computer at ${quoted(target.host)} is there, but no registry runs on its port ${target.port}.`,
    [
      advise('registry', 'Start the registry there ("optichat registry", or "Start a registry on this computer" in the app).'),
      advise('here', 'If it runs, look whether address and port are still the right ones: the registry prints them when it starts.'),
    ],
  )

/** @param how `drops`: others were seen to fail, too; `seems`: nobody could be asked */
export function firewallThere({ system }: Evidence, target: Target, how: 'drops' | 'refuses' | 'seems'): Finding {
  const [host, port] = [quoted(target.host), target.port]
  const sentences = {
    drops: `The computer at ${host} lets no connection to port ${port} in: its firewall drops them.`,
    seems: `The computer at ${host} lets no connection to port ${port} in: most likely its firewall drops them.`,
    refuses: `The registry runs at ${host}, but connections to its port ${port} are turned away: most likely by the firewall of its computer.`,
  }
  return blocking('registry-firewall', target, sentences[how], [
    openThere('registry', tcp('in', port), `On the registry’s computer, let TCP port ${port} in.`),
    advise('registry', 'If it runs Windows, also look whether it takes the network for a "public" one; make it "private".'),
    ...(how === 'drops'
      ? []
      : [openHere(system, tcp('out', port), `If others do reach it, it is the firewall here: let TCP port ${port} out on this computer.`)]),
  ])
}

export const firewallOut = (evidence: Evidence, target: Target): Finding =>
  blocking('firewall-out', target, `This computer’s own firewall lets no connection to ${where(target)} out.`, [
    openHere(evidence.system, tcp('out', target.port), `Let TCP port ${target.port} out on this computer.`),
    advise('here', 'Also look at security programs that ask which program may use the network; let OptiChat (or node) through.'),
  ])

export const absent = (target: Target): Finding =>
  blocking('registry-absent', target, `No computer answers at ${quoted(target.host)}, though others on this network do.`, [
    advise('registry', 'Look whether its computer is on, awake, and on this network; it may have another address now.'),
    advise('network', 'If it is, the access point may keep wireless computers apart ("client isolation", "guest network").'),
  ])

export const isolated = (target: Target): Finding =>
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

export const otherSubnet = (target: Target): Finding =>
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

export function noRoute(evidence: Evidence, target: Target): Finding | null {
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

export const localNetworkPrivacy = (target: Target): Finding =>
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
