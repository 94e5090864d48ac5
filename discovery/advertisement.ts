/** What a registry tells about itself over mDNS (RFC 6762, RFC 6763), written and read. What is read is never trusted. */
import { chunksOf, cleanName } from './service-name.ts'

export const SERVICE_TYPE = 'optichat'
export const SERVICE_DOMAIN = `_${SERVICE_TYPE}._tcp.local`

/** Bytes of one TXT item, key and all (RFC 6763 §6.1): longer ones cannot be decoded. */
const TXT_ITEM_BYTES = 255

/** Pieces a name may come in: far more than {@link cleanName} lets stand. */
const NAME_PIECES = 4

/** Records looked at in one packet: more than any honest responder puts in. */
const MAX_RECORDS = 300

export interface Advertisement {
  /** The instance's full DNS name, in lower case: what a goodbye names. */
  readonly service: string
  readonly name: string
  readonly port: number
  /** The name of the computer it says it is on, in lower case. */
  readonly target: string
  readonly fingerprint?: string
}

/** The parts of a decoded mDNS packet that are read; its records hold whatever came off the network. */
export interface MdnsPacket {
  readonly answers: readonly MdnsRecord[]
  readonly additionals: readonly MdnsRecord[]
}

export interface MdnsRecord {
  readonly name: string
  readonly type: string
  readonly ttl?: number
  readonly flush?: boolean
  readonly data?: unknown
}

/** The TXT record: version, id, fingerprint, and the whole name in pieces n0, n1, …; no item is empty, as such arrive as `undefined`. */
export function encodeTxt(of: { name: string; id: string; fingerprint: string }): Record<string, string> {
  const name = chunksOf(cleanName(of.name), TXT_ITEM_BYTES - 'n0='.length).slice(0, NAME_PIECES)
  const items = [['v', '1'], ['id', of.id], ['fp', of.fingerprint], ...name.map((piece, at) => [`n${at}`, piece])]
  return Object.fromEntries(items.filter(([, value]) => value))
}

function decodeTxt(data: unknown): Map<string, string> {
  const items = new Map<string, string>()
  for (const item of Array.isArray(data) ? data.slice(0, 32) : [data]) {
    const [, key, value] = (Buffer.isBuffer(item) ? /^([^=]+)=(.*)$/s.exec(item.toString()) : null) ?? []
    // RFC 6763 §6.4: the first of several counts, keys know no case.
    if (key && value && !items.has(key.toLowerCase())) items.set(key.toLowerCase(), value)
  }
  return items
}

function placeOf(data: unknown): { port: number; target: string } | null {
  if (typeof data !== 'object' || data === null || !('port' in data) || !('target' in data)) return null
  const { port, target } = data
  if (typeof port !== 'number' || port < 1 || port > 65_535 || typeof target !== 'string') return null
  return { port, target: target.toLowerCase() }
}

/** What a response says about registries: those that are there, and the full names of those that said goodbye. */
export function readAdvertisements(packet: MdnsPacket): { seen: Advertisement[]; gone: string[] } {
  const records = [...packet.answers, ...packet.additionals].slice(0, MAX_RECORDS)
  const seen = new Map<string, Advertisement>()
  const gone: string[] = []
  for (const pointer of records) {
    if (pointer.type !== 'PTR' || pointer.name.toLowerCase() !== SERVICE_DOMAIN || typeof pointer.data !== 'string') continue
    const service = pointer.data.toLowerCase()
    if (!service.endsWith(`.${SERVICE_DOMAIN}`) || seen.has(service)) continue
    if (pointer.ttl === 0) {
      gone.push(service)
      continue
    }
    const own = records.filter((record) => record.name.toLowerCase() === service && record.ttl !== 0)
    const place = placeOf(own.find((record) => record.type === 'SRV')?.data)
    if (!place) continue
    const txt = decodeTxt(own.find((record) => record.type === 'TXT')?.data)
    const pieces = Array.from({ length: NAME_PIECES }, (_, at) => txt.get(`n${at}`) ?? '')
    const name = cleanName(pieces.join('')) || cleanName(pointer.data.slice(0, -SERVICE_DOMAIN.length - 1)) || 'OptiChat'
    const fingerprint = txt.get('fp')?.toLowerCase()
    seen.set(service, {
      service,
      name,
      ...place,
      ...(fingerprint && /^[0-9a-f]{64}$/.test(fingerprint) ? { fingerprint } : {}),
    })
  }
  return { seen: [...seen.values()], gone }
}
