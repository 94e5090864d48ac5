import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

const GREETING = 'OPTICHAT-RELAY'

/** A relay for two: joins connections in pairs of tokens `X1` and `X2`, as the registry's does by its own. `glued`: the plus sign comes in one piece with what the other side says. */
export class MeetingPoint {
  joined = 0
  bytes = 0
  readonly #server: Server
  readonly #waiting = new Map<string, Socket>()
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static start(): Promise<MeetingPoint> {
    const server = createServer()
    const point = new MeetingPoint(server)
    server.on('connection', (socket) => point.#greet(socket))
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(point)))
  }

  call(ticket: string, token: string): { ticket: string; host: string; port: number; token: string } {
    return { ticket, host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port, token }
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', (bytes) => {
      const words = bytes.toString('latin1')
      if (!words.startsWith(GREETING)) {
        socket.destroy()
        return
      }
      const pair = words.slice(GREETING.length, -1)
      const other = this.#waiting.get(pair)
      if (!other) {
        this.#waiting.set(pair, socket)
        return
      }
      this.#waiting.delete(pair)
      this.#join(words.endsWith('1') ? socket : other, words.endsWith('1') ? other : socket)
    })
  }

  /** The sender hears of it together with the receiver's first bytes: so it must not lose them. */
  #join(receiver: Socket, sender: Socket): void {
    this.joined++
    receiver.write('+')
    receiver.once('data', (hello) => {
      sender.write(Buffer.concat([Buffer.from('+'), hello]))
      for (const [from, to] of [
        [receiver, sender],
        [sender, receiver],
      ] as const) {
        from.on('data', (chunk) => {
          this.bytes += chunk.length
          if (to.write(chunk)) return
          from.pause()
          to.once('drain', () => from.resume())
        })
        from.on('close', () => to.destroy())
      }
    })
  }
}
