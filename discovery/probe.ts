/** Looks for registries by knocking at every address of one's own subnet. Only when a person asks for it: networks' keepers call it a scan. */
import { setMaxListeners } from 'node:events'
import { connect } from 'node:net'
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import { REGISTRY_PORT } from '../core/protocol/limits.ts'
import type { FoundRegistry } from './finder.ts'
import type { Ask } from './host-finder.ts'
import type { Nic } from './interfaces.ts'
import { cleanName } from './service-name.ts'

/** The largest subnet that is walked through: 254 computers. Of a larger one, the part around one's own address. */
const MOST_BITS = 24
/** Milliseconds between two knocks: fifty a second disturb nobody, and a whole subnet takes five seconds. */
const PACE = 20
/** Milliseconds for a computer on the same network to take a connection. */
const PATIENCE = 1_000

const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const text = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')

/** All addresses of the subnets that these interfaces are on, but for their own: at most 254 each. */
export function neighboursOf(nics: readonly Pick<Nic, 'ipv4'>[]): string[] {
  const own = new Set(nics.map(({ ipv4 }) => ipv4?.address))
  const all = nics.flatMap(({ ipv4 }) => {
    if (!ipv4) return []
    const bits = Math.max(MOST_BITS, (number(ipv4.netmask) >>> 0).toString(2).replaceAll('0', '').length)
    const size = 2 ** (32 - bits)
    const first = Math.floor(number(ipv4.address) / size) * size
    // A network of two (RFC 3021) has neither a name of its own nor an address of all.
    return bits >= 31 ? [first, first + 1].slice(0, size) : Array.from({ length: size - 2 }, (_, n) => first + 1 + n)
  })
  return [...new Set(all.map(text))].filter((address) => !own.has(address))
}

export interface ProbeOptions {
  readonly nics: readonly Pick<Nic, 'name' | 'ipv4'>[]
  readonly ask: Ask
  readonly signal: AbortSignal
  found(registry: FoundRegistry): void
  readonly port?: number
  readonly clock?: Clock
}

/** Knocks at each address once, and tells which ones are registries by their TLS and what they say. Resolves when all are through. */
export async function probe(options: ProbeOptions): Promise<void> {
  const { nics, ask, signal, port = REGISTRY_PORT, clock = systemClock } = options
  // Every knock listens whether it is still wanted.
  setMaxListeners(0, signal)
  const under: Promise<void>[] = []
  for (const host of neighboursOf(nics)) {
    if (signal.aborted) break
    under.push(
      (async () => {
        if (!(await takesConnections(host, port, signal))) return
        // What listens there and is no registry is none of our business.
        const answer = await ask({ host, port }, signal).catch(() => null)
        if (!answer || signal.aborted) return
        const { name, fingerprint } = answer
        options.found({ key: fingerprint, name: cleanName(name) || 'OptiChat', host, port, fingerprint, interface: '', by: 'probe' })
      })(),
    )
    await new Promise<void>((resolve) => clock.after(PACE, resolve))
  }
  await Promise.all(under)
}

function takesConnections(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(PATIENCE, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}
