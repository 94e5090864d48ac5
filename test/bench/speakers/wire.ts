/** A TLS socket whose writes of one turn leave together, and whose bytes are given out as they come. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'

export class Wire {
  readonly #socket: TLSSocket
  #corked = false

  constructor(socket: TLSSocket, trouble: (what: string) => void) {
    this.#socket = socket
    socket.on('error', (error) => trouble(error.message))
    socket.on('close', () => trouble('it closed the connection'))
  }

  /** @param on what `read` gets: bytes that have not been read yet, the old ones first; it says how many it took */
  listen(read: (bytes: Buffer) => number): void {
    let rest: Buffer | null = null
    this.#socket.on('data', (chunk: Buffer) => {
      const bytes: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk
      const taken = read(bytes)
      rest = taken < bytes.length ? bytes.subarray(taken) : null
    })
  }

  write(bytes: string | Buffer): void {
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      setImmediate(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }
}

/** Dials with TLS; the servers' certificates are their own, so nobody is asked whether they are good. */
export async function dialTls(
  options: { host: string; port: number; from: string | undefined; over?: Socket } & Pick<
    ConnectionOptions,
    'key' | 'cert' | 'ALPNProtocols'
  >,
): Promise<TLSSocket> {
  const { from, over, host, port, ...tls } = options
  const socket = connect({
    ...tls,
    ...(over ? { socket: over } : { host, port }),
    ...(from === undefined ? {} : { localAddress: from }),
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
  })
  socket.setNoDelay(true)
  await once(socket, 'secureConnect')
  return socket
}

/** Resolves once; for a step of signing in. */
export function step<T = void>(): { done: Promise<T>; now: (value: T) => void; failed: (error: Error) => void } {
  let now: (value: T) => void = () => undefined
  let failed: (error: Error) => void = () => undefined
  const done = new Promise<T>((resolve, reject) => {
    now = resolve
    failed = reject
  })
  return { done, now, failed }
}
