/** What the interfaces of this computer allow. */
import type { RankedInterface } from '../../ranking.ts'
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, privateNetwork } from '../fixes.ts'
import { finding, quoted } from './said.ts'

const CHECK = 'interfaces'

const isLinkLocal = (address: string | null) => address !== null && /^169\.254\./.test(address)
const isIpv4 = (address: string | null) => address !== null && !address.includes(':')
/** What has an address here and is no way to other people, such as a tunnel that the ranking refuses, still counts as a tunnel. */
const isTunnel = ({ kind, reasons }: RankedInterface) =>
  kind === 'tunnel' || reasons.some((reason) => reason === 'no-hardware-address' || reason === 'single-address' || reason === 'overlay')

const CONNECT = advise('here', 'connect-network')

/** @param reached the registry answered in spite of it: then it hinders at most */
export function interfaceRules(evidence: Evidence, reached: boolean): Finding[] {
  const { interfaces, chosen, system } = evidence
  if (!interfaces) return []
  const findings: Finding[] = []
  if (chosen !== null && !interfaces.some((one) => one.chosen && one.address !== null))
    findings.push(finding('chosen-interface-gone', CHECK, 'hinders', { interface: quoted(chosen) }, [advise('here', 'choose-interface')]))
  const connection = connectionOf(
    interfaces.filter(({ kind, address }) => kind !== 'loopback' && address !== null),
    reached ? 'hinders' : 'blocks',
  )
  if (connection) findings.push(connection)
  if (system.publicNetworks.length > 0) {
    const network = system.publicNetworks.map(quoted).join(', ')
    findings.push(finding('network-public', CHECK, 'hinders', { network }, [privateNetwork(system.publicNetworks)]))
  }
  return findings
}

/** What this computer is connected to, as one finding. */
function connectionOf(usable: readonly RankedInterface[], bad: 'hinders' | 'blocks'): Finding | null {
  const [best] = usable
  if (!best) return finding('no-network', CHECK, 'blocks', {}, [CONNECT])
  if (usable.every(isTunnel))
    return finding('only-vpn', CHECK, bad, { interface: best.name, address: `${best.address}` }, [CONNECT, advise('here', 'leave-vpn')])
  const real = usable.filter(({ kind, accepted }) => accepted && kind !== 'virtual' && kind !== 'tunnel')
  const [first] = real
  if (!first) return finding('only-virtual', CHECK, bad, { interface: best.name }, [CONNECT])
  const values = { interface: first.name, address: `${first.address}` }
  if (real.every(({ address }) => isLinkLocal(address)))
    return finding('only-link-local', CHECK, bad, values, [advise('network', 'check-dhcp'), advise('here', 'renew-address')])
  if (real.every(({ address }) => !isIpv4(address)))
    return finding('no-ipv4', CHECK, bad, { interface: first.name }, [advise('network', 'enable-ipv4')])
  return finding('interfaces-fine', CHECK, 'fine', values)
}
