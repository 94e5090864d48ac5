import { expect } from 'chai'
import { encodeTxt, type MdnsPacket, readAdvertisements, SERVICE_DOMAIN } from '../../discovery/advertisement.ts'
import { chunksOf, cleanName, serviceName } from '../../discovery/service-name.ts'

const fingerprint = 'fedcba9876543210'.repeat(4)
const bytes = (text: string) => Buffer.byteLength(text)

/** A response as multicast-dns decodes it. */
function response(name: string, txt: Record<string, string>, more: { ttl?: number; port?: unknown } = {}): MdnsPacket {
  const service = `${name}.${SERVICE_DOMAIN}`
  const { ttl = 120, port = 6784 } = more
  return {
    answers: [{ name: SERVICE_DOMAIN, type: 'PTR', ttl, data: service }],
    additionals: [
      { name: service, type: 'SRV', ttl, data: { target: 'x.local', port } },
      { name: service, type: 'TXT', ttl, data: Object.entries(txt).map(([key, value]) => Buffer.from(`${key}=${value}`)) },
      { name: '.', type: 'OPT' },
    ],
  }
}

describe("a service's name", () => {
  it('fits in one DNS label, no character cut in half, and ends in the fingerprint', () => {
    for (const name of ['Office', 'ü'.repeat(100), '😀'.repeat(40), 'x'.repeat(500)]) {
      const service = serviceName(name, fingerprint)
      expect(bytes(service)).to.be.at.most(63)
      expect(service).to.match(/ \(fedcba98\)$/)
      expect(service).to.not.include('\ufffd')
    }
    expect(serviceName('Office', fingerprint)).to.equal('Office (fedcba98)')
  })

  it('is there even when nothing of the name can be shown, and keeps its dots', () => {
    expect(serviceName('\u202e\u0007', fingerprint)).to.equal('OptiChat (fedcba98)')
    expect(serviceName('v1.2', fingerprint)).to.equal('v1.2 (fedcba98)')
  })

  it('is bounded and free of what could deceive', () => {
    expect(cleanName(' a\u202eb\n c\u200bd ')).to.equal('ab cd')
    expect(Array.from(cleanName('😀'.repeat(1000)))).to.have.length(100)
  })

  it('is divided between characters only', () => {
    const chunks = chunksOf('aü😀b'.repeat(50), 7)
    expect(chunks.join('')).to.equal('aü😀b'.repeat(50))
    expect(Math.max(...chunks.map(bytes))).to.be.at.most(7)
  })
})

describe('an advertisement', () => {
  it('carries the whole name, in items no longer than can be decoded and none empty', () => {
    const name = 'ま'.repeat(100)
    const txt = encodeTxt({ name, id: '', fingerprint })
    for (const [key, value] of Object.entries(txt)) expect(bytes(`${key}=${value}`)).to.be.within(key.length + 2, 255)
    const { seen } = readAdvertisements(response(serviceName(name, fingerprint), txt))
    expect(seen).to.have.length(1)
    expect(seen[0]).to.include({ name, port: 6784, fingerprint })
  })

  it('of another program is shown by its service name', () => {
    const { seen } = readAdvertisements(response('Plain Name', {}))
    expect(seen[0]).to.include({ name: 'Plain Name', port: 6784 })
    expect(seen[0]).to.not.have.property('fingerprint')
  })

  it('with lifetime 0 is a goodbye', () => {
    expect(readAdvertisements(response('Office', {}, { ttl: 0 }))).to.deep.equal({ seen: [], gone: [`office.${SERVICE_DOMAIN}`] })
  })

  it('keeps a value that has = in it, and the first of two items', () => {
    const packet = response('Office', { n0: 'a=b' })
    const txt = packet.additionals[1]?.data as Buffer[]
    txt.push(Buffer.from('N0=other'), Buffer.from('fp=nothing'), Buffer.alloc(0), Buffer.from('flag'))
    expect(readAdvertisements(packet).seen[0]).to.deep.equal({
      service: `office.${SERVICE_DOMAIN}`,
      name: 'a=b',
      port: 6784,
      target: 'x.local',
    })
  })

  it('that makes no sense is passed over', () => {
    for (const port of [0, -1, 70_000, '6784', null, undefined]) {
      const data = { target: 'x', port }
      const packet = response('Office', {})
      const additionals = packet.additionals.map((record) => (record.type === 'SRV' ? { ...record, data } : record))
      expect(readAdvertisements({ ...packet, additionals }).seen, String(port)).to.deep.equal([])
    }
    const pointers = [undefined, null, 7, {}, '', SERVICE_DOMAIN, 'x._http._tcp.local'].map((data) => ({
      name: SERVICE_DOMAIN,
      type: 'PTR',
      ttl: 9,
      data,
    }))
    expect(readAdvertisements({ answers: pointers, additionals: [] })).to.deep.equal({ seen: [], gone: [] })
  })

  it('is read from the first few hundred records of a packet, the rest is not looked at', () => {
    const many = Array.from({ length: 5000 }, (_, n) => response(`n${n}`, {}))
    const packet = { answers: many.flatMap(({ answers, additionals }) => [...answers, ...additionals]), additionals: [] }
    expect(readAdvertisements(packet).seen.length).to.be.within(1, 100)
  })
})
