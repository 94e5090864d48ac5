/** What a responder says to a query, by RFC 6762 and RFC 6763 §12. Pure. */
import type { MdnsPacket, MdnsRecord } from './advertisement.ts'
import { MDNS_PORT } from './mdns-transport.ts'
import { plainName } from './service-name.ts'

export interface MdnsQuestion {
  readonly name: string
  readonly type: string
  readonly class?: string
}

export interface MdnsQuery extends MdnsPacket {
  readonly id?: number
  readonly flag_tc?: boolean
  readonly questions: readonly MdnsQuestion[]
  readonly authorities?: readonly MdnsRecord[]
}

export interface MdnsAnswer {
  readonly answers: readonly MdnsRecord[]
  readonly additionals: readonly MdnsRecord[]
  /** To the group, to the asker alone, or to an asker that speaks plain DNS and is to have its question and number back. */
  readonly how: 'multicast' | 'unicast' | 'legacy'
  /** Others may answer, too, so it is given a moment's chance delay (§6); not where somebody is about to take our name (§8.1). */
  readonly shared: boolean
}

/** Questions answered of one packet: ours are four names, and each answer goes to everybody on the network. */
const MAX_QUESTIONS = 8

/** Known answers looked at in one query. */
const MAX_KNOWN = 300

/** How dns-packet decodes class IN with the top bit set, "an answer to me alone will do" (§5.4). */
const UNICAST_IN = 'UNKNOWN_32769'

/** Lifetimes in an answer to a resolver that does not know mDNS: it will not hear when they change (§6.7). */
const LEGACY_TTL = 10

const sameName = (a: string, b: string) => plainName(a) === plainName(b)
const dataOf = (record: MdnsRecord) => (typeof record.data === 'string' ? plainName(record.data) : JSON.stringify(record.data))

/** One record, whatever its lifetime. */
export function recordKey(record: MdnsRecord): string {
  return `${plainName(record.name)} ${record.type} ${dataOf(record)}`
}

const isShared = ({ type }: MdnsRecord) => type === 'PTR'

/**
 * @param records all that this responder has, NSEC included
 * @param port the one that the query came from
 * @returns null where it has nothing to say
 */
export function answerTo(query: MdnsQuery, records: readonly MdnsRecord[], port: number): MdnsAnswer | null {
  const questions = query.questions.filter(({ name }) => records.some((record) => sameName(record.name, name))).slice(0, MAX_QUESTIONS)
  const known = new Map(query.answers.slice(0, MAX_KNOWN).map((record) => [recordKey(record), record.ttl ?? 0]))
  // §7.1: what the asker knows, and for long enough yet, is not told again.
  const isNews = (record: MdnsRecord) => (known.get(recordKey(record)) ?? -1) < (record.ttl ?? 0) / 2
  const answers = new Map<string, MdnsRecord>()
  for (const question of questions) {
    const own = records.filter(({ name }) => sameName(name, question.name))
    const asked = own.filter(({ type }) => type !== 'NSEC' && (question.type === 'ANY' || type === question.type))
    // §6.1: where there is none of this type, that is said, too.
    for (const record of asked.length > 0 ? asked.filter(isNews) : own.filter(({ type }) => type === 'NSEC'))
      answers.set(recordKey(record), record)
  }
  if (answers.size === 0) return null
  const additionals = new Map<string, MdnsRecord>()
  const add = (name: unknown, types: readonly string[]) => {
    for (const record of records) {
      if (typeof name !== 'string' || !sameName(record.name, name) || !types.includes(record.type)) continue
      if (!answers.has(recordKey(record))) additionals.set(recordKey(record), record)
    }
  }
  // RFC 6763 §12: what will be asked next.
  for (const { type, data } of answers.values()) if (type === 'PTR') add(data, ['SRV', 'TXT'])
  for (const { type, data } of [...answers.values(), ...additionals.values()])
    if (type === 'SRV') add(targetOf(data), ['A', 'AAAA', 'NSEC'])

  const all = [...answers.values()]
  const isProbe = (query.authorities ?? []).length > 0
  const unicast = questions.every((question) => question.class === UNICAST_IN)
  const how = port !== MDNS_PORT ? 'legacy' : unicast ? 'unicast' : 'multicast'
  const out = (record: MdnsRecord) => (how === 'legacy' ? { ...record, ttl: Math.min(record.ttl ?? 0, LEGACY_TTL), flush: false } : record)
  return { answers: all.map(out), additionals: [...additionals.values()].map(out), how, shared: all.some(isShared) && !isProbe }
}

function targetOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'target' in data ? data.target : undefined
}
