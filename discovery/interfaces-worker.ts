/** Asks systeminformation once. In a worker thread, since it runs child processes synchronously (0.3 s; seconds on Windows). */
import { parentPort } from 'node:worker_threads'
import { networkGatewayDefault, networkInterfaces } from 'systeminformation'

/** What the worker posts: the fields that os.networkInterfaces() lacks, by the interface's name there. */
export interface SystemReport {
  readonly gateway: string
  readonly interfaces: readonly {
    readonly name: string
    readonly description: string
    readonly type: string
    readonly state: string
    /** Megabits a second; null or negative when unknown. */
    readonly speed: number | null
  }[]
}

const [listed, gateway] = await Promise.all([networkInterfaces(), networkGatewayDefault()])
const report: SystemReport = {
  gateway,
  interfaces: [listed].flat().map(({ iface, ifaceName, type, operstate, speed }) => ({
    name: iface,
    description: ifaceName,
    type,
    state: operstate,
    speed,
  })),
}
parentPort?.postMessage(report)
