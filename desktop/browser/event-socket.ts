/** The gateway's WebSocket to one page: its questions to the host, the host's events to it. */
import type { WebSocket } from 'ws'
import type { HostFrame } from '../bridge.ts'
import { toBridgeError } from '../host/errors.ts'
import type { Host, Listener } from '../host/host.ts'

/** Events kept for a page whose socket was cut, so that it goes on where it was. */
const KEPT = 1_000
/** Bytes a page may leave unread before its socket is closed; it comes back and goes on by number, or starts anew. */
const MAX_UNREAD = 16 * 1024 * 1024

type EventFrame = Extract<HostFrame, { seq: number }>

/** The newest events by number, for all pages. */
export class EventLog {
  private readonly kept: EventFrame[] = []
  private readonly listeners = new Set<(frame: EventFrame) => void>()
  newest = 0

  readonly take: Listener = (event, value) => {
    this.newest += 1
    const frame: EventFrame = { seq: this.newest, event, value }
    this.kept.push(frame)
    if (this.kept.length > KEPT) this.kept.shift()
    for (const listener of [...this.listeners]) listener(frame)
  }

  /** The events after a number, or null when some of them are kept no more. */
  after(seq: number): readonly EventFrame[] | null {
    if (!Number.isSafeInteger(seq) || seq > this.newest || this.newest - seq > this.kept.length) return null
    return this.kept.slice(this.kept.length - (this.newest - seq))
  }

  on(listener: (frame: EventFrame) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

/** Speaks with a page until its socket closes. `after`: the event it saw last on an earlier socket, or null. */
export function attachPage(socket: WebSocket, host: Pick<Host, 'call'>, events: EventLog, after: number | null): void {
  const send = (frame: HostFrame) => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_UNREAD) return socket.terminate()
    socket.send(JSON.stringify(frame))
  }

  const from = after ?? events.newest
  const missed = events.after(from)
  send({ hello: from })
  if (missed === null) {
    send({ reload: true })
    return
  }
  for (const frame of missed) send(frame)
  const off = events.on(send)

  socket.on('close', off)
  socket.on('error', () => socket.terminate())
  socket.on('message', (data, isBinary) => {
    const asked = isBinary ? null : parseFrame(String(data))
    if (!asked) return socket.close(1008, 'not a question')
    const { n } = asked
    host.call(asked.call, asked.args).then(
      (answer) => send({ n, answer }),
      (error: unknown) => send({ n, error: toBridgeError(error) }),
    )
  })
}

/** Its number is checked here; command and arguments by the host. */
function parseFrame(text: string): { n: number; call: unknown; args: unknown } | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof frame !== 'object' || frame === null) return null
  const { n, call, args } = frame as Record<string, unknown>
  return Number.isSafeInteger(n) ? { n: n as number, call, args } : null
}
