/** OptiChat's protocol (core/protocol/PROTOCOL.md): JSON in WebSocket frames over TLS with the device's certificate. */
import { randomBytes } from 'node:crypto'
import { messageId } from '../../../core/client/message-id.ts'
import { PROTOCOL_VERSION, REGISTRY_ALPN, REGISTRY_PATH, REGISTRY_SUBPROTOCOL } from '../../../core/protocol/limits.ts'
import type { Opening, Voice } from './speaker.ts'
import { dialTls, step, Wire } from './wire.ts'

/** Opcodes of RFC 6455 §5.2, with the bit of a last fragment. */
const [TEXT, CLOSE, PING, PONG] = [0x81, 0x88, 0x89, 0x8a]
const LETTER = { m: 109, p: 112, r: 114, s: 115 }
/** What follows a text in the frame of its message: `"}}}`. */
const AFTER_TEXT = 4

/** A client's frame is masked; by zero, which is legal and costs this end nothing. The registry unmasks it all the same. */
function frame(opcode: number, text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head =
    length < 126 ? Buffer.from([opcode, 0x80 | length, 0, 0, 0, 0]) : Buffer.from([opcode, 0xfe, length >> 8, length & 255, 0, 0, 0, 0])
  const bytes = Buffer.allocUnsafe(head.length + length)
  head.copy(bytes)
  bytes.write(text, head.length)
  return bytes
}

export async function optichat({ at, n, role, hears, from, people, head }: Opening): Promise<Voice> {
  const { identity } = people[n] ?? {}
  if (!identity) throw new Error(`nobody is number ${n}`)
  const socket = await dialTls({ ...at, from, key: identity.key, cert: identity.certificate, ALPNProtocols: [REGISTRY_ALPN] })
  const wire = new Wire(socket, hears.trouble)
  const [upgraded, synced] = [step(), step()]
  let open = false
  let number = 0
  const own = Buffer.from(`"from":"${people[n]?.user}"`)
  wire.listen((bytes) => {
    let start = 0
    if (!open) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return 0
      if (!bytes.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) hears.trouble(bytes.toString('latin1', 0, end))
      open = true
      upgraded.now()
      start = end + 4
    }
    while (start + 2 <= bytes.length) {
      const opcode = bytes[start]
      const short = bytes[start + 1] ?? 0
      const from = start + (short < 126 ? 2 : short === 126 ? 4 : 10)
      if (from > bytes.length) return start
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(start + 2) : Number(bytes.readBigUInt64BE(start + 2))
      const end = from + length
      if (end > bytes.length) return start
      if (opcode === TEXT) heard(bytes, from, end)
      else if (opcode === PING) wire.write(frame(PONG, ''))
      else if (opcode === CLOSE) hears.trouble(bytes.toString('utf8', from + 2, end))
      start = end
    }
    return start
  })
  /** `{"error"`, `{"reply":N`, `{"event":"message"`, …: told apart by the letters that differ. */
  const heard = (bytes: Buffer, from: number, end: number) => {
    const [second, third, kind] = [bytes[from + 2], bytes[from + 3], bytes[from + 10]]
    if (second === LETTER.r) {
      if (number > 2) hears.acknowledged()
    } else if (third === LETTER.r) hears.trouble(bytes.toString('utf8', from, end))
    else if (kind === LETTER.m) {
      // One's own comes back too, for one's other links; a peer's pairs have no such thing, so it isn't counted.
      if (role === 'hears-all' || !bytes.subarray(from, end).includes(own)) hears.message(bytes, end - AFTER_TEXT)
    } else if (kind === LETTER.p) hears.presence()
    else if (kind === LETTER.s && bytes.toString('utf8', from, end).startsWith('{"event":"synced"')) synced.now()
  }
  const ask = (request: string) => wire.write(frame(TEXT, `{"verb":${request}`))
  wire.write(
    `GET ${REGISTRY_PATH} HTTP/1.1\r\nHost: ${at.host}:${at.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Protocol: ${REGISTRY_SUBPROTOCOL}\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  )
  await upgraded.done
  ask(`"hello","n":${++number},"version":${PROTOCOL_VERSION},"device":"bench"}`)
  ask(`"sync","n":${++number},"after":${head}}`)
  await synced.done
  const send = (to: string, text: string) =>
    ask(`"send","n":${++number},"id":"${messageId(Date.now())}","to":${to},"body":{"kind":"text","text":"${text}"}}`)
  // Somebody who never comes: the last of the people.
  const away = `["${people.at(-1)?.user}"]`
  return {
    toAll: (text) => send('"everyone"', text),
    toOne: (to, text) => send(`["${people[to]?.user}"]`, text),
    store: (text) => send(away, text),
    close: () => wire.close(),
  }
}
