/** What the interfaces of this computer allow. */
import type { RankedInterface } from '../../ranking.ts'
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, privateNetwork } from '../fixes.ts'
import { finding, quoted } from './said.ts'

const isLinkLocal = (address: string | null) => address !== null && /^169\.254\./.test(address)
const isIpv4 = (address: string | null) => address !== null && !address.includes(':')

const CONNECT = advise('here', 'Connect this computer to the network the others are on: put the cable in, or choose the Wi-Fi.')
const LEAVE_VPN = advise('here', 'Connect to the local network itself; a VPN beside it may stay on.')

/** @param reached the registry answered in spite of it: then it hinders at most */
export function interfaceRules(evidence: Evidence, reached: boolean): Finding[] {
  const { interfaces, chosen, system } = evidence
  if (!interfaces) return []
  const findings: Finding[] = []
  const bad = reached ? 'hinders' : 'blocks'
  if (chosen !== null && !interfaces.some((one) => one.chosen && one.address !== null)) {
    findings.push(
      finding(
        'chosen-interface-gone',
        'interfaces',
        'hinders',
        `The network interface you chose (${quoted(chosen)}) is not there, or not connected; the others are used.`,
        { interface: quoted(chosen) },
        [advise('here', 'Plug it in again, or choose another one (or "the best one") in the settings.')],
      ),
    )
  }
  const usable = interfaces.filter(({ kind, address }) => kind !== 'loopback' && address !== null)
  // What has an address here and is no way to other people, such as a tunnel that the ranking refuses, still counts as a tunnel.
  const [best] = usable
  const all = (fits: (one: RankedInterface) => boolean) => usable.every(fits)
  if (!best) findings.push(noNetwork())
  else if (all(({ kind, accepted, reason }) => kind === 'tunnel' || (!accepted && /tunnel|overlay/i.test(reason))))
    findings.push(
      finding(
        'only-vpn',
        'interfaces',
        bad,
        `The only connection of this computer is a VPN or tunnel (${best.name}, ${best.address}): it leads away from the local network.`,
        { interface: best.name, address: `${best.address}` },
        [CONNECT, LEAVE_VPN],
      ),
    )
  else if (all(({ kind, accepted }) => kind === 'virtual' || kind === 'tunnel' || !accepted))
    findings.push(
      finding(
        'only-virtual',
        'interfaces',
        bad,
        `This computer is connected to networks of virtual machines or containers on itself only (${best.name}).`,
        { interface: best.name },
        [CONNECT],
      ),
    )
  else {
    const real = usable.filter(({ kind, accepted }) => accepted && kind !== 'virtual' && kind !== 'tunnel')
    const [first] = real
    if (first && real.every(({ address }) => isLinkLocal(address)))
      findings.push(
        finding(
          'only-link-local',
          'interfaces',
          bad,
          `This computer got no address from the network and gave itself one (${first.address} on ${first.name}): it reaches only computers that did the same.`,
          { interface: first.name, address: `${first.address}` },
          [
            advise('network', 'Look whether the router (or whatever hands out addresses, DHCP) is on and has addresses left.'),
            advise(
              'here',
              'Take the cable out and put it in again, or leave the Wi-Fi and join it anew; else give this computer an address by hand.',
            ),
          ],
        ),
      )
    else if (first && real.every(({ address }) => !isIpv4(address)))
      findings.push(
        finding(
          'no-ipv4',
          'interfaces',
          bad,
          `This computer has IPv6 addresses only (${first.name}); computers with IPv4 alone do not see it.`,
          { interface: first.name },
          [advise('network', 'Turn on DHCP for IPv4 at the router, or use the registry’s IPv6 address.')],
        ),
      )
    else if (first)
      findings.push(
        finding('interfaces-fine', 'interfaces', 'fine', `This computer is on the network with ${first.name} (${first.address}).`, {
          interface: first.name,
          address: `${first.address}`,
        }),
      )
  }
  if (system.publicNetworks.length > 0) {
    const network = system.publicNetworks.map(quoted).join(', ')
    findings.push(
      finding(
        'network-public',
        'interfaces',
        'hinders',
        `Windows takes the network on ${network} for a public one and lets nobody on it reach this computer.`,
        { network },
        [privateNetwork(system.publicNetworks)],
      ),
    )
  }
  return findings
}

function noNetwork(): Finding {
  return finding('no-network', 'interfaces', 'blocks', 'This computer is connected to no network.', {}, [CONNECT])
}
