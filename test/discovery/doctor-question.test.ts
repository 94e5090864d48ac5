import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { encodeAnswer, encodeQuestion, parseDoctor } from '../../discovery/doctor/question.ts'

const token = '0123456789abcdef'
const fingerprint = 'ab'.repeat(32)

describe('the doctor’s question by multicast', () => {
  it('and its answer are read as they were written', () => {
    for (const about of ['heard', 'port'] as const) {
      expect(parseDoctor(encodeQuestion({ token, about }))).to.deep.equal({ kind: 'question', token, about })
      for (const open of [true, false, null])
        expect(parseDoctor(encodeAnswer({ token, about, fingerprint, open }))).to.deep.equal({
          kind: 'answer',
          token,
          about,
          fingerprint,
          open,
        })
    }
  })

  it('are DNS messages as others read them: one question or one TXT record below _optichat._tcp.local', () => {
    const question = encodeQuestion({ token, about: 'heard' })
    expect(question.subarray(0, 12).toString('hex')).to.equal('000000000001000000000000')
    expect(question.toString('latin1')).to.contain(`\x10${token}\x05heard\x07_doctor\x09_optichat\x04_tcp\x05local\x00\x00\x10\x00\x01`)
    expect(encodeAnswer({ token, about: 'heard', fingerprint, open: null }).subarray(0, 12).toString('hex')).to.equal(
      '000084000000000100000000',
    )
  })

  it('anything else is nothing: other names, cut, longer, forged, or noise', () => {
    const question = encodeQuestion({ token, about: 'heard' })
    const answer = encodeAnswer({ token, about: 'port', fingerprint, open: true })
    for (const packet of [question, answer]) {
      for (let length = 0; length < packet.length; length++) expect(parseDoctor(packet.subarray(0, length)), `${length}`).to.equal(null)
      expect(parseDoctor(Buffer.concat([packet, Buffer.from([0])]))).to.equal(null)
    }
    const changed = (packet: Buffer, from: string, to: string) => Buffer.from(packet.toString('latin1').replace(from, to), 'latin1')
    expect(parseDoctor(changed(question, token, 'not hexadecimal!'))).to.equal(null)
    expect(parseDoctor(changed(question, 'heard', 'other'))).to.equal(null)
    expect(parseDoctor(changed(question, '_optichat', '_somebody'))).to.equal(null)
    expect(parseDoctor(changed(answer, 'fp=ab', 'fp=zz'))).to.equal(null)
    for (let round = 0; round < 2_000; round++) {
      const noise = randomBytes(round % 600)
      expect(parseDoctor(noise)).to.equal(null)
      const bent = Buffer.from(answer)
      bent[round % bent.length] = round & 255
      parseDoctor(bent)
    }
  })
})
