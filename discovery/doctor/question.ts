/**
 * The doctor's question to a registry by multicast DNS, and the answer: TXT records (RFC 1035 §3.3.14) of names that nobody else asks for,
 * `TOKEN.heard._doctor._optichat._tcp.local`. Written and read here by hand, since they have one form only: whatever differs is not ours.
 */
import { SERVICE_DOMAIN } from '../advertisement.ts'

/**
 * `heard`: say that you heard this. `port`: say whether others on the network can open a connection to your port just now, when that is
 * known.
 */
export type About = 'heard' | 'port'

export interface DoctorQuestion {
  readonly kind: 'question'
  readonly token: string
  readonly about: About
}

export interface DoctorAnswer {
  readonly kind: 'answer'
  readonly token: string
  readonly about: About
  /** Of the registry's certificate: a hint, as all that comes this way. */
  readonly fingerprint: string
  /** Whether others reach its port; null: it cannot say. */
  readonly open: boolean | null
}

const TXT = 16
const INTERNET = 1
const HEADER = 12
/** Larger than any of ours, smaller than anything that could weigh. */
const MAX_BYTES = 512

const ABOUT: readonly About[] = ['heard', 'port']

function nameOf({ token, about }: { token: string; about: About }): Buffer {
  const labels = [token, about, '_doctor', ...SERVICE_DOMAIN.split('.')]
  return Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])])
}

export function encodeQuestion(question: Omit<DoctorQuestion, 'kind'>): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt16BE(1, 4)
  return Buffer.concat([header, nameOf(question), Buffer.from([0, TXT, 0, INTERNET])])
}

export function encodeAnswer(answer: Omit<DoctorAnswer, 'kind'>): Buffer {
  const header = Buffer.alloc(HEADER)
  // A response, and authoritative (RFC 6762 §18.2, 18.4).
  header.writeUInt16BE(0x8400, 2)
  header.writeUInt16BE(1, 6)
  const items = [`fp=${answer.fingerprint}`, ...(answer.open === null ? [] : [`open=${answer.open ? 1 : 0}`])]
  const data = Buffer.concat(items.map((item) => Buffer.from([item.length, ...Buffer.from(item)])))
  const record = Buffer.alloc(10)
  record.writeUInt16BE(TXT, 0)
  record.writeUInt16BE(INTERNET, 2)
  // One second: nothing that anybody should keep.
  record.writeUInt32BE(1, 4)
  record.writeUInt16BE(data.length, 8)
  return Buffer.concat([header, nameOf(answer), record, data])
}

/** A packet off the network; null for whatever is not exactly ours. */
export function parseDoctor(packet: Buffer): DoctorQuestion | DoctorAnswer | null {
  if (packet.length < HEADER || packet.length > MAX_BYTES) return null
  const response = (packet.readUInt16BE(2) & 0x8000) !== 0
  if (packet.readUInt16BE(response ? 6 : 4) !== 1 || packet.readUInt16BE(response ? 4 : 6) !== 0) return null
  const name = readName(packet)
  if (!name) return null
  const { token, about, end } = name
  if (packet.length < end + 4 || packet.readUInt16BE(end) !== TXT || packet.readUInt16BE(end + 2) !== INTERNET) return null
  if (!response) return packet.length === end + 4 ? { kind: 'question', token, about } : null
  if (packet.length < end + 10 || packet.length !== end + 10 + packet.readUInt16BE(end + 8)) return null
  const items = readItems(packet.subarray(end + 10))
  const fingerprint = items.get('fp')
  if (!fingerprint || !/^[0-9a-f]{64}$/.test(fingerprint)) return null
  const open = items.get('open')
  return { kind: 'answer', token, about, fingerprint, open: open === undefined ? null : open === '1' }
}

function readName(packet: Buffer): { token: string; about: About; end: number } | null {
  for (const about of ABOUT) {
    const expected = nameOf({ token: '0'.repeat(16), about })
    const found = packet.subarray(HEADER, HEADER + expected.length)
    if (found.length !== expected.length || found[0] !== 16 || !found.subarray(17).equals(expected.subarray(17))) continue
    const token = found.toString('latin1', 1, 17)
    return /^[0-9a-f]{16}$/.test(token) ? { token, about, end: HEADER + expected.length } : null
  }
  return null
}

function readItems(data: Buffer): Map<string, string> {
  const items = new Map<string, string>()
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0)) {
    const [, key, value] = /^([a-z]+)=(.*)$/.exec(data.toString('latin1', at + 1, at + 1 + (data[at] ?? 0))) ?? []
    if (key && value !== undefined && !items.has(key)) items.set(key, value)
  }
  return items
}
