/** A registry's listening: TLS 1.3 with a certificate at both ends, and in it the one WebSocket path. */
import { constants, createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Identity } from '../identity/certificate.ts'
import { type Clock, systemClock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { REGISTRY_ALPN, REGISTRY_PATH, REGISTRY_SUBPROTOCOL } from '../protocol/limits.ts'
import { onFirstByte } from './first-byte.ts'
import type { Link } from './link.ts'
import { Turn } from './outgoing.ts'
import { ServedLink } from './served-link.ts'
import { Traffic } from './traffic.ts'
import { certificateFingerprint, HANDSHAKE_TIMEOUT, plainAddress } from './websocket.ts'

/** Of the accepting answer (RFC 6455 §1.3). */
const ACCEPT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** Sixteen bytes in Base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/

export interface ListenOptions {
  readonly identity: Identity
  /** Default: all addresses. */
  readonly host?: string
  /** 0: any free one. */
  readonly port: number
  readonly clock?: Clock
  /** Counts what passes its links. */
  readonly traffic?: Traffic
  onLink(link: Link): void
  /** Another protocol on the same port: connections whose first byte is this one, nothing of them read yet. */
  readonly beside?: { readonly byte: number; onSocket(socket: Socket): void }
  /** Somebody connected who speaks something else. */
  onRefused?(what: { address: string; why: string }): void
}

export interface LinkServer {
  readonly port: number
  /** Stops listening and destroys the links that are still open. */
  close(): Promise<void>
}

/** @throws OptiChatError `port-taken`, or `interface-unknown` when the host is no address of this machine. */
export async function listenWebSocket(options: ListenOptions): Promise<LinkServer> {
  const clock = options.clock ?? systemClock
  // Some failures come as two events: the first one tells.
  const told = new WeakSet<object>()
  const refused = (socket: { remoteAddress?: string | undefined }, why: string) => {
    if (told.has(socket)) return
    told.add(socket)
    options.onRefused?.({ address: plainAddress(socket.remoteAddress), why })
  }
  const tls: ServerOptions = {
    key: options.identity.key,
    cert: options.identity.certificate,
    minVersion: 'TLSv1.3',
    // The certificate is checked against enrolled devices by its fingerprint, never by a CA.
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: [REGISTRY_ALPN],
    // A resumed session shows no certificate.
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    headersTimeout: HANDSHAKE_TIMEOUT,
    requestTimeout: HANDSHAKE_TIMEOUT,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 8 * 1024,
  }
  const server = createServer(tls, (request, response) => {
    refused(request.socket, 'not a WebSocket')
    response
      .writeHead(426, { connection: 'close', 'content-type': 'text/plain' })
      .end('OptiChat registry: use the optichat command or app.\n')
  })
  server.maxHeadersCount = 50
  // It gets its connections from `port`; told that it listens, it looks after slow ones.
  // Also those that never finish their handshake: `close` must not wait for them.
  const open = new Set<Socket>()
  function forget(this: Socket) {
    open.delete(this)
  }
  const { beside } = options
  const port = createTcpServer((socket) => {
    open.add(socket)
    socket.once('close', forget)
    onFirstByte(socket, {
      clock,
      millis: HANDSHAKE_TIMEOUT,
      // TLS says itself what is none.
      spoke: (byte) => (byte === beside?.byte ? beside.onSocket(socket) : server.emit('connection', socket)),
      silent: () => refused(socket, 'it said nothing'),
    })
  })
  const turn = new Turn(clock, options.traffic ?? new Traffic())
  server.on('tlsClientError', (error, socket) => refused(socket, `TLS: ${(error as NodeJS.ErrnoException).code ?? error.message}`))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A failed handshake comes here first.
    refused(socket as TLSSocket, `${error.code?.startsWith('ERR_SSL') ? 'TLS: ' : ''}${error.code ?? error.message}`)
    socket.destroy()
  })
  server.on('upgrade', (request, duplex, head) => {
    const socket = duplex as TLSSocket
    const wrong = whyNot(request, socket)
    if (wrong) {
      refused(socket, wrong)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    socket.setNoDelay(true)
    socket.setTimeout(0)
    if (head.length > 0) socket.unshift(head)
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${ACCEPT}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${REGISTRY_SUBPROTOCOL}\r\n\r\n`,
    )
    options.onLink(new ServedLink(socket, certificateFingerprint(socket), clock, turn))
  })
  await new Promise<void>((resolve, reject) => {
    port.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES')
        reject(new OptiChatError('port-taken', `port ${options.port}`, { cause: error }))
      else if (error.code === 'EADDRNOTAVAIL') reject(new OptiChatError('interface-unknown', options.host, { cause: error }))
      else reject(error)
    })
    port.listen({ port: options.port, host: options.host, backlog: 1024 }, () => {
      server.emit('listening')
      resolve()
    })
  })
  return {
    port: (port.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        port.close(() => resolve())
        // Its timers; it never listened itself.
        server.close()
        for (const socket of open) socket.destroy()
      }),
  }
}

/** Why this upgrade is not to our WebSocket (RFC 6455 §4.2.1); null when it is. */
function whyNot({ method, url, headers }: IncomingMessage, socket: TLSSocket): string | null {
  if (socket.alpnProtocol !== REGISTRY_ALPN) return 'another protocol in TLS'
  if (headers.origin !== undefined) return 'a web page'
  if (url !== REGISTRY_PATH) return 'another path'
  if (!`${headers['sec-websocket-protocol'] ?? ''}`.split(/\s*,\s*/).includes(REGISTRY_SUBPROTOCOL)) return 'another subprotocol'
  const websocket = method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && headers['sec-websocket-version'] === '13'
  return websocket && KEY.test(`${headers['sec-websocket-key']}`) ? null : 'not a WebSocket'
}
