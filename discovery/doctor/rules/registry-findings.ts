/** What is said of the way to the registry, and what to do about it: a finding for each cause. */
import type { ErrorCode } from '../../../core/protocol/errors.ts'
import type { Evidence, Target } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, look, type Opening, openHere, openThere } from '../fixes.ts'
import { finding, networkAround, quoted } from './said.ts'

export const CHECK = 'registry'

/** Where it was looked for, as it may be told. */
export const at = ({ host, port }: Target) => ({ host: quoted(host), port })

export function noneFound(): Finding {
  return finding('no-registry-found', CHECK, 'blocks', {}, [advise('registry', 'start-registry'), advise('here', 'type-address')])
}

export function refusedUs(evidence: Evidence, target: Target, code: ErrorCode): Finding {
  const { port } = target
  if (code === 'not-optichat')
    return finding('port-taken', CHECK, 'blocks', { ...at(target), program: quoted(evidence.program ?? '') }, [
      advise('registry', 'free-port', { port }),
      look(
        'see-who-listens',
        'registry',
        {},
        {
          linux: [`sudo ss -ltnp 'sport = :${port}'`],
          macos: [`sudo lsof -nP -iTCP:${port} -sTCP:LISTEN`],
          powershell: [`Get-Process -Id (Get-NetTCPConnection -LocalPort ${port} -State Listen).OwningProcess`],
        },
      ),
      advise('here', 'check-address'),
    ])
  if (code === 'protocol-version') return finding('version-differs', CHECK, 'blocks', at(target), [advise('here', 'update-older')])
  if (code === 'registry-unreachable' || code === 'timed-out')
    return finding('registry-silent', CHECK, 'blocks', at(target), [
      advise('registry', 'restart-registry'),
      advise('network', 'stop-filtering'),
    ])
  return finding('registry-busy', CHECK, 'blocks', { ...at(target), code }, [advise('here', 'wait-for-registry')])
}

const tcp = (direction: 'in' | 'out', port: number): Opening => ({ direction, protocol: 'tcp', port, network: null })

export const nameUnknown = (target: Target): Finding => finding('name-unknown', CHECK, 'blocks', at(target), [advise('here', 'check-name')])

export const stopped = (target: Target): Finding =>
  finding('registry-stopped', CHECK, 'blocks', at(target), [
    advise('registry', 'start-registry-there'),
    advise('here', 'check-told-address'),
  ])

/** @param how `drops`: others were seen to fail, too; `seems`: nobody could be asked */
export function firewallThere({ system }: Evidence, target: Target, how: 'drops' | 'refuses' | 'seems'): Finding {
  const { port } = target
  return finding('registry-firewall', CHECK, 'blocks', { ...at(target), how }, [
    openThere('open-registry-port', { port }, 'registry', tcp('in', port)),
    advise('registry', 'check-windows-public'),
    ...(how === 'drops' ? [] : [openHere('open-out-else', { port }, system, tcp('out', port))]),
  ])
}

export const firewallOut = ({ system }: Evidence, target: Target): Finding =>
  finding('firewall-out', CHECK, 'blocks', at(target), [
    openHere('open-out', { port: target.port }, system, tcp('out', target.port)),
    advise('here', 'check-security-program'),
  ])

export const absent = (target: Target): Finding =>
  finding('registry-absent', CHECK, 'blocks', at(target), [advise('registry', 'wake-registry'), advise('network', 'check-isolation')])

export const isolated = (target: Target): Finding =>
  finding('isolated', CHECK, 'blocks', at(target), [
    advise('network', 'stop-isolation'),
    advise('here', 'use-cable'),
    advise('registry', 'check-registry-on'),
  ])

export const otherSubnet = (target: Target): Finding =>
  finding('other-subnet-blocked', CHECK, 'blocks', at(target), [
    advise('network', 'route-port', { port: target.port }),
    advise('here', 'check-network-of-address'),
  ])

export function noRoute(evidence: Evidence, target: Target): Finding | null {
  // The interfaces say why.
  if ((evidence.interfaces ?? []).every(({ accepted, address }) => !accepted || address === null || /^169\.254\./.test(address)))
    return null
  return finding('no-route', CHECK, 'blocks', at(target), [advise('here', 'check-this-network'), advise('network', 'add-gateway')])
}

export const localNetworkPrivacy = (target: Target): Finding =>
  finding('local-network-privacy', CHECK, 'blocks', at(target), [advise('here', 'allow-local-network')])

export function vpn(
  { host, port }: { host: string; port: number },
  by: string,
  severity: 'blocks' | 'hinders',
  check: Finding['check'] = CHECK,
): Finding {
  const seeRoute = look(
    'see-route',
    'here',
    {},
    {
      linux: [`ip route get ${host}`],
      macos: [`route -n get ${host}`],
      powershell: [`Find-NetRoute -RemoteIPAddress ${host}`],
    },
  )
  return finding('vpn-route', check, severity, { host: quoted(host), port, interface: quoted(by) }, [
    advise('here', 'allow-lan-in-vpn'),
    ...(networkAround(host) === null ? [] : [seeRoute]),
  ])
}
