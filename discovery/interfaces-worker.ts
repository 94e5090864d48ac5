/** Asks systeminformation once. In a worker thread, since it runs child processes synchronously (0.3 s; seconds on Windows). */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { networkGatewayDefault, networkInterfaces } from 'systeminformation'
import { routerIn } from './network.ts'
import { reportOf } from './system-report.ts'

/** What is sent there is thrown away (RFC 863). */
const DISCARD_PORT = 9
/** Milliseconds for a router to say its hardware address. */
const ANSWER = 150
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

/** One empty packet to the router, so that the system asks for its hardware address: it may not have talked to it lately. */
async function greet(gateway: string): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => {
    socket.once('error', () => resolve())
    socket.send('', DISCARD_PORT, gateway, () => resolve())
  })
  socket.close()
  await sleep(ANSWER)
}

const [listed, gateway] = await Promise.all([networkInterfaces(), networkGatewayDefault()])
let router: string | null = null
if (isIPv4(gateway)) {
  router = routerIn(neighbours(gateway), gateway)
  if (router === null) {
    await greet(gateway)
    router = routerIn(neighbours(gateway), gateway)
  }
}
parentPort?.postMessage(reportOf(listed, gateway, router))
