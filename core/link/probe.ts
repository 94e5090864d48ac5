/** Trying whether a device can be reached, for a doctor: a TLS handshake that sees the right certificate, and nothing after it. */
import { constants } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:tls'
import { fingerprintOf, type Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import { PEER_ALPN, PROBE_TIMEOUT } from '../protocol/limits.ts'
import type { Outcome } from '../protocol/messages.ts'

export interface ProbeOptions {
  readonly host: string
  readonly port: number
  /** Of the certificate that must be shown. */
  readonly fingerprint: string
  /** The ALPN name that it must speak. Default: a peer's. */
  readonly alpn?: string
  readonly clock: Clock
  /** Milliseconds. */
  readonly timeout?: number
}

/** Tries it; never rejects, and shows no certificate of its own. */
export type Probe = (options: ProbeOptions) => Promise<Outcome>

export const probeDevice: Probe = ({ host, port, fingerprint, alpn = PEER_ALPN, clock, timeout = PROBE_TIMEOUT }) =>
  new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      minVersion: 'TLSv1.3',
      // By fingerprint, below; there is no CA here.
      rejectUnauthorized: false,
      ALPNProtocols: [alpn],
      secureOptions: constants.SSL_OP_NO_TICKET,
      servername: '',
    })
    let connected = false
    const finish = (outcome: Outcome) => {
      cancel()
      socket.destroy()
      resolve(outcome)
    }
    const cancel = clock.after(timeout, () => finish('timed-out'))
    socket.once('connect', () => {
      connected = true
    })
    socket.on('error', (error: NodeJS.ErrnoException) => finish(connected ? 'stranger' : outcomeOf(error.code)))
    socket.once('close', () => finish(connected ? 'stranger' : 'unreachable'))
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      finish(certificate && socket.alpnProtocol === alpn && fingerprintOf(certificate.raw) === fingerprint ? 'reached' : 'stranger')
    })
  })

function outcomeOf(code: string | undefined): Outcome {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'refused'
  return code === 'ETIMEDOUT' ? 'timed-out' : 'unreachable'
}

/**
 * Listens on all addresses so that this device can be probed; whoever connects sees its certificate and is let go.
 * @returns the port, which the system chose
 */
export async function listenForProbes(identity: Identity, host?: string): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer(
    { key: identity.key, cert: identity.certificate, minVersion: 'TLSv1.3', ALPNProtocols: [PEER_ALPN], handshakeTimeout: PROBE_TIMEOUT },
    // The other end has seen what it wanted.
    (socket) => socket.on('error', () => socket.destroy()).end(),
  )
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const listen = (address: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address, port: 0 }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  // `::` takes IPv4 too; a machine without IPv6 has no such address.
  await listen(host ?? '::').catch((error: unknown) => {
    if (host !== undefined) throw error
    return listen('0.0.0.0')
  })
  // Running out of file descriptors shows here: the one connection is refused.
  server.on('error', () => undefined)
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
