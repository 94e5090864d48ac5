/** A received picture or film as it is answered to the page, by both shells: its true kind, a range of it when asked, and nothing it could run. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { MediaFile } from './received.ts'

export interface MediaAnswer {
  readonly status: 200 | 206 | 416
  readonly headers: Record<string, string>
  readonly body: Readable | null
}

const PATH = /^\/media\/([\w-]{1,64})\/(\d{1,4})$/

/** Which file of which transfer a page's path asks for; null when it asks for something else. */
export function mediaPath(pathname: string): { transfer: string; index: number } | null {
  const [, transfer, index] = PATH.exec(pathname) ?? []
  return transfer === undefined ? null : { transfer, index: Number(index) }
}

/** @param range the request's Range header (RFC 9110 §14); one range is answered, as films are asked for */
export function answerMedia({ path, bytes, type }: MediaFile, range: string | null): MediaAnswer {
  const headers = {
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    // Opened by itself, it is a picture without anything it may do.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': 'private, max-age=3600',
    'Accept-Ranges': 'bytes',
  }
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (first === '' && last === '')
    return { status: 200, headers: { ...headers, 'Content-Length': `${bytes}` }, body: createReadStream(path) }
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (start > end) return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${bytes}` }, body: null }
  return {
    status: 206,
    headers: { ...headers, 'Content-Length': `${end - start + 1}`, 'Content-Range': `bytes ${start}-${end}/${bytes}` },
    body: createReadStream(path, { start, end }),
  }
}
