/** A socket of one interface in the group that mDNS uses, for the doctor's questions and answers. It sees whether the system lets them out and in. */
import { createSocket, type RemoteInfo } from 'node:dgram'
import type { Nic } from '../interfaces.ts'
import { onNetwork6 } from '../ipv6.ts'
import { MDNS_PORT as PORT } from '../mdns-transport.ts'
import { onNetwork } from '../ranking.ts'
import { type DoctorAnswer, type DoctorQuestion, parseDoctor } from './question.ts'

const GROUP_4 = '224.0.0.251'
const GROUP_6 = 'ff02::fb'

/** `refused`: the system does not let it out (a firewall here); `failed`: something else is in the way. */
export type Sent = 'sent' | 'refused' | 'failed'

export interface GroupSocket {
  /** Resolves when the system has taken it, or not. */
  send(packet: Buffer): Promise<Sent>
  close(): void
}

export interface GroupEvents {
  /** From a machine on this interface's network; `own`: it is what this very computer sent. */
  heard(what: DoctorQuestion | DoctorAnswer, from: string, own: boolean): void
  /** It is of no use any more, or never was. */
  broken(message: string): void
}

/** What an interface speaks, IPv4 first. */
export function familiesOf({ ipv4, ipv6 }: Nic): (4 | 6)[] {
  return [...(ipv4 ? [4 as const] : []), ...(ipv6.length > 0 ? [6 as const] : [])]
}

/** Joins the group on an interface. */
export function openGroup(nic: Nic, family: 4 | 6, events: GroupEvents): GroupSocket {
  const ipv4 = family === 4 ? nic.ipv4 : null
  const socket = createSocket({ type: ipv4 ? 'udp4' : 'udp6', reuseAddr: true, ipv6Only: ipv4 === null })
  let closed = false
  const broken = (error: Error) => {
    if (closed) return
    close()
    events.broken(error.message)
  }
  const close = () => {
    if (closed) return
    closed = true
    ready.reject(new Error('closed'))
    // One that was never bound throws here, and has nothing to close.
    try {
      socket.close()
    } catch {
      return
    }
  }
  const ready = deferred()
  socket.on('error', broken)
  socket.on('message', (packet, from) => {
    const what = closed || !isNeighbour(from, nic) ? null : parseDoctor(packet)
    if (what) events.heard(what, from.address, isOwn(from, nic))
  })
  socket.bind({ port: PORT, ...(ipv4 ? { address: '0.0.0.0' } : {}) }, () => {
    try {
      if (ipv4) {
        socket.addMembership(GROUP_4, ipv4.address)
        socket.setMulticastInterface(ipv4.address)
      } else {
        socket.addMembership(GROUP_6, `::%${nic.zone}`)
        socket.setMulticastInterface(`::%${nic.zone}`)
      }
      socket.setMulticastTTL(255)
      socket.setMulticastLoopback(true)
      ready.resolve()
    } catch (error) {
      broken(error instanceof Error ? error : new Error(String(error)))
    }
  })
  return {
    async send(packet) {
      try {
        await ready.promise
      } catch {
        return 'failed' // `broken` has told why
      }
      if (closed) return 'failed'
      return new Promise((resolve) => {
        socket.send(packet, PORT, ipv4 ? GROUP_4 : `${GROUP_6}%${nic.zone}`, (error) => resolve(error ? sentOf(error) : 'sent'))
      })
    },
    close,
  }
}

function sentOf(error: NodeJS.ErrnoException): Sent {
  return error.code === 'EPERM' || error.code === 'EACCES' ? 'refused' : 'failed'
}

/** Every socket on port 5353 hears what any of them joined, whatever the interface: a packet counts where its sender is. */
function isNeighbour(from: RemoteInfo, nic: Nic): boolean {
  const [address = '', zone] = from.address.split('%')
  if (from.family === 'IPv4') return nic.ipv4 !== null && onNetwork(address, nic.ipv4)
  return zone === undefined ? nic.ipv6.some((network) => onNetwork6(address, network)) : zone === nic.zone
}

function isOwn(from: RemoteInfo, nic: Nic): boolean {
  const [address] = from.address.split('%')
  return nic.ipv4?.address === address || nic.ipv6.some((own) => own.address === address)
}

function deferred(): { promise: Promise<void>; resolve(): void; reject(error: Error): void } {
  let resolve: () => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<void>((done, fail) => {
    resolve = done
    reject = fail
  })
  // Whoever waits hears of it; with nobody waiting it is nobody's business.
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
