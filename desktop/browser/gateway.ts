/**
 * The host behind a token on 127.0.0.1, for a page in a browser: the built page, its WebSocket, and a way up for files, since
 * a browser tells no paths. Only who came in through a one-time link is served, and only as this very origin.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { toBridgeError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { answerMedia, mediaPath } from '../host/media-answer.ts'
import { contentSecurityPolicy } from '../host/page-files.ts'
import { createDoors, isOwn } from './doors.ts'
import { attachPage, EventLog } from './event-socket.ts'
import { serveFile } from './static-files.ts'

/** Bytes of one question: the longest text, or a hundred thousand upload ids. */
const MAX_QUESTION = 8 * 1024 * 1024

/** Milliseconds for which the rest of a file that was refused is still read: some gigabytes, on one computer. */
const DRAIN = 5_000

export interface GatewayOptions {
  readonly host: Pick<Host, 'call' | 'subscribe' | 'uploads' | 'media'>
  /** The folder of the built page. */
  readonly ui: string
  /** Default: any free port. */
  readonly port?: number
  /** How many pages are connected, whenever that changes. */
  pages?(count: number): void
}

export interface Gateway {
  readonly origin: string
  /** A URL that lets one page in, once. Each call makes the one before void. */
  link(): string
  close(): Promise<void>
}

export async function openGateway({ host, ui, port = 0, pages }: GatewayOptions): Promise<Gateway> {
  const events = new EventLog()
  const unsubscribe = host.subscribe(events.take)
  // A file of any size may be on its way up for as long as it takes.
  const server = createServer({ requestTimeout: 0 })
  server.listen(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', (cause) => reject(new OptiChatError('port-taken', `${port}`, { cause })))
  })
  const bound = (server.address() as AddressInfo).port
  const origin = `http://127.0.0.1:${bound}`
  const headers = securityHeaders(origin)
  const doors = createDoors(`optichat-${bound}`)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_QUESTION, perMessageDeflate: false })

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    answer(request, response).catch((error: unknown) => failed(request, response, error))
  })

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const changes = request.method !== 'GET' && request.method !== 'HEAD'
    if (!isOwn(request, origin, changes)) return refuse(response, 403, 'This address is for the app on this computer only.')
    const url = urlOf(request, origin)
    if (!url) return refuse(response, 400, 'This is no address of a page.')
    const token = url.searchParams.get('token')
    if (url.pathname === '/' && token !== null && !changes) return enter(token, request, response)
    if (!doors.admitted(request)) return refuse(response, 403, 'Open OptiChat by the link it printed when it started.')
    if (url.pathname === '/upload') return upload(url.searchParams.get('path') ?? '', request, response)
    if (changes) return refuse(response, 405, 'There is nothing to change here.')
    const media = mediaPath(url.pathname)
    return media ? show(media, request, response) : serveFile(ui, url.pathname, response)
  }

  const enter = (token: string, request: IncomingMessage, response: ServerResponse) => {
    const session = doors.redeem(token)
    if (session === null && !doors.admitted(request)) {
      return refuse(response, 403, 'This link has been used. OptiChat prints a new one when its page was closed.')
    }
    if (session !== null) response.setHeader('Set-Cookie', `${doors.cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`)
    response.writeHead(303, { Location: '/', 'Cache-Control': 'no-store' }).end()
  }

  const upload = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST') return refuse(response, 405, 'Files are sent here by POST.')
    const id = await host.uploads.add(path, request)
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ id }))
  }

  const show = async ({ transfer, index }: { transfer: string; index: number }, request: IncomingMessage, response: ServerResponse) => {
    const file = await host.media(transfer, index)
    if (!file) return refuse(response, 404, 'There is nothing to show here.')
    const { status, headers, body } = answerMedia(file, request.headers.range ?? null)
    response.writeHead(status, headers)
    if (body) await pipeline(body, response)
    else response.end()
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = urlOf(request, origin)
    if (url?.pathname !== '/bridge' || !isOwn(request, origin, true) || !doors.admitted(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      pages?.(sockets.clients.size)
      page.on('close', () => pages?.(sockets.clients.size))
      const after = url.searchParams.get('after')
      attachPage(page, host, events, after === null ? null : Number(after))
    })
  })

  return {
    origin,
    link: () => `${origin}/?token=${doors.token()}`,
    async close() {
      unsubscribe()
      for (const page of sockets.clients) page.close(1001, 'OptiChat has ended')
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      for (const page of sockets.clients) page.terminate()
      await closed
    },
  }
}

/** What is asked for, by path; a browser that speaks to us directly names no host there. */
function urlOf(request: IncomingMessage, origin: string): URL | null {
  const { url = '' } = request
  return url.startsWith('/') && !url.startsWith('//') && URL.canParse(url, origin) ? new URL(url, origin) : null
}

const securityHeaders = (origin: string): Record<string, string> => ({
  'Content-Security-Policy': contentSecurityPolicy(`'self' ${origin.replace('http', 'ws')}`),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=()',
})

function refuse(response: ServerResponse, status: number, sentence: string) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', Connection: 'close' })
  response.end(`${sentence}\n`)
}

/**
 * An error in the middle of an answer can only cut it; before that it is told. A browser reads no answer before it has sent its
 * file, so the rest of that is taken and thrown away, for a while.
 */
function failed(request: IncomingMessage, response: ServerResponse, error: unknown) {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(toBridgeError(error)))
  const late = setTimeout(() => request.destroy(), DRAIN).unref()
  request.resume().once('close', () => clearTimeout(late))
}
