/** The link people use, a client's end: WebSocket text frames over TLS 1.3 with a certificate at both ends. */
import { constants } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import { type ClientOptions, WebSocket } from 'ws'
import { fingerprintOf, type Identity } from '../identity/certificate.ts'
import { type Clock, systemClock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_FRAME, REGISTRY_ALPN, REGISTRY_PATH, REGISTRY_SUBPROTOCOL } from '../protocol/limits.ts'
import type { Link, LinkHandlers } from './link.ts'
import { Pulse, type Pulsing } from './pulse.ts'

/** Milliseconds for TCP, TLS and the upgrade together, at either end. */
export const HANDSHAKE_TIMEOUT = 10_000
/** Milliseconds that the other end has to answer a close. */
export const CLOSE_TIMEOUT = 3_000
/** WebSocket close codes 4000–4999 are for applications (RFC 6455 §7.4.2); the reason text is what counts. */
export const CLOSE_CODE = 4000

/** Bounds of ws that its types do not know yet (CVE-2026-48779): one frame's text never needs many fragments. */
const FRAME_BOUNDS = { maxPayload: MAX_FRAME, maxFragments: 64, maxBufferedChunks: 1024, perMessageDeflate: false } as const

export interface DialOptions {
  readonly host: string
  readonly port: number
  readonly identity: Identity
  /** The certificate must have this fingerprint. */
  readonly expect?: string
  /** The own address to dial from. Default: the one of the route. */
  readonly localAddress?: string
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

/**
 * Opens a link to a registry.
 * @throws OptiChatError `registry-unreachable`, `registry-untrusted` (not the expected certificate), `not-optichat`, `cancelled`
 */
export async function dialWebSocket(options: DialOptions): Promise<Link> {
  const clock = options.clock ?? systemClock
  const where = `${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`
  if (options.signal?.aborted) throw new OptiChatError('cancelled', where)
  const socket = connect({
    host: options.host,
    port: options.port,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    key: options.identity.key,
    cert: options.identity.certificate,
    minVersion: 'TLSv1.3',
    // Checked below, by fingerprint; there is no CA here.
    rejectUnauthorized: false,
    ALPNProtocols: [REGISTRY_ALPN],
    secureOptions: constants.SSL_OP_NO_TICKET,
    servername: '',
  })
  socket.setNoDelay(true)
  return new Promise<Link>((resolve, reject) => {
    const settle = (finish: () => void) => {
      cancelTimeout()
      options.signal?.removeEventListener('abort', abort)
      finish()
    }
    const fail = (error: OptiChatError) =>
      settle(() => {
        socket.destroy()
        reject(error)
      })
    const abort = () => fail(new OptiChatError('cancelled', where))
    options.signal?.addEventListener('abort', abort, { once: true })
    const cancelTimeout = clock.after(HANDSHAKE_TIMEOUT, () => fail(new OptiChatError('registry-unreachable', where)))
    let secure = false
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // After TCP, what fails is TLS or the upgrade: somebody else lives there.
      const spoke = secure || `${error.code}`.startsWith('ERR_SSL') || error.code === 'EPROTO'
      fail(new OptiChatError(spoke ? 'not-optichat' : 'registry-unreachable', `${where}: ${error.code ?? error.message}`, { cause: error }))
    })
    socket.once('secureConnect', () => {
      secure = true
      const fingerprint = certificateFingerprint(socket)
      if (socket.alpnProtocol !== REGISTRY_ALPN || fingerprint === null) return fail(new OptiChatError('not-optichat', where))
      if (options.expect !== undefined && fingerprint !== options.expect) return fail(new OptiChatError('registry-untrusted', where))
      // A zone (`fe80::1%eth0`) is this computer's own business, and no part of a URL (RFC 6874 §1).
      const ws = new WebSocket(`ws://${where.replace(/%[^\]]*/, '')}${REGISTRY_PATH}`, REGISTRY_SUBPROTOCOL, {
        createConnection: () => socket,
        followRedirects: false,
        ...FRAME_BOUNDS,
      } as ClientOptions)
      ws.once('error', (error) => fail(new OptiChatError('not-optichat', `${where}: ${error.message}`, { cause: error })))
      ws.once('open', () => settle(() => resolve(new WebSocketLink(ws, socket, fingerprint, clock, new Masked(ws, socket)))))
    })
  })
}

/** A client's frames, each masked by itself (RFC 6455 §5.3); also those of one turn leave in one write. */
class Masked {
  readonly #ws: WebSocket
  readonly #socket: TLSSocket
  #corked = false

  constructor(ws: WebSocket, socket: TLSSocket) {
    this.#ws = ws
    this.#socket = socket
  }

  get buffered(): number {
    return this.#ws.bufferedAmount
  }

  send(frame: string): void {
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      setImmediate(() => this.finish())
    }
    this.#ws.send(frame)
  }

  finish(): void {
    if (this.#corked) this.#socket.uncork()
    this.#corked = false
  }
}

class WebSocketLink implements Link, Pulsing {
  readonly remoteAddress: string
  readonly peerFingerprint: string | null
  readonly #ws: WebSocket
  readonly #socket: TLSSocket
  readonly #clock: Clock
  readonly #outgoing: Masked
  readonly #pulse: Pulse
  #closeReason: string | null = null

  constructor(ws: WebSocket, socket: TLSSocket, peerFingerprint: string | null, clock: Clock, outgoing: Masked) {
    this.#outgoing = outgoing
    this.#ws = ws
    this.#socket = socket
    this.#clock = clock
    this.#pulse = new Pulse(clock, this)
    this.remoteAddress = plainAddress(socket.remoteAddress)
    this.peerFingerprint = peerFingerprint
    // Nothing may be lost between the hand-over and `start`.
    ws.pause()
  }

  get buffered(): number {
    return this.#outgoing.buffered
  }

  exportKey(label: string): Buffer {
    return this.#socket.exportKeyingMaterial(32, label, Buffer.alloc(0))
  }

  send(frame: string): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#outgoing.send(frame)
  }

  start(handlers: LinkHandlers): void {
    const heard = () => {
      this.#pulse.heard = true
    }
    this.#ws.on('message', (data, binary) => {
      heard()
      if (binary) this.close('bad-frame')
      else if (this.#closeReason === null) handlers.frame(data.toString())
    })
    this.#ws.on('ping', heard)
    this.#ws.on('pong', heard)
    // ws ends the connection itself after an error, and 'close' tells of it with a code.
    this.#ws.on('error', () => this.#ws.terminate())
    this.#ws.once('close', (_code, reason) => {
      this.#pulse.stop()
      handlers.ended(this.#closeReason ?? (reason.length > 0 ? reason.toString() : 'lost'))
    })
    this.#pulse.start()
    this.#ws.resume()
  }

  close(reason: string): void {
    if (this.#closeReason !== null) return
    this.#closeReason = reason
    this.#outgoing.finish()
    this.#ws.close(CLOSE_CODE, reason)
    this.#clock.after(CLOSE_TIMEOUT, () => this.#ws.terminate(), true)
  }

  destroy(): void {
    this.#ws.terminate()
  }

  sayPing(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping()
  }
}

/** To be asked once, right after the handshake: at a client a second call answers nothing (Node 20). */
export function certificateFingerprint(socket: TLSSocket): string | null {
  const certificate = socket.getPeerX509Certificate()
  return certificate ? fingerprintOf(certificate.raw) : null
}

/** An IPv4 address seen through a dual-stack socket, as people write it. */
export function plainAddress(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
}
