/** A cable that can be cut: a plain TCP forwarder on 127.0.0.1, blind to what passes through it. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Wire {
  readonly address: { host: string; port: number }
  /** Connections made so far. `to.port` may change: it is read at each. */
  connections: number
  /** From now on nothing comes back, though what is sent still arrives. */
  deafen(): void
  /** Breaks what is open, and refuses what is new until `mend`. As with a cable, whoever dialled still reads what had come back by then. */
  cut(): void
  mend(): void
  /** Cuts once so many more bytes have come back. */
  cutAfter(bytes: number): void
  /** Bytes that came back so far. */
  bytes: number
  close(): Promise<void>
}

export async function startWire(to: { host: string; port: number }): Promise<Wire> {
  const nears = new Set<Socket>()
  const fars = new Set<Socket>()
  let deaf = false
  let broken = false
  let limit = Number.POSITIVE_INFINITY
  const server = createServer((near) => {
    wire.connections++
    if (broken) return near.destroy()
    const far = connect({ ...to })
    nears.add(near)
    fars.add(far)
    far.on('data', (data) => {
      wire.bytes += data.length
      if (!deaf) pass(data, far, near)
      if (wire.bytes >= limit) wire.cut()
    })
    near.on('data', (data) => pass(data, near, far))
    for (const end of [near, far]) end.on('error', () => end.destroy())
    // Destroyed, it would take along what the other end has not read yet.
    far.on('close', () => {
      fars.delete(far)
      near.end()
      near.resume()
    })
    near.on('close', () => {
      nears.delete(near)
      far.destroy()
    })
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
      for (const far of fars) far.destroy()
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
        for (const socket of [...nears, ...fars]) socket.destroy()
      }),
  }
  return wire
}

/** No faster than it is taken, so that what is counted is hardly more than what has arrived. */
function pass(data: Buffer, from: Socket, to: Socket): void {
  if (to.destroyed || to.write(data)) return
  from.pause()
  to.once('drain', () => from.resume())
}
