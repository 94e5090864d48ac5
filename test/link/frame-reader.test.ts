import { expect } from 'chai'
import { type Fault, FrameReader } from '../../core/link/frame-reader.ts'
import { MAX_FRAME } from '../../core/protocol/limits.ts'

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10]
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d])

interface Shape {
  final?: boolean
  masked?: boolean
  reserved?: number
  /** Bytes of the length: 1, 3 or 9; the shortest unless said. */
  form?: number
  /** Announced, instead of the payload's. */
  length?: bigint
}

/** A client's frame (RFC 6455 §5.2). */
function frame(
  opcode: number,
  text: string | Buffer = '',
  { final = true, masked = true, reserved = 0, form, length }: Shape = {},
): Buffer {
  const payload = Buffer.from(text)
  const size = length ?? BigInt(payload.length)
  const bytes = form ?? (size < 126n ? 1 : size < 65_536n ? 3 : 9)
  const head = Buffer.alloc(1 + bytes)
  head[0] = (final ? 0x80 : 0) | reserved | opcode
  if (bytes === 1) head[1] = Number(size)
  else if (bytes === 3) {
    head[1] = 126
    head.writeUInt16BE(Number(size), 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(size, 2)
  }
  if (!masked) return Buffer.concat([head, payload])
  head[1] = (head[1] ?? 0) | 0x80
  return Buffer.concat([head, MASK, payload.map((byte, at) => byte ^ (MASK[at & 3] ?? 0))])
}

const closing = (code: number, reason: string | Buffer = '') => Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)])

/** What a reader makes of these bytes, given in chunks. */
function read(...chunks: Buffer[]): { heard: string[]; fault: Fault | null } {
  const heard: string[] = []
  const reader = new FrameReader({
    text: (text) => heard.push(text),
    binary: () => heard.push('(binary)'),
    ping: (payload) => heard.push(`(ping ${payload})`),
    pong: () => heard.push('(pong)'),
    closed: (code, reason) => heard.push(`(closed ${code} ${reason})`),
  })
  let fault: Fault | null = null
  for (const chunk of chunks) fault = reader.read(Buffer.from(chunk)) ?? fault
  return { heard, fault }
}

describe('what a registry reads of a WebSocket', () => {
  const fine = (...heard: string[]) => ({ heard, fault: null })
  const refused = (fault: Fault) => ({ heard: [], fault })

  it('is texts of every length, unmasked', () => {
    for (const length of [0, 1, 125, 126, 127, 128, 65_535, 65_536, MAX_FRAME]) {
      const text = 'ü'.repeat(length >> 1) + (length % 2 ? 'x' : '')
      expect(read(frame(TEXT, text))).to.deep.equal(fine(text))
    }
  })

  it('is the same however the bytes are cut, and several frames may come at once', () => {
    const bytes = Buffer.concat([frame(TEXT, 'one 😀'), frame(PING, 'p'), frame(TEXT, 'x'.repeat(300)), frame(PONG), frame(TEXT, '')])
    const all = fine('one 😀', '(ping p)', 'x'.repeat(300), '(pong)', '')
    expect(read(bytes)).to.deep.equal(all)
    expect(read(...Array.from(bytes, (byte) => Buffer.of(byte)))).to.deep.equal(all)
    for (let cut = 1; cut < bytes.length; cut++) expect(read(bytes.subarray(0, cut), bytes.subarray(cut))).to.deep.equal(all)
  })

  it('puts fragments together, with control frames between them', () => {
    const [first, ping, last] = [frame(TEXT, 'one ', { final: false }), frame(PING, '?'), frame(CONTINUATION, 'two')]
    expect(read(first, ping, frame(CONTINUATION, '', { final: false }), last, frame(TEXT, 'next'))).to.deep.equal(
      fine('(ping ?)', 'one two', 'next'),
    )
  })

  it('takes a letter that is cut between two fragments', () => {
    const bytes = Buffer.from('ü😀')
    const parts = [...bytes].map((byte, at) => frame(at === 0 ? TEXT : CONTINUATION, Buffer.of(byte), { final: at === bytes.length - 1 }))
    expect(read(...parts)).to.deep.equal(fine('ü😀'))
  })

  it('tells of what is binary, also in fragments', () => {
    expect(read(frame(BINARY, 'x'), frame(BINARY, 'x', { final: false }), frame(CONTINUATION, 'y'))).to.deep.equal(
      fine('(binary)', '(binary)'),
    )
  })

  it('refuses what is no UTF-8, and takes the character that stands for it', () => {
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      expect(read(frame(TEXT, Buffer.from(bad)))).to.deep.equal(refused(1007))
      expect(read(frame(TEXT, '', { final: false }), frame(CONTINUATION, Buffer.from(bad)))).to.deep.equal(refused(1007))
    }
    expect(read(frame(TEXT, 'a\ufffdb'))).to.deep.equal(fine('a\ufffdb'))
  })

  it('refuses what the standard forbids', () => {
    const forbidden = {
      'a frame that is not masked': frame(TEXT, 'x', { masked: false }),
      'a reserved bit': frame(TEXT, 'x', { reserved: 0x40 }),
      'another reserved bit': frame(PING, '', { reserved: 0x10 }),
      'an opcode that is none': frame(3, 'x'),
      'a control opcode that is none': frame(11),
      'a continuation of nothing': frame(CONTINUATION, 'x'),
      'a message within a message': Buffer.concat([frame(TEXT, 'x', { final: false }), frame(TEXT, 'y')]),
      'a control frame in fragments': frame(PING, 'x', { final: false }),
      'a control frame that is long': frame(PING, 'x'.repeat(126)),
      'a length that is longer than it needs to be': frame(TEXT, 'x', { form: 3 }),
      'a length that is far longer than it needs to be': frame(TEXT, 'x'.repeat(200), { form: 9 }),
      'half a close code': frame(CLOSE, 'x'),
    }
    for (const [what, bytes] of Object.entries(forbidden)) expect(read(bytes), what).to.deep.equal(refused(1002))
  })

  it('refuses more than a message may hold, as soon as its length is told', () => {
    const head = frame(TEXT, '', { length: BigInt(MAX_FRAME + 1), form: 9 })
    expect(read(head)).to.deep.equal(refused(1009))
    expect(read(frame(TEXT, '', { length: 1n << 62n, form: 9 }))).to.deep.equal(refused(1009))
    const half = 'x'.repeat(MAX_FRAME / 2 + 1)
    expect(read(frame(TEXT, half, { final: false }), frame(CONTINUATION, half))).to.deep.equal(refused(1009))
  })

  it('refuses very many fragments or chunks: they cost more than they bring', () => {
    const tiny = Array.from({ length: 100 }, (_, at) => frame(at === 0 ? TEXT : CONTINUATION, ' ', { final: false }))
    expect(read(...tiny)).to.deep.equal(refused(1008))
    const long = frame(TEXT, 'x'.repeat(5_000))
    expect(read(...Array.from(long, (byte) => Buffer.of(byte)))).to.deep.equal(refused(1008))
  })

  it('ends with a close frame that is one, and hears nothing after it', () => {
    expect(read(frame(CLOSE), frame(TEXT, 'late'))).to.deep.equal(fine('(closed null )'))
    expect(read(Buffer.concat([frame(CLOSE, closing(1000, 'bye ü')), frame(TEXT, 'late')]))).to.deep.equal(fine('(closed 1000 bye ü)'))
    expect(read(frame(CLOSE, closing(4000, 'too-slow')))).to.deep.equal(fine('(closed 4000 too-slow)'))
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000]) {
      expect(read(frame(CLOSE, closing(code))), `${code}`).to.deep.equal(refused(1002))
    }
    expect(read(frame(CLOSE, closing(1000, Buffer.of(0xff))))).to.deep.equal(refused(1007))
  })

  it('hears nothing after a fault', () => {
    expect(read(frame(3), frame(TEXT, 'late'))).to.deep.equal(refused(1002))
  })
})
