import type { AddressInfo, Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Budgets } from './budget.ts'
import { PeerChannel } from './channel.ts'
import { LINGER, MAX_PENDING, MAX_PENDING_FROM_ONE } from './limits.ts'
import { fingerprintOfPeer, serverOptions } from './peer-tls.ts'
import type { ControlFrame } from './wire.ts'

export interface PeerServer {
  readonly port: number
  /** A socket from a relay, as if its peer had dialled us. */
  adopt(socket: Socket): void
  close(): Promise<void>
}

/**
 * Listens for peers. A socket that shows a certificate and a first frame is handed to `opened`, in the turn of that frame; until
 * it is proven it counts against small bounds, and anything odd just closes it.
 * @throws OptiChatError `port-taken`, `interface-unknown`
 */
export async function startPeerServer(options: {
  identity: Identity
  clock: Clock
  host?: string
  port: number
  budgets: Budgets
  opened(channel: PeerChannel, first: Extract<ControlFrame, { kind: 'call' | 'open' }>, path: 'direct' | 'relay'): void
}): Promise<PeerServer> {
  const pending = new Map<string, Socket>()
  const sockets = new Set<Socket>()
  /** Keys of those that came from a relay. */
  const relayed = new Set<string>()
  const keyOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`
  const server = createServer(serverOptions(options.identity))

  server.on('connection', (raw: Socket) => {
    const key = keyOf(raw)
    const fromOne = [...pending.values()].filter((other) => other.remoteAddress === raw.remoteAddress).length
    const isStranger = !relayed.has(key)
    if (isStranger && (pending.size >= MAX_PENDING || fromOne >= MAX_PENDING_FROM_ONE)) {
      raw.destroy()
      return
    }
    pending.set(key, raw)
    sockets.add(raw)
    raw.once('close', () => {
      pending.delete(key)
      relayed.delete(key)
      sockets.delete(raw)
    })
  })
  /** The handshake of a stranger failed: its socket is gone with it, and there is nobody to tell. */
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('secureConnection', (socket: TLSSocket) => {
    const fingerprint = fingerprintOfPeer(socket)
    if (fingerprint === null || !pending.has(keyOf(socket))) {
      socket.on('error', () => socket.destroy())
      socket.destroy()
      return
    }
    const key = keyOf(socket)
    const channel = new PeerChannel({
      socket,
      fingerprint,
      clock: options.clock,
      budgets: options.budgets,
      handlers: {
        control: (frame) => {
          if (frame.kind !== 'open' && frame.kind !== 'call') throw new OptiChatError('peer-protocol', `${frame.kind} came first`)
          options.opened(channel, frame, relayed.has(key) ? 'relay' : 'direct')
        },
        /** Nobody holds it yet, so there is nobody to tell. */
        ended: () => undefined,
      },
    })
    channel.whenProvenOrOver(() => pending.delete(key))
  })

  await listen(server, options.host, options.port)
  /** Running out of file descriptors shows here: the connection is refused, those that exist go on. */
  server.on('error', () => undefined)
  return {
    port: (server.address() as AddressInfo).port,
    adopt: (socket) => {
      relayed.add(keyOf(socket))
      server.emit('connection', socket)
    },
    close: () =>
      new Promise((resolve) => {
        const cancel = options.clock.after(LINGER, () => {
          for (const socket of sockets) socket.destroy()
        })
        server.close(() => {
          cancel()
          resolve()
        })
        for (const socket of pending.values()) socket.destroy()
      }),
  }
}

async function listen(server: ReturnType<typeof createServer>, host: string | undefined, port: number): Promise<void> {
  const attempt = (address: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address, port, backlog: 128 }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  try {
    await attempt(host ?? '::').catch((error: NodeJS.ErrnoException) => {
      /** `::` takes IPv4 too; a machine without IPv6 has no such address. */
      if (host !== undefined || !['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'].includes(error.code ?? '')) throw error
      return attempt('0.0.0.0')
    })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE' || code === 'EACCES') throw new OptiChatError('port-taken', `${port}`, { cause })
    throw new OptiChatError('interface-unknown', `${host ?? '::'}: ${code}`, { cause })
  }
}
