/** One bonjour-service instance on one interface, with what it gets wrong mended around it (README.md lists each and why). */
import { Bonjour, type ServiceConfig } from 'bonjour-service'
import type { Clock } from '../core/protocol/clock.ts'
import { type MdnsPacket, type MdnsRecord, SERVICE_DOMAIN, SERVICE_TYPE } from './advertisement.ts'
import type { Nic } from './interfaces.ts'
import { onNetwork } from './ranking.ts'

/** RFC 6762 §11: a response from any other port is no mDNS response. */
const MDNS_PORT = 5353

/** Questions answered of one packet: ours are four names, and each answer goes to everybody on the network. */
const MAX_QUESTIONS = 4

const ENUMERATION = '_services._dns-sd._udp.local'

interface Sender {
  address: string
  port: number
}

interface Question {
  name: string
  type: string
}

type Sent = (error?: Error | null) => void

/** The part of multicast-dns that bonjour-service's instances hold and its types leave out. */
interface Multicast {
  on(event: 'response', heard: (packet: MdnsPacket, from: Sender) => void): void
  on(event: 'query', heard: (packet: { questions: Question[] }, from: Sender) => void): void
  on(event: 'error' | 'warning', failed: (error: Error) => void): void
  removeAllListeners(event: 'query'): void
  query(packet: { questions: Question[] }, sent: Sent): void
  respond(packet: MdnsRecord[] | { answers: MdnsRecord[]; additionals?: MdnsRecord[] }, sent?: Sent): void
}

interface Insides {
  server: { mdns: Multicast; respondToQuery(packet: { questions: Question[] }): void }
}

export interface MdnsEvents {
  /** A response that came from this interface's own network, with the address it came from. */
  response?(packet: MdnsPacket, address: string): void
  /** Something failed; it goes on. */
  trouble(message: string): void
  /** The socket is of no use any more. */
  broken(): void
}

export interface MdnsSocket {
  /** Asks who offers our service. */
  ask(): void
  /** Announces one service, at most once for a socket: stopping one of several would take the others' shared records along. */
  publish(service: { name: string; host: string; port: number; txt: Record<string, string> }): void
  /** Says goodbye for what was published and closes; takes `deadline` ms at most for each of both. */
  close(clock: Clock, deadline: number): Promise<void>
}

/** What a packet from this library's warnings is: a decoding failure (garbage, ignored) has no system call to its name. */
const isSystemError = (error: Error): boolean => 'syscall' in error

export function openMdns(nic: Nic, events: MdnsEvents): MdnsSocket {
  const failed = (error?: Error | null) => {
    if (error) events.trouble(error.message)
  }
  // Bound to all addresses, as multicast is not delivered to a socket bound to one; `interface` chooses where to join and send.
  const options: Partial<ServiceConfig> & { interface: string; bind: string } = { interface: nic.address, bind: '0.0.0.0' }
  const bonjour = new Bonjour(options, failed)
  const { server } = bonjour as unknown as Insides
  const { mdns } = server
  let closed = false
  let published: string[] = []

  const broken = (error: Error) => {
    if (closed) return
    events.trouble(error.message)
    events.broken()
  }
  mdns.on('error', broken)
  mdns.on('warning', (error) => {
    if (isSystemError(error)) broken(error)
  })

  // Every socket on port 5353 hears what any of them joined, whatever the interface: only our own network's packets are ours.
  const ours = (from: Sender) => !closed && from.port === MDNS_PORT && onNetwork(from.address, nic)
  mdns.on('response', (packet, from) => {
    if (ours(from)) events.response?.(packet, from.address)
  })
  mdns.removeAllListeners('query')
  mdns.on('query', (packet, from) => {
    if (!published.length || closed || !onNetwork(from.address, nic)) return
    const questions = packet.questions.filter(({ name }) => published.includes(name.toLowerCase())).slice(0, MAX_QUESTIONS)
    if (questions.length > 0) server.respondToQuery({ questions })
  })

  // Announcements, answers and goodbyes all pass here: no addresses but this interface's own.
  const respond = mdns.respond.bind(mdns)
  const own = (records: MdnsRecord[] = []) => records.filter(({ type, data }) => type !== 'AAAA' && (type !== 'A' || data === nic.address))
  mdns.respond = (packet, sent = failed) => {
    const { answers, additionals } = Array.isArray(packet) ? { answers: packet, additionals: [] } : packet
    respond({ answers: own(answers), additionals: own(additionals) }, sent)
  }

  return {
    ask() {
      if (!closed) mdns.query({ questions: [{ name: SERVICE_DOMAIN, type: 'PTR' }] }, failed)
    },
    publish({ name, host, port, txt }) {
      published = [SERVICE_DOMAIN, ENUMERATION, `${name}.${SERVICE_DOMAIN}`.toLowerCase(), host.toLowerCase()]
      // No probing: it takes a second, and a name with our fingerprint in it is nobody else's.
      bonjour.publish({ name, host, port, txt, type: SERVICE_TYPE, protocol: 'tcp', probe: false, disableIPv6: true })
    },
    async close(clock, deadline) {
      if (closed) return
      if (published.length) await within(clock, deadline, (done) => bonjour.unpublishAll(done))
      closed = true
      await within(clock, deadline, (done) => bonjour.destroy(done))
    },
  }
}

/** Resolves when `run` calls back, or after `deadline` ms: a dead network must not keep a program from ending. */
function within(clock: Clock, deadline: number, run: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(deadline, resolve)
    run(() => {
      cancel()
      resolve()
    })
  })
}
