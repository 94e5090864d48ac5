/**
 * What a received file really is, by its first bytes and never by its name: the few kinds of pictures and films that the page may
 * show. One that lies about itself is none of them; one whose size would fill the memory is not shown either.
 */
import { open } from 'node:fs/promises'

/** Bytes of a file looked at: the frame header of a JPEG comes after its metadata. */
const LOOKED_AT = 512 * 1024
/** Bytes of a picture, and pixels of it (a browser needs four bytes for each), beyond which it is not shown. */
const MAX_PICTURE = 32 * 1024 * 1024
const MAX_PIXELS = 50_000_000

export interface Media {
  readonly kind: 'image' | 'video'
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'video/mp4' | 'video/webm'
  /** Pixels; of pictures only. */
  readonly width?: number
  readonly height?: number
}

type Found = Pick<Media, 'type'> & { readonly size: readonly [width: number, height: number] | null }

/** What the file at `path`, of so many bytes, is; null: nothing the page may show. Rejects as the file system does. */
export async function mediaAt(path: string, bytes: number): Promise<Media | null> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(Math.min(LOOKED_AT, bytes))
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return mediaIn(head.subarray(0, bytesRead), bytes)
  } finally {
    await file.close()
  }
}

/** The same of a file's beginning. */
export function mediaIn(head: Buffer, bytes: number): Media | null {
  const film = filmIn(head)
  if (film) return { kind: 'video', type: film }
  const found = pngIn(head) ?? gifIn(head) ?? webpIn(head) ?? jpegIn(head)
  if (!found?.size || bytes > MAX_PICTURE) return null
  const [width, height] = found.size
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) return null
  return { kind: 'image', type: found.type, width, height }
}

const text = (head: Buffer, from: number, to: number): string => head.toString('latin1', from, to)

/** MP4 (ISO 14496-12, `ftyp` first) and WebM (EBML, with its document type near the start). */
function filmIn(head: Buffer): 'video/mp4' | 'video/webm' | null {
  if (text(head, 4, 8) === 'ftyp' && /^(isom|iso[2-9]|mp4[12]|avc1|M4V |dash|MSNV)/.test(text(head, 8, 12))) return 'video/mp4'
  if (head.length > 4 && head.readUInt32BE(0) === 0x1a45dfa3 && text(head, 4, 64).includes('webm')) return 'video/webm'
  return null
}

function pngIn(head: Buffer): Found | null {
  if (head.length < 24 || text(head, 0, 8) !== '\x89PNG\r\n\x1a\n' || text(head, 12, 16) !== 'IHDR') return null
  return { type: 'image/png', size: [head.readUInt32BE(16), head.readUInt32BE(20)] }
}

function gifIn(head: Buffer): Found | null {
  if (head.length < 10 || !/^GIF8[79]a$/.test(text(head, 0, 6))) return null
  return { type: 'image/gif', size: [head.readUInt16LE(6), head.readUInt16LE(8)] }
}

/** RFC 9649: lossy, lossless or extended. */
function webpIn(head: Buffer): Found | null {
  if (head.length < 30 || text(head, 0, 4) !== 'RIFF' || text(head, 8, 12) !== 'WEBP') return null
  const type = 'image/webp'
  switch (text(head, 12, 16)) {
    case 'VP8 ':
      return { type, size: [head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff] }
    case 'VP8L': {
      const bits = head.readUInt32LE(21)
      return { type, size: [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1] }
    }
    case 'VP8X':
      return { type, size: [head.readUIntLE(24, 3) + 1, head.readUIntLE(27, 3) + 1] }
    default:
      return { type, size: null }
  }
}

/** ITU T.81: segments up to the frame header, which has the size. */
function jpegIn(head: Buffer): Found | null {
  if (head.length < 4 || head.readUInt16BE(0) !== 0xffd8 || head[2] !== 0xff) return null
  const type = 'image/jpeg'
  for (let at = 2; at + 9 < head.length && head[at] === 0xff; ) {
    const marker = head[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { type, size: [head.readUInt16BE(at + 7), head.readUInt16BE(at + 5)] }
    at += 2 + head.readUInt16BE(at + 2)
  }
  return { type, size: null }
}
