/** One TCP port for two protocols: the first byte tells them apart, and stays to be read by whoever gets the connection. */
import type { Socket } from 'node:net'
import type { Clock } from '../protocol/clock.ts'

/**
 * Waits for the first byte of a connection without taking it.
 * @param options.spoke called with it, once; not when the connection ends, or `millis` pass, before it: `silent` is
 */
export function onFirstByte(socket: Socket, options: { clock: Clock; millis: number; spoke(byte: number): void; silent(): void }): void {
  let settled = false
  const settle = (run: () => void) => {
    if (settled) return
    settled = true
    cancel()
    socket.off('readable', look)
    socket.off('close', close)
    run()
  }
  const silent = () =>
    settle(() => {
      socket.destroy()
      options.silent()
    })
  const close = () => silent()
  const look = () => {
    const chunk = socket.read() as Buffer | null
    const byte = chunk?.[0]
    // The other end closed without a word.
    if (chunk === null || byte === undefined) {
      silent()
      return
    }
    socket.unshift(chunk)
    settle(() => options.spoke(byte))
  }
  const cancel = options.clock.after(options.millis, silent, true)
  // What goes wrong with it ends it; whoever gets it listens for itself.
  socket.on('error', destroyIt)
  socket.on('close', close)
  socket.on('readable', look)
}

/** One for all: it stays as long as the connection, and would keep everything above with it. */
function destroyIt(this: Socket): void {
  this.destroy()
}
