/** What the bare relay understands (peers/bare.script.ts): a length and a number before each text. */
import type { Opening, Voice } from './speaker.ts'
import { dialTls, step, Wire } from './wire.ts'

/** Bytes before a text: its length, whom it is for. */
export const HEAD = 4
/** For nobody: to be stored. */
export const STORE = 0xffff

function frame(to: number, text: string): Buffer {
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
    while (start + 2 <= bytes.length) {
      const length = bytes.readUInt16BE(start)
      if (length === 0) {
        known.now()
        hears.acknowledged()
        start += 2
        continue
      }
      const end = start + HEAD + length
      if (end > bytes.length) break
      hears.message(bytes, end)
      start = end
    }
    return start
  })
  wire.write(frame(n, ''))
  await known.done
  return {
    toAll() {
      throw new Error('the bare relay knows no crowds')
    },
    toOne: (to, text) => wire.write(frame(to, text)),
    store: (text) => wire.write(frame(STORE, text)),
    close: () => wire.close(),
  }
}
