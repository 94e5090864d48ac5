/** What is known of this computer's interfaces: the system's own address list, with what systeminformation adds. Pure. */
import type { NetworkInterfaceInfo } from 'node:os'
import { prefixOf } from './ipv6.ts'
import { type InterfaceFacts, onNetwork } from './ranking.ts'
import type { SystemReport } from './system-report.ts'

/** As `os.networkInterfaces()` answers. */
export type AddressList = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

export interface Facts extends InterfaceFacts {
  /** Another one when the interface was made anew, even under the same name. */
  readonly identity: string
}

/**
 * What the operating system's address list alone tells.
 * @param gateways names of the interfaces with a default route, as far as that is known
 */
export function factsOf(listed: AddressList, gateways: ReadonlySet<string>, platform: NodeJS.Platform = process.platform): Facts[] {
  return Object.entries(listed).map(([name, addresses = []]) => {
    const mac = addresses[0]?.mac ?? ''
    // An IPv6 link-local address carries the system's number of the interface, which is new when it was made anew.
    const index = addresses.map((one) => (one.family === 'IPv6' ? one.scopeid : 0)).find((scope) => scope > 0) ?? 0
    return {
      name,
      ipv4: addresses.filter(({ family }) => family === 'IPv4').map(({ address, netmask }) => ({ address, netmask })),
      ipv6: addresses.filter(({ family }) => family === 'IPv6').map(({ address, netmask }) => ({ address, bits: prefixOf(netmask) })),
      // RFC 4007 §11.2: what follows the % is a name or a number, as the system has it.
      zone: platform === 'win32' ? `${index}` : name,
      mac,
      internal: addresses.some(({ internal }) => internal),
      ...(gateways.has(name) ? { gateway: true } : {}),
      identity: `${name} ${mac} ${index}`,
    }
  })
}

/** The same with the driver's names, the kind, the state and the speed. */
export function combine<F extends InterfaceFacts>(facts: readonly F[], report: SystemReport): F[] {
  return facts.map((one) => {
    const more = report.interfaces.find(({ name }) => name === one.name)
    const gateway = one.gateway || one.ipv4.some((network) => onNetwork(report.gateway, network))
    return {
      ...one,
      ...(gateway ? { gateway } : {}),
      ...(more?.description ? { description: more.description } : {}),
      ...(more?.type === 'wired' || more?.type === 'wireless' ? { type: more.type } : {}),
      ...(more?.state === 'down' ? { up: false } : {}),
      ...(more?.speed && more.speed > 0 ? { speed: more.speed } : {}),
    }
  })
}
