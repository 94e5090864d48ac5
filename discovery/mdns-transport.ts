/**
 * The UDP sockets that mDNS needs on one interface, IPv4 and IPv6, in the shape of the one socket that multicast-dns takes. IPv6
 * is left out where it fails and IPv4 works. Only what comes from the interface's own network is passed on.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock } from '../core/protocol/clock.ts'
import type { Nic } from './interfaces.ts'
import { isLinkLocal6, onNetwork6 } from './ipv6.ts'
import { onNetwork } from './ranking.ts'

export const MDNS_PORT = 5353

/** Where a packet goes, in place of an address: to the group in both families, in one, or to the group from a port of one's own. */
export const GROUP = 'group'
export type Family = 4 | 6
export const groupOf = (family: Family): string => `group${family}`
/** Answers to this come back to us alone (RFC 6762 §6.7): from behind firewalls that let no multicast in, and while others hold port 5353. */
export const onceOf = (family: Family): string => `once${family}`

const MULTICAST: Record<Family, string> = { 4: '224.0.0.251', 6: 'ff02::fb' }

/** Packets read in a second: a hundred registries answering six questions at once are 600; a flood is not worth the time. */
const MAX_PACKETS = 2_000

/** Bytes that wait to be read: a hundred registries answer at once. Systems give less if they like. */
const RECEIVE_BUFFER = 1_048_576

type Sent = (error?: Error | null) => void

export class MdnsTransport extends EventEmitter {
  readonly #nic: Nic
  readonly #clock: Clock
  readonly #wants: (packet: Buffer) => boolean
  readonly #mend: (packet: Buffer) => void
  readonly #groups = new Map<Family, Socket>()
  readonly #ones = new Map<Family, Socket>()
  #closed = false
  #window = 0
  #packets = 0

  /**
   * @param wants whether a packet that came in is worth decoding
   * @param mend looks over each packet before it goes out
   */
  constructor(nic: Nic, clock: Clock, wants: (packet: Buffer) => boolean, mend: (packet: Buffer) => void) {
    super()
    this.#nic = nic
    this.#clock = clock
    this.#wants = wants
    this.#mend = mend
  }

  /** For multicast-dns: opens what hears the groups. The address it binds to is ours to know. */
  bind(port: number, _address: string, bound: () => void): void {
    const wanted: Family[] = [...(this.#nic.ipv4 ? ([4] as const) : []), ...(this.#nic.ipv6.length > 0 ? ([6] as const) : [])]
    if (wanted.length === 0) queueMicrotask(() => this.emit('error', new Error('this interface has no address')))
    let opening = wanted.length
    const settle = () => {
      opening -= 1
      if (opening === 0 && this.#groups.size > 0) bound()
    }
    for (const family of wanted) {
      let opened = false
      const socket = this.#open(family, (error) => {
        this.#groups.delete(family)
        // IPv6 is the second way where there is IPv4; what fails is tried again with the whole interface.
        if (family === 4 || !this.#nic.ipv4) this.emit('error', error)
        else if (!opened) settle()
      })
      this.#groups.set(family, socket)
      socket.bind(port, () => {
        if (!this.#prepare(socket, family, true)) return
        opened = true
        settle()
      })
    }
  }

  /** For multicast-dns. Calls back with an error only when the packet went nowhere. */
  send(packet: Buffer, _offset: number, _length: number, port: number, address: string, sent: Sent): void {
    this.#mend(packet)
    const sockets = this.#socketsFor(address)
    let waiting = sockets.length
    let went = 0
    let failure: Error | null = null
    if (waiting === 0) sent(this.#closed ? null : new Error(`there is no way to ${address} on this interface`))
    const done: Sent = (error) => {
      waiting -= 1
      if (error) failure ??= error
      else went += 1
      if (waiting === 0) sent(went > 0 || this.#closed ? null : failure)
    }
    for (const { socket, family } of sockets) {
      const to = address.startsWith('group') || address.startsWith('once') ? MULTICAST[family] : address
      try {
        socket.send(packet, port, to, done)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }

  /** For multicast-dns. */
  close(closed: () => void): void {
    this.#closed = true
    const sockets = [...this.#groups.values(), ...this.#ones.values()]
    this.#groups.clear()
    this.#ones.clear()
    let open = sockets.length
    if (open === 0) queueMicrotask(closed)
    for (const socket of sockets) {
      this.#shut(socket, () => {
        open -= 1
        if (open === 0) closed()
      })
    }
  }

  #socketsFor(address: string): { socket: Socket; family: Family }[] {
    if (this.#closed) return []
    const one = (family: Family, socket: Socket | undefined) => (socket ? [{ socket, family }] : [])
    if (address === GROUP) return [...this.#groups].map(([family, socket]) => ({ socket, family }))
    for (const family of [4, 6] as const) {
      if (address === groupOf(family)) return one(family, this.#groups.get(family))
      if (address === onceOf(family)) return one(family, this.#oneShot(family))
    }
    const family = isIPv6(address) ? 6 : 4
    return one(family, this.#groups.get(family))
  }

  #oneShot(family: Family): Socket | undefined {
    if (family === 4 ? !this.#nic.ipv4 : this.#nic.ipv6.length === 0) return undefined
    const before = this.#ones.get(family)
    if (before) return before
    const socket = this.#open(family, () => this.#ones.delete(family))
    this.#ones.set(family, socket)
    socket.bind(0, family === 4 ? this.#nic.ipv4?.address : undefined, () => this.#prepare(socket, family, false))
    return socket
  }

  #open(family: Family, failed: (error: Error) => void): Socket {
    const socket = createSocket(family === 4 ? { type: 'udp4', reuseAddr: true } : { type: 'udp6', reuseAddr: true, ipv6Only: true })
    socket.on('error', (error) => {
      this.#shut(socket)
      if (!this.#closed) failed(error)
    })
    socket.on('message', (packet, from) => {
      if (!this.#closed && this.#isOurs(from) && this.#wants(packet) && this.#hasTime()) this.emit('message', packet, from)
    })
    return socket
  }

  /** Joins the group, and sends out of this interface whatever the routes say. */
  #prepare(socket: Socket, family: Family, join: boolean): boolean {
    const ours = family === 4 ? (this.#nic.ipv4?.address ?? '') : `::%${this.#nic.zone}`
    try {
      socket.setMulticastInterface(ours)
      if (join) socket.addMembership(MULTICAST[family], ours)
      // RFC 6762 §11. Our own packets are heard here too, as a registry and its user may share a computer.
      socket.setMulticastTTL(255)
      socket.setMulticastLoopback(true)
    } catch (error) {
      socket.emit('error', error)
      return false
    }
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER)
    } catch {
      return true // the buffer stays as it was: more packets may be lost, and are asked for again
    }
    return true
  }

  #shut(socket: Socket, shut: () => void = () => undefined): void {
    try {
      socket.close(shut)
    } catch {
      queueMicrotask(shut) // it was closed before
    }
  }

  /** Every socket on port 5353 hears what any of them joined, whatever the interface: only our own network's packets are ours (RFC 6762 §11). */
  #isOurs(from: RemoteInfo): boolean {
    const { ipv4, ipv6, zone } = this.#nic
    if (from.family === 'IPv4') return ipv4 !== null && onNetwork(from.address, ipv4)
    const [address = '', heardOn] = from.address.split('%')
    if (isLinkLocal6(address)) return heardOn === zone
    return ipv6.some((own) => !isLinkLocal6(own.address) && onNetwork6(address, own))
  }

  #hasTime(): boolean {
    const now = this.#clock.elapsed()
    if (now - this.#window >= 1_000) {
      this.#window = now
      this.#packets = 0
    }
    this.#packets += 1
    return this.#packets <= MAX_PACKETS
  }
}
