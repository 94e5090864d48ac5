/** What systeminformation adds to the system's own address list. Pure. */
import type { Systeminformation } from 'systeminformation'

/** The fields that `os.networkInterfaces()` lacks, by the interface's name there. */
export interface SystemReport {
  readonly gateway: string
  /** The gateway's hardware address, where it is known. */
  readonly router: string | null
  readonly interfaces: readonly {
    readonly name: string
    readonly description: string
    readonly type: string
    readonly state: string
    /** Megabits a second; null or negative when unknown. */
    readonly speed: number | null
  }[]
}

/**
 * @param listed as `networkInterfaces()` answers
 * @param gateway as `networkGatewayDefault()` does
 */
export function reportOf(
  listed: Systeminformation.NetworkInterfacesData | readonly Systeminformation.NetworkInterfacesData[],
  gateway: string,
  router: string | null = null,
): SystemReport {
  const interfaces = [listed].flat() as readonly Systeminformation.NetworkInterfacesData[]
  return {
    gateway,
    router,
    interfaces: interfaces.map(({ iface, ifaceName, type, operstate, speed }) => ({
      name: iface,
      description: ifaceName,
      type,
      state: operstate,
      speed,
    })),
  }
}
