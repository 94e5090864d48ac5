/** Which way this computer goes to an address: the system's own answer, without a packet sent. */
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Clock } from '../../core/protocol/clock.ts'
import { onNetwork6, prefixOf } from '../ipv6.ts'
import { onNetwork } from '../ranking.ts'

export interface Route {
  /** The address that the name stands for. */
  readonly address: string
  /** The interface that the system sends by; null: it knows no way. */
  readonly by: string | null
  /** The address it sends from. */
  readonly from: string | null
  /** Interfaces whose own network the address is on. */
  readonly on: readonly string[]
  /** It is this computer itself. */
  readonly own: boolean
  /** A datagram to it was refused by this computer: its firewall lets nothing out there. */
  readonly forbidden: boolean
}

/** Milliseconds that looking up a name may take. */
const LOOKUP = 3_000

/** The discard port (RFC 863). */
const DISCARD = 9

/** The way to a host now; null when its name is unknown. */
export async function routeTo(host: string, clock: Clock): Promise<Route | null> {
  const address = await resolve(host, clock)
  if (address === null) return null
  const own = Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses ?? []).map((one) => ({ name, ...one })))
  const plain = address.replace(/%.*$/, '')
  const on = own.filter((one) =>
    one.family === 'IPv4'
      ? isIP(plain) === 4 && onNetwork(plain, one)
      : isIP(plain) === 6 && onNetwork6(plain, { address: one.address, bits: prefixOf(one.netmask) }),
  )
  const { from, forbidden } = await sourceTo(address)
  return {
    address,
    by: own.find((one) => one.address === from)?.name ?? null,
    from,
    on: [...new Set(on.filter(({ internal }) => !internal).map(({ name }) => name))],
    own: own.some((one) => one.address === plain),
    forbidden,
  }
}

async function resolve(host: string, clock: Clock): Promise<string | null> {
  const plain = host.replace(/%.*$/, '')
  if (isIP(plain)) return host
  const late = new Promise<null>((done) => clock.after(LOOKUP, () => done(null), true))
  try {
    return await Promise.race([lookup(host).then(({ address }) => address), late])
  } catch {
    return null // no such name, or nobody to ask
  }
}

/** Connecting a datagram socket asks the system for a route; one byte to a port that throws it away asks its firewall. */
function sourceTo(address: string): Promise<{ from: string | null; forbidden: boolean }> {
  return new Promise((done) => {
    const socket = createSocket(isIP(address.replace(/%.*$/, '')) === 6 ? 'udp6' : 'udp4')
    const finish = (from: string | null, forbidden: boolean) => {
      socket.close()
      done({ from, forbidden })
    }
    socket.once('error', () => finish(null, false))
    socket.connect(DISCARD, address, (error?: Error) => {
      if (error) return finish(null, false)
      const from = socket.address().address
      socket.removeAllListeners('error')
      // A "connection refused" that comes back is no news here.
      socket.on('error', () => undefined)
      socket.send(Buffer.from([0]), (failed: NodeJS.ErrnoException | null) => finish(from, failed?.code === 'EPERM'))
    })
  })
}
