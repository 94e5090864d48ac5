/** Whether a computer is there on the own network at all, firewall or not: who has an IPv4 address must answer to ARP (RFC 826). */
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import type { Clock } from '../../core/protocol/clock.ts'

/** `unknown`: this system does not tell, or was not asked yet. */
export type Presence = 'there' | 'absent' | 'unknown'

/** Milliseconds for the system's own tool. */
const TOOL = 2_000

/** Milliseconds in which whoever is there has answered, a phone that dozes included. */
const ANSWERED = 1_200

/** The discard port (RFC 863). */
const DISCARD = 9

/** What the system found out about an address to which something was sent just now. */
export async function neighbour(address: string, platform: NodeJS.Platform = process.platform): Promise<Presence> {
  if (!isIPv4(address)) return 'unknown'
  const table = await arpTable(address, platform)
  return table === null ? 'unknown' : presenceIn(table, address, platform)
}

/** Pure: one address in what the system printed. */
export function presenceIn(table: string, address: string, platform: NodeJS.Platform): Presence {
  const line = table.split(/\r?\n/).find((one) => one.split(/[\s()]+/).includes(address))
  if (platform === 'win32') return line && /([0-9a-f]{2}-){5}[0-9a-f]{2}/i.test(line) ? 'there' : 'absent'
  if (!line) return 'unknown'
  // Linux: IP address, HW type, Flags, HW address; flag 0x2 is a complete entry (linux/if_arp.h, ATF_COM).
  if (platform === 'linux') return (Number(line.split(/\s+/)[2]) & 2) !== 0 ? 'there' : 'absent'
  return /incomplete/i.test(line) ? 'absent' : 'there'
}

/** The routers that this computer goes by (Linux: little-endian hexadecimal numbers in /proc/net/route); none where that is unknown. */
export async function routers(): Promise<string[]> {
  const table = process.platform === 'linux' ? await readFile('/proc/net/route', 'utf8').catch(() => '') : ''
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[2] ?? '')
    .filter((gateway) => /^[0-9A-F]{8}$/.test(gateway) && gateway !== '00000000')
    .map((gateway) => [...Buffer.from(gateway, 'hex')].reverse().join('.'))
}

/**
 * How many other computers answer on the /24 around an address: one byte is sent to each, which makes the system ask who they are.
 * Null where the system does not tell.
 * @param but addresses that do not count, such as the router, which is there for everybody
 */
export async function countNeighbours(around: string, but: readonly string[], clock: Clock): Promise<number | null> {
  if (process.platform !== 'linux' || !isIPv4(around)) return null
  const network = around.replace(/\.\d+$/, '.')
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  for (let host = 1; host < 255; host++) {
    const address = `${network}${host}`
    if (!but.includes(address)) socket.send(Buffer.from([0]), DISCARD, address, () => undefined)
    // Not all at once: a network of slow radios has other things to carry.
    if (host % 16 === 0) await pause(clock, 20)
  }
  await pause(clock, ANSWERED)
  socket.close()
  const table = await arpTable(around, 'linux')
  if (table === null) return null
  const lines = table.split('\n').slice(1)
  const there = lines.map((line) => line.split(/\s+/)).filter(([, , flags]) => (Number(flags) & 2) !== 0)
  return there.filter(([address = '']) => address.startsWith(network) && !but.includes(address)).length
}

async function arpTable(address: string, platform: NodeJS.Platform): Promise<string | null> {
  try {
    if (platform === 'linux') return await readFile('/proc/net/arp', 'utf8')
    return await printed('arp', platform === 'win32' ? ['-a', address] : ['-n', address])
  } catch {
    return null // a system without it
  }
}

function printed(tool: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(tool, args, { timeout: TOOL, windowsHide: true }, (error, stdout) => {
      // arp ends with 1 when it has no entry, which is an answer.
      if (error && stdout === '' && typeof error.code !== 'number') reject(error)
      else resolve(stdout)
    })
  })
}

const pause = (clock: Clock, millis: number) => new Promise<void>((resolve) => clock.after(millis, resolve))
