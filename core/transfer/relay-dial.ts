import { connect, type Socket } from 'node:net'
import type { Clock } from '../protocol/clock.ts'
import { RELAY_TIMEOUT } from './limits.ts'

/** Where a registry relays, and the word by which it knows us. */
export interface RelayCall {
  readonly ticket: string
  readonly host: string
  readonly port: number
  readonly token: string
}

/** First bytes of a connection to a relay: no TLS record and no request of HTTP starts so. The token follows. */
const GREETING = 'OPTICHAT-RELAY'
/** The relay's one byte: the other side is there, and what follows is between the two. */
const JOINED = 0x2b

/**
 * Meets the other side at a relay. What comes of it is a plain socket: the peers' own TLS runs inside.
 * @param answer called once, with null when it came to nothing, unless cancelled by calling what this returned
 */
export function dialRelay(call: RelayCall, clock: Clock, answer: (socket: Socket | null) => void): () => void {
  const socket = connect({ host: call.host, port: call.port, noDelay: true })
  let over = false
  const finish = (joined: boolean) => {
    if (over) return
    over = true
    cancelTimeout()
    if (!joined) socket.destroy()
  }
  const settle = (joined: boolean) => {
    if (over) return
    finish(joined)
    answer(joined ? socket : null)
  }
  const cancelTimeout = clock.after(RELAY_TIMEOUT, () => settle(false))
  socket.on('error', () => settle(false))
  socket.on('close', () => settle(false))
  socket.on('end', () => settle(false))
  socket.once('connect', () => socket.write(GREETING + call.token))
  socket.once('data', (first: Buffer) => {
    if (first[0] !== JOINED) {
      settle(false)
      return
    }
    socket.pause()
    /** The other side may have begun already: that is for whoever gets the socket. */
    if (first.length > 1) socket.unshift(first.subarray(1))
    settle(true)
  })
  return () => finish(false)
}
