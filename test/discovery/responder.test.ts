import { expect } from 'chai'
import type { MdnsRecord } from '../../discovery/advertisement.ts'
import type { MdnsAnswer, MdnsQuery } from '../../discovery/mdns-answers.ts'
import type { Sender } from '../../discovery/mdns-socket.ts'
import { Responder } from '../../discovery/responder.ts'
import { restoreDots, serviceName, withoutDots } from '../../discovery/service-name.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

const TYPE = '_optichat._tcp.local'
const SERVICE = 'v1\u00012 (abcd0123)._optichat._tcp.local'
const HOST = 'optichat-abcd.local'
const records: MdnsRecord[] = [
  { name: TYPE, type: 'PTR', ttl: 4_500, data: SERVICE },
  { name: '_services._dns-sd._udp.local', type: 'PTR', ttl: 120, data: TYPE },
  { name: SERVICE, type: 'SRV', ttl: 120, flush: true, data: { port: 6784, target: HOST } },
  { name: SERVICE, type: 'TXT', ttl: 4_500, flush: true, data: [Buffer.from('v=1')] },
  { name: HOST, type: 'A', ttl: 120, flush: true, data: '10.77.0.1' },
  { name: HOST, type: 'NSEC', ttl: 120, flush: true, data: { nextDomain: HOST, rrtypes: ['A'] } },
]
const asker = { address: '10.77.0.2', family: 4 as const, port: 5353 }
const query = (name: string, type: string, more: Partial<MdnsQuery> = {}): MdnsQuery => ({
  questions: [{ name, type, class: 'IN' }],
  answers: [],
  additionals: [],
  ...more,
})
const UNICAST = 'UNKNOWN_32769'

describe('a registry among other mDNS responders (RFC 6762)', () => {
  let clock: FakeClock
  let sent: { answer: MdnsAnswer; to: Sender }[]
  let responder: Responder
  const types = () => sent.map(({ answer }) => answer.answers.map(({ type }) => type).join(' '))

  beforeEach(() => {
    clock = fakeClock()
    sent = []
    responder = new Responder({ clock, random: () => 0.5, records: () => records, send: (answer, _query, to) => sent.push({ answer, to }) })
  })

  it('answers who offers the service after 20 to 120 ms, with all that will be asked next (§6, RFC 6763 §12.1)', async () => {
    responder.asked(query(TYPE.toUpperCase(), 'PTR'), asker)
    await clock.advance(19)
    expect(sent).to.have.length(0)
    await clock.advance(101)
    expect(types()).to.deep.equal(['PTR'])
    expect(sent[0]?.answer.how).to.equal('multicast')
    expect(sent[0]?.answer.additionals.map(({ type }) => type)).to.deep.equal(['SRV', 'TXT', 'A', 'NSEC'])
  })

  it('answers at once what only it can know, by its name with the dots as others write them', () => {
    responder.asked(query('V1.2 (ABCD0123)._optichat._tcp.local', 'SRV'), asker)
    expect(types()).to.deep.equal(['SRV'])
  })

  it('does not say within a second what it has just said (§6)', async () => {
    for (let n = 0; n < 20; n++) {
      responder.asked(query(TYPE, 'PTR'), { ...asker, address: `10.77.0.${n}` })
      await clock.advance(40)
    }
    expect(types()).to.deep.equal(['PTR'])
    await clock.advance(1_000)
    responder.asked(query(TYPE, 'PTR'), asker)
    await clock.advance(120)
    expect(types()).to.deep.equal(['PTR', 'PTR'])
  })

  it('says on IPv6 what it has just said on IPv4: who is only there has not heard it', async () => {
    const on6 = { address: 'fe80::2%eth0', family: 6 as const, port: 5353 }
    for (const from of [asker, on6, asker, on6]) responder.asked(query(TYPE, 'PTR'), from)
    await clock.advance(120)
    expect(sent.map(({ to }) => to.family)).to.deep.equal([4, 6])
    responder.told(records)
    for (const from of [asker, on6]) responder.asked(query(TYPE, 'PTR'), from)
    await clock.advance(120)
    expect(sent).to.have.length(2)
  })

  it('does not say what the asker knows, unless it will soon have forgotten it (§7.1)', async () => {
    const known = (ttl: number) => [{ name: TYPE, type: 'PTR', ttl, data: 'v1.2 (abcd0123)._optichat._tcp.local' }]
    responder.asked(query(TYPE, 'PTR', { answers: known(4_000) }), asker)
    await clock.advance(200)
    expect(sent).to.have.length(0)
    responder.asked(query(TYPE, 'PTR', { answers: known(2_000) }), asker)
    await clock.advance(200)
    expect(types()).to.deep.equal(['PTR'])
  })

  it('waits for all that the asker knows where it does not fit in one packet (§7.2)', async () => {
    const more = [{ name: TYPE, type: 'PTR', ttl: 4_500, data: SERVICE }]
    responder.asked(query(TYPE, 'PTR', { flag_tc: true }), asker)
    await clock.advance(200)
    responder.asked({ questions: [], answers: more, additionals: [] }, asker)
    await clock.advance(1_000)
    expect(sent).to.have.length(0)
    responder.asked(query(TYPE, 'PTR', { flag_tc: true }), asker)
    await clock.advance(1_000)
    expect(types()).to.deep.equal(['PTR'])
  })

  it('answers to the asker alone who asks for that, when the others have heard it lately (§5.4)', async () => {
    const alone = { ...query(SERVICE, 'SRV'), questions: [{ name: SERVICE, type: 'SRV', class: UNICAST }] }
    responder.asked(alone, asker)
    expect(sent[0]?.answer.how).to.equal('multicast')
    await clock.advance(2_000)
    responder.asked(alone, asker)
    expect(sent[1]).to.deep.include({ to: asker }).and.to.have.nested.property('answer.how', 'unicast')
    await clock.advance(31_000)
    responder.asked(alone, asker)
    expect(sent[2]?.answer.how).to.equal('multicast')
  })

  it('answers plain resolvers to their port, with short lifetimes and no cache-flush bit (§6.7)', () => {
    responder.asked(query(TYPE, 'PTR', { id: 77 }), { ...asker, port: 40_000 })
    expect(sent[0]?.answer.how).to.equal('legacy')
    for (const { ttl, flush } of [...(sent[0]?.answer.answers ?? []), ...(sent[0]?.answer.additionals ?? [])]) {
      expect(ttl).to.be.at.most(10)
      expect(flush).to.equal(false)
    }
  })

  it('is no amplifier: of a thousand questions in one packet it answers once, of two thousand packets a few', () => {
    const questions = Array.from({ length: 1_000 }, () => ({ name: TYPE, type: 'PTR', class: 'IN' }))
    responder.asked({ questions, answers: [], additionals: [] }, { ...asker, port: 40_000 })
    expect(sent).to.have.length(1)
    expect(sent[0]?.answer.answers).to.have.length(1)
    for (let n = 0; n < 2_000; n++) responder.asked(query(TYPE, 'PTR'), { ...asker, port: 40_000 })
    expect(sent.length).to.be.at.most(200)
  })

  it('defends its name at once against who is about to take it (§8.1), says what there is not (§6.1), and nothing of what is not its own', () => {
    responder.asked(query(SERVICE, 'ANY', { authorities: [{ name: SERVICE, type: 'SRV', data: {} }] }), asker)
    expect(types()).to.deep.equal(['SRV TXT'])
    responder.asked(query(HOST, 'AAAA'), asker)
    expect(types().at(-1)).to.equal('NSEC')
    for (const [name, type] of [
      ['_http._tcp.local', 'PTR'],
      ['somebody.local', 'A'],
    ] as const)
      responder.asked(query(name, type), asker)
    expect(sent).to.have.length(2)
  })

  it('says nothing more once it is closed', async () => {
    responder.asked(query(TYPE, 'PTR'), asker)
    responder.close()
    await clock.advance(1_000)
    expect(sent).to.have.length(0)
  })
})

describe('a dot in a name', () => {
  it('passes the libraries and is there again in the packet', () => {
    const name = serviceName('v1.2.3 größer', 'fedcba98'.repeat(8))
    const packet = Buffer.concat([
      Buffer.from([7, 1, 1]),
      Buffer.from(withoutDots(name)),
      Buffer.from([1, 0]),
      Buffer.from(withoutDots(name)),
    ])
    restoreDots(packet, name)
    expect(packet.subarray(0, 3)).to.deep.equal(Buffer.from([7, 1, 1]))
    expect(packet.toString().split(name)).to.have.length(3)
  })
})
