/** A cable that can be cut: a plain TCP forwarder on 127.0.0.1, blind to what passes through it. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Wire {
  readonly address: { host: string; port: number }
  /** Connections made so far. `to.port` may change: it is read at each. */
  connections: number
  /** From now on nothing comes back, though what is sent still arrives. */
  deafen(): void
  /** Breaks what is open, and refuses what is new until `mend`. */
  cut(): void
  mend(): void
  /** Cuts once so many more bytes have come back. */
  cutAfter(bytes: number): void
  /** Bytes that came back so far. */
  bytes: number
  close(): Promise<void>
}

export async function startWire(to: { host: string; port: number }): Promise<Wire> {
  const sockets = new Set<Socket>()
  let deaf = false
  let broken = false
  let limit = Number.POSITIVE_INFINITY
  const server = createServer((near) => {
    wire.connections++
    if (broken) return near.destroy()
    const far = connect({ ...to })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('data', (data) => {
        if (one === far) wire.bytes += data.length
        if (wire.bytes >= limit) wire.cut()
        else if (one === near || !deaf) other.write(data)
      })
      // Whatever ends one end ends the other, as a cable does.
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const wire: Wire = {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    connections: 0,
    deafen: () => {
      deaf = true
    },
    cut: () => {
      broken = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      broken = false
      deaf = false
      limit = Number.POSITIVE_INFINITY
    },
    bytes: 0,
    cutAfter: (bytes) => {
      limit = wire.bytes + bytes
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return wire
}
