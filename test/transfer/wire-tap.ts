import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A cable with a meter: passes bytes between a dialling peer and one on 127.0.0.1, and holds or cuts them at will. */
export class Wire {
  /** Bytes towards the peer that listens, and from it. */
  up = 0
  down = 0
  #hold = Number.POSITIVE_INFINITY
  readonly #server: Server
  readonly #held: (() => void)[] = []
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static to(port: number): Promise<Wire> {
    const server = createServer({ allowHalfOpen: true })
    const wire = new Wire(server)
    server.on('connection', (near) => wire.#join(near, connect({ port, host: '127.0.0.1', allowHalfOpen: true })))
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(wire)))
  }

  get endpoint(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** After so many bytes from the peer that listens, nothing more comes through, and the sockets stay open. */
  holdAfter(bytes: number): void {
    this.#hold = bytes
  }

  /** What was held goes through, and all that follows, until so many bytes in all. */
  release(until = Number.POSITIVE_INFINITY): void {
    this.#hold = until
    for (const resume of this.#held.splice(0)) resume()
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): Promise<void> {
    this.cut()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #join(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.on('end', () => other.end())
      const pass = (chunk: Buffer) => {
        if (socket === near) this.up += chunk.length
        else this.down += chunk.length
        if (other.write(chunk)) return
        socket.pause()
        other.once('drain', () => socket.resume())
      }
      socket.on('data', (chunk) => {
        if (socket === near || this.down + chunk.length <= this.#hold) {
          pass(chunk)
          return
        }
        socket.pause()
        this.#held.push(() => {
          socket.resume()
          pass(chunk)
        })
      })
    }
  }
}
