/** One bonjour-service instance on one interface, with what it and its transport get wrong mended (README.md lists each and why). */
import { Bonjour, type Service, type ServiceConfig } from 'bonjour-service'
import type { Clock, Random } from '../core/protocol/clock.ts'
import { type MdnsPacket, type MdnsRecord, SERVICE_DOMAIN, SERVICE_TYPE } from './advertisement.ts'
import type { Nic } from './interfaces.ts'
import { type MdnsAnswer, type MdnsQuery, recordKey } from './mdns-answers.ts'
import { type Family, GROUP, groupOf, MDNS_PORT, MdnsTransport, onceOf } from './mdns-transport.ts'
import { Responder } from './responder.ts'
import { plainName, restoreDots, withoutDots } from './service-name.ts'

const ENUMERATION = '_services._dns-sd._udp.local'
const ENUMERATION_LABEL = '_dns-sd'
/** The end of a service's name, by which it is ours alone: "(1234abcd)". */
const MARK = 10
const SERVICE_DOMAIN_LABEL = `_${SERVICE_TYPE}`

const isResponse = (packet: Buffer): boolean => ((packet[2] ?? 0) & 0x80) !== 0

/** Lifetimes of what is no computer's own address, in seconds: what RFC 6762 §10 recommends. */
const SHARED_TTL = 4_500

/** Milliseconds after the first announcement: it may be lost, and a name that has just appeared is what people wait for. */
const ANNOUNCE_AGAIN = [250, 1_000]

export interface Sender {
  readonly address: string
  readonly family: Family
  readonly port: number
}

type Sent = (error?: Error | null) => void

interface RawSender {
  readonly address: string
  readonly family: string
  readonly port: number
}

/** The part of multicast-dns that bonjour-service's instances hold and its types leave out. */
interface Multicast {
  on(event: 'response', heard: (packet: MdnsPacket, from: RawSender) => void): void
  on(event: 'query', heard: (packet: MdnsQuery, from: RawSender) => void): void
  on(event: 'error' | 'warning', failed: (error: Error) => void): void
  removeAllListeners(event: 'query'): void
  query(packet: object, to: { address: string; port: number }, sent: Sent): void
  respond(packet: MdnsRecord[] | object, to?: { address: string; port: number } | Sent | null, sent?: Sent): void
}

export interface MdnsEvents {
  /** A response that came from this interface's own network, with the address it came from. */
  response?(packet: MdnsPacket, from: Sender): void
  /** A query that did. */
  query?(packet: MdnsQuery, from: Sender): void
  /** Something failed; it goes on. */
  trouble(message: string): void
  /** The socket is of no use any more. */
  broken(): void
}

export interface Question {
  readonly family: Family
  /** From a port of its own, so that answers come back to us alone. */
  readonly once: boolean
  /** Services that need not answer (RFC 6762 §7.1). */
  readonly known?: readonly string[]
}

export interface Publication {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly txt: Record<string, string>
}

interface Published {
  readonly name: string
  readonly mark: string
  readonly service: Service
  readonly records: readonly MdnsRecord[]
}

export interface MdnsSocket {
  /** Asks who offers our service. */
  ask(question: Question): void
  /** Announces one service, at most once for a socket: stopping one of several would take the others' shared records along. */
  publish(service: Publication): void
  /** Says goodbye for what was published, if it is to, and closes; takes `deadline` ms at most for each of both. */
  close(goodbye: boolean, deadline: number): Promise<void>
}

/** What a packet from this library's warnings is: a decoding failure (garbage, ignored) has no system call to its name. */
const isSystemError = (error: Error): boolean => 'syscall' in error

export function openMdns(nic: Nic, events: MdnsEvents, { clock, random }: { clock: Clock; random: Random }): MdnsSocket {
  let closed = false
  let published: Published | null = null
  const cancels: (() => void)[] = []
  const failed: Sent = (error) => {
    if (error && !closed) events.trouble(error.message)
  }
  /** A network full of printers and loudspeakers is no work for us: what does not name us in its bytes is not decoded. */
  const wants = (packet: Buffer) => {
    const text = packet.toString('latin1').toLowerCase()
    if (isResponse(packet)) return text.includes(events.response ? SERVICE_DOMAIN_LABEL : (published?.mark ?? ''))
    return text.includes(SERVICE_TYPE) || (published !== null && text.includes(ENUMERATION_LABEL))
  }
  const transport = new MdnsTransport(nic, clock, wants, (packet) => {
    if (published) restoreDots(packet, published.name)
  })
  // multicast: false, as the transport joins the groups itself; `ip` is what it takes for the address of everybody.
  const options: Partial<ServiceConfig> & object = { socket: transport, ip: GROUP, multicast: false } as object
  const bonjour = new Bonjour(options, failed)
  const { mdns } = (bonjour as unknown as { server: { mdns: Multicast } }).server

  const broken = (error: Error) => {
    if (closed) return
    events.trouble(error.message)
    events.broken()
  }
  mdns.on('error', broken)
  mdns.on('warning', (error) => {
    if (isSystemError(error)) broken(error)
  })

  // What bonjour-service itself says, announcements and goodbyes, passes here; `say` is the way out.
  const say = mdns.respond.bind(mdns)
  const own = new Set([...(nic.ipv4 ? [nic.ipv4.address] : []), ...nic.ipv6.map(({ address }) => address)])
  mdns.respond = (packet, to, sent) => {
    const records = mended(Array.isArray(packet) ? packet : [], own)
    responder.told(records)
    say({ answers: records }, null, sent ?? (typeof to === 'function' ? to : failed))
  }

  const responder = new Responder({
    clock,
    random,
    records: () => published?.records ?? [],
    send({ answers, additionals, how }: MdnsAnswer, query, { address, port, family }) {
      if (how === 'multicast') say({ answers, additionals }, { address: groupOf(family), port: MDNS_PORT }, failed)
      else
        say(
          { answers, additionals, ...(how === 'legacy' ? { id: query.id ?? 0, questions: query.questions } : {}) },
          { address, port },
          failed,
        )
    },
  })

  const announce = () => {
    if (published && !closed) mdns.respond(recordsOf(published.service))
  }
  let defended = Number.NEGATIVE_INFINITY
  /** RFC 6762 §9: who else claims our name hears from us again. Ours has our fingerprint in it, so we do not give way. */
  const defend = (packet: MdnsPacket, { address }: Sender) => {
    if (!published || own.has(address.split('%')[0] ?? '') || clock.elapsed() - defended < 10_000) return
    const srv = published.records.find(({ type }) => type === 'SRV')
    const claim = packet.answers.find(
      ({ name, type, ttl }) => type === 'SRV' && ttl !== 0 && srv && plainName(name) === plainName(srv.name),
    )
    if (!srv || !claim) return
    const told = claim.data as { port?: unknown; target?: unknown }
    const { port, target } = srv.data as { port: number; target: string }
    if (told.port === port && told.target === target) return
    defended = clock.elapsed()
    events.trouble(`another computer (${address}) announces this registry's name`)
    announce()
  }

  const senderOf = ({ address, family, port }: RawSender): Sender => ({ address, port, family: family === 'IPv6' ? 6 : 4 })
  mdns.on('response', (packet, from) => {
    // RFC 6762 §11: a response from any other port is no mDNS response.
    if (closed || from.port !== MDNS_PORT) return
    defend(packet, senderOf(from))
    events.response?.(packet, senderOf(from))
  })
  mdns.removeAllListeners('query')
  mdns.on('query', (packet, from) => {
    if (closed) return
    if (published) responder.asked(packet, senderOf(from))
    events.query?.(packet, senderOf(from))
  })

  return {
    ask({ family, once, known = [] }) {
      if (closed) return
      const answers = known.map((data) => ({ name: SERVICE_DOMAIN, type: 'PTR', ttl: SHARED_TTL, data }))
      const to = { address: once ? onceOf(family) : groupOf(family), port: MDNS_PORT }
      // IPv6 may not be ready yet when the interface has just come up; it is asked again.
      mdns.query({ questions: [{ name: SERVICE_DOMAIN, type: 'PTR' }], answers }, to, family === 6 && nic.ipv4 ? () => undefined : failed)
    },
    publish({ name, host, port, txt }) {
      // No probing: it takes a second, and a name with our fingerprint in it is nobody else's.
      const config = { name: withoutDots(name), host, port, txt, type: SERVICE_TYPE, protocol: 'tcp', probe: false } as const
      const service = bonjour.publish(config)
      // Once: the system's address list is asked for them, and they stay the same for as long as this is open.
      const records = withDenials(mended(recordsOf(service), own))
      published = { name, mark: name.slice(-MARK).toLowerCase(), service, records }
      for (const delay of ANNOUNCE_AGAIN) cancels.push(clock.after(delay, announce, true))
    },
    async close(goodbye, deadline) {
      if (closed) return
      for (const cancel of cancels) cancel()
      responder.close()
      if (published && goodbye) await within(clock, deadline, (done) => bonjour.unpublishAll(done))
      closed = true
      await within(clock, deadline, (done) => bonjour.destroy(done))
    },
  }
}

const recordsOf = (service: Service): MdnsRecord[] => service.records() as MdnsRecord[]

/**
 * The records as they are told here: no addresses but this interface's own, lifetimes by RFC 6762 §10, what is ours alone marked so that
 * others drop what they remember of it (§10.2), and no goodbye for the list of service types, which belongs to all (RFC 6763 §9).
 */
function mended(records: readonly MdnsRecord[], own: ReadonlySet<string>): MdnsRecord[] {
  return records
    .filter(({ type, data }) => (type !== 'A' && type !== 'AAAA') || own.has(`${data}`))
    .filter(({ name, ttl }) => ttl !== 0 || name !== ENUMERATION)
    .map((record) =>
      record.type === 'PTR' ? { ...record, ttl: Math.min(record.ttl ?? 0, SHARED_TTL), flush: false } : { ...record, flush: true },
    )
}

/** With what says, for each name that is ours alone, which types there are and hence which are not (RFC 6762 §6.1). */
function withDenials(records: readonly MdnsRecord[]): MdnsRecord[] {
  const unique = records.filter(({ type }) => type !== 'PTR')
  const names = [...new Set(unique.map(({ name }) => name))]
  const denials = names.map((name) => {
    const rrtypes = [...new Set(unique.filter((record) => record.name === name).map(({ type }) => type))]
    return { name, type: 'NSEC', ttl: 120, flush: true, data: { nextDomain: name, rrtypes } }
  })
  const all = [...records, ...denials]
  return [...new Map(all.map((record) => [recordKey(record), record])).values()]
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
