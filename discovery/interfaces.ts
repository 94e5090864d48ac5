/** The network interfaces of this computer, ranked: at once from the system's addresses, or with all that systeminformation adds. */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import { OptiChatError } from '../core/protocol/errors.ts'
import { combine, factsOf } from './facts.ts'
import { isLinkLocal6 } from './ipv6.ts'
import { networkId } from './network.ts'
import { type RankedInterface, rank } from './ranking.ts'
import type { SystemReport } from './system-report.ts'

export type { RankedInterface } from './ranking.ts'

/** Milliseconds systeminformation may take before the ranking does without it: PowerShell needs some seconds to start. */
export const REPORT_TIMEOUT = 6_000

/** An interface that discovery uses. */
export interface Nic {
  readonly name: string
  /** Its best address: IPv4 where it has one; a link-local IPv6 one with its zone. */
  readonly address: string
  readonly ipv4: { readonly address: string; readonly netmask: string } | null
  readonly ipv6: readonly { readonly address: string; readonly bits: number }[]
  /** What follows the % in link-local IPv6 addresses here. */
  readonly zone: string
  /** Another one when the interface was made anew or got another address, even under the same name. */
  readonly identity: string
}

/** Interfaces with a default route, on Linux: {@link https://www.kernel.org/doc/html/latest/filesystems/proc.html} /proc/net/route. */
function linuxGateways(): ReadonlySet<string> {
  if (process.platform !== 'linux') return new Set()
  try {
    const routes = readFileSync('/proc/net/route', 'utf8').split('\n').slice(1)
    return new Set(
      routes.map((line) => line.split('\t')).flatMap(([name, to, gateway]) => (name && to === '00000000' && gateway !== to ? [name] : [])),
    )
  } catch {
    return new Set() // no /proc: one hint less
  }
}

/** What the operating system's address list alone tells: 0.2 ms. */
const factsNow = () => factsOf(networkInterfaces(), linuxGateways())

/** systeminformation's view, or null when it failed or took too long: the ranking then goes without it. */
function systemReport(clock: Clock, timeout: number): Promise<SystemReport | null> {
  return new Promise((resolve) => {
    const file = import.meta.url.endsWith('.ts') ? './interfaces-worker.ts' : './interfaces-worker.js'
    const worker = new Worker(new URL(file, import.meta.url), { stderr: true })
    const finish = (report: SystemReport | null) => {
      cancel()
      resolve(report)
      worker.terminate().catch(() => resolve(report))
    }
    const cancel = clock.after(timeout, () => finish(null))
    worker.once('message', finish)
    worker.once('error', () => finish(null))
    worker.once('exit', () => finish(null))
  })
}

export interface Survey {
  /** False: the system did not tell all in time, and another time it may, so that the network has another name then. */
  readonly whole: boolean
  /** All interfaces, best first, each with the reason for its rank. */
  readonly interfaces: readonly RankedInterface[]
}

/**
 * Looks at all interfaces with all that systeminformation tells. Takes some 0.4 s, without holding up the event loop.
 * @param options.choice the person's choice on a network, a name or an address: it ranks first when it can be used at all. The network
 *   is called the same whenever the computer comes back to it.
 */
export async function surveyInterfaces(
  options: { choice?: (network: string) => string | null; timeout?: number; clock?: Clock } = {},
): Promise<Survey> {
  const report = await systemReport(options.clock ?? systemClock, options.timeout ?? REPORT_TIMEOUT)
  const facts = factsNow()
  const network = networkId(facts, report?.gateway ?? '', report?.router ?? null)
  return { whole: report !== null, interfaces: rank(report ? combine(facts, report) : facts, options.choice?.(network) ?? null) }
}

/** The same for who knows the choice already. */
export async function rankInterfaces(
  options: { chosen?: string | null; timeout?: number; clock?: Clock } = {},
): Promise<RankedInterface[]> {
  const { chosen = null, ...rest } = options
  const { interfaces } = await surveyInterfaces({ choice: () => chosen, ...rest })
  return [...interfaces]
}

/**
 * The interfaces discovery uses now, best first, from the address list alone.
 * @param only names or addresses: just these, even where the ranking would leave one out (but never loopback).
 */
export function acceptedInterfaces(only?: readonly string[]): Nic[] {
  const facts = factsNow()
  const ranked = only
    ? only.flatMap((wanted) => rank(facts, wanted).filter((one) => one.chosen && one.kind !== 'loopback'))
    : rank(facts).filter((one) => one.accepted)
  return ranked.flatMap(({ name, address, netmask }) => {
    const { ipv6 = [], zone = name, identity = '' } = facts.find((one) => one.name === name) ?? {}
    if (address === null) return []
    const ipv4 = netmask === null ? null : { address, netmask }
    // Those that are handed out by the network come and go (RFC 8981); what multicast is sent from stays.
    const local = ipv6.filter(({ address: one }) => isLinkLocal6(one)).map((one) => one.address)
    return [{ name, address, ipv4, ipv6, zone, identity: `${identity} ${netmask === null ? '' : `${address}/${netmask}`} ${local}` }]
  })
}

/** @throws OptiChatError `interface-unknown` for the first name or address that no interface has. */
export function requireInterfaces(wanted: readonly string[]): void {
  const facts = factsNow()
  const unknown = wanted.find((one) => !rank(facts, one).some(({ chosen }) => chosen))
  if (unknown !== undefined) throw new OptiChatError('interface-unknown', unknown)
}
