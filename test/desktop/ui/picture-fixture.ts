/** A small true picture: 48 by 32 pixels of one colour, as a PNG. */
import { crc32, deflateSync } from 'node:zlib'

const [WIDTH, HEIGHT] = [48, 32]

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

const header = Buffer.alloc(13)
header.writeUInt32BE(WIDTH, 0)
header.writeUInt32BE(HEIGHT, 4)
header.set([8, 2], 8)
const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(WIDTH * 3, 0x66)])
const rows = Buffer.concat(Array.from({ length: HEIGHT }, () => row))

export const PICTURE = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(rows)),
  chunk('IEND', Buffer.alloc(0)),
])
