/** Asks systeminformation once. In a worker thread, since it runs child processes synchronously (0.3 s; seconds on Windows). */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { networkGatewayDefault, networkInterfaces } from 'systeminformation'
import { routerIn } from './network.ts'
import { reportOf } from './system-report.ts'

/** Milliseconds for a program that looks into a table. */
const PATIENCE = 2_000

/** The table of neighbours; empty where it cannot be read: the network is then known by its addresses. */
function neighbours(gateway: string): string {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/net/arp', 'utf8')
    const args = process.platform === 'win32' ? ['-a', gateway] : ['-n', gateway]
    return execFileSync('arp', args, { timeout: PATIENCE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
  } catch {
    return ''
  }
}

const [listed, gateway] = await Promise.all([networkInterfaces(), networkGatewayDefault()])
const router = isIPv4(gateway) ? routerIn(neighbours(gateway), gateway) : null
parentPort?.postMessage(reportOf(listed, gateway, router))
