/** Which network this is: what a choice is remembered by. Pure. */
import { createHash } from 'node:crypto'
import type { InterfaceFacts } from './ranking.ts'
import { rank } from './ranking.ts'

/** The router's hardware address in what a system lists of its neighbours: /proc/net/arp, or the answer of `arp`. */
export function routerIn(listing: string, gateway: string): string | null {
  for (const line of listing.split('\n')) {
    if (!line.split(/[\s()]+/).includes(gateway)) continue
    const [mac] = /\b([0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}\b/i.exec(line) ?? []
    const plain = mac
      ?.toLowerCase()
      .split(/[:-]/)
      .map((part) => part.padStart(2, '0'))
      .join(':')
    if (plain && plain !== '00:00:00:00:00:00') return plain
  }
  return null
}

/**
 * A name for the network, the same whenever the computer comes back to it: by its router where there is one (half of all homes are
 * 192.168.1.0/24), else by the networks that its interfaces are on.
 */
export function networkId(facts: readonly InterfaceFacts[], gateway: string, router: string | null): string {
  const accepted = rank(facts).filter((one) => one.accepted && one.kind !== 'virtual' && one.address)
  const networks = facts
    .filter(({ name }) => accepted.some((one) => one.name === name))
    .flatMap(({ ipv4 }) => ipv4.map(({ address, netmask }) => `${masked(address, netmask)}/${netmask}`))
  const what = router ?? (gateway === '' ? networks.sort().join(' ') : `${gateway} ${networks.sort().join(' ')}`)
  return createHash('sha256').update(what).digest('hex').slice(0, 16)
}

function masked(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number)
  return address
    .split('.')
    .map((part, at) => Number(part) & (mask[at] ?? 0))
    .join('.')
}
