/** The network interfaces of this computer, ranked: at once from the system's addresses, or with all that systeminformation adds. */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import { OptiChatError } from '../core/protocol/errors.ts'
import type { SystemReport } from './interfaces-worker.ts'
import { type InterfaceFacts, onNetwork, type RankedInterface, rank } from './ranking.ts'

export type { RankedInterface } from './ranking.ts'

/** Milliseconds systeminformation may take before the ranking does without it: PowerShell needs some seconds to start. */
const REPORT_TIMEOUT = 6_000

/** An interface that discovery uses. */
export interface Nic {
  readonly name: string
  readonly address: string
  readonly netmask: string
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
function factsNow(): (InterfaceFacts & { identity: string })[] {
  const gateways = linuxGateways()
  return Object.entries(networkInterfaces()).map(([name, addresses = []]) => {
    const ipv4 = addresses.filter(({ family }) => family === 'IPv4')
    const mac = addresses[0]?.mac ?? ''
    // An IPv6 link-local address carries the kernel's index of the interface, which is new when it was made anew.
    const index = addresses.map((one) => (one.family === 'IPv6' ? one.scopeid : 0)).find((scope) => scope > 0) ?? 0
    return {
      name,
      ipv4: ipv4.map(({ address, netmask }) => ({ address, netmask })),
      mac,
      internal: addresses.some(({ internal }) => internal),
      ...(gateways.has(name) ? { gateway: true } : {}),
      identity: `${name} ${mac} ${index}`,
    }
  })
}

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

function combine(facts: readonly InterfaceFacts[], report: SystemReport): InterfaceFacts[] {
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

/**
 * All interfaces, best first, each with the reason for its rank. Takes some 0.4 s, without holding up the event loop.
 * @param options.chosen the person's choice, a name or an IPv4 address: it ranks first when it can be used at all.
 */
export async function rankInterfaces(
  options: { chosen?: string | null; timeout?: number; clock?: Clock } = {},
): Promise<RankedInterface[]> {
  const report = await systemReport(options.clock ?? systemClock, options.timeout ?? REPORT_TIMEOUT)
  const facts = factsNow()
  return rank(report ? combine(facts, report) : facts, options.chosen)
}

/**
 * The interfaces discovery uses now, best first, from the address list alone.
 * @param only names or IPv4 addresses: just these, even where the ranking would leave one out (but never loopback).
 */
export function acceptedInterfaces(only?: readonly string[]): Nic[] {
  const facts = factsNow()
  const identity = (name: string) => facts.find((one) => one.name === name)?.identity ?? ''
  const ranked = only
    ? only.flatMap((wanted) => rank(facts, wanted).filter((one) => one.chosen && one.kind !== 'loopback'))
    : rank(facts).filter((one) => one.accepted)
  return ranked.flatMap(({ name, address, netmask }) =>
    address && netmask ? [{ name, address, netmask, identity: `${identity(name)} ${address}/${netmask}` }] : [],
  )
}

/** @throws OptiChatError `interface-unknown` for the first name or address that no interface has. */
export function requireInterfaces(wanted: readonly string[]): void {
  const facts = factsNow()
  const unknown = wanted.find((one) => !rank(facts, one).some(({ chosen }) => chosen))
  if (unknown !== undefined) throw new OptiChatError('interface-unknown', unknown)
}
