/** What the bare relay understands (peers/bare.script.ts): a length and a number before each text. */
import { messageId } from '../../../core/client/message-id.ts'
import { formatRequest } from '../../../core/protocol/parse.ts'
import { newId } from '../../../core/registry/ids.ts'
import type { Opening, Voice } from './speaker.ts'
import { dialTls, step, Wire } from './wire.ts'

/** Bytes before a text: its length, whom it is for. */
export const HEAD = 4
/** For nobody: to be stored; for everybody; and what tells that one's coming or a message was taken. */
export const [STORE, ALL, ACKNOWLEDGED] = [0xffff, 0xfffe, 0xfffd]

export function frame(to: number, text: string): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + text.length)
  bytes.writeUInt16BE(text.length)
  bytes.writeUInt16BE(to, 2)
  bytes.write(text, HEAD, 'latin1')
  return bytes
}

export async function bare({ at, n, hears, from }: Opening): Promise<Voice> {
  const wire = new Wire(await dialTls({ ...at, from }), hears.trouble)
  const known = step()
  wire.listen((bytes) => {
    let start = 0
    while (start + HEAD <= bytes.length) {
      const end = start + HEAD + bytes.readUInt16BE(start)
      if (end > bytes.length) break
      if (bytes.readUInt16BE(start + 2) === ACKNOWLEDGED) {
        known.now()
        hears.acknowledged()
      } else hears.message(bytes, end)
      start = end
    }
    return start
  })
  wire.write(frame(n, ''))
  await known.done
  let number = 0
  const away = newId()
  return {
    toAll: (text) => wire.write(frame(ALL, text)),
    toOne: (to, text) => wire.write(frame(to, text)),
    // As OptiChat's clients ask for it.
    store: (text) =>
      wire.write(frame(STORE, formatRequest('send', ++number, { id: messageId(Date.now()), to: [away], body: { kind: 'text', text } }))),
    close: () => wire.close(),
  }
}
