/** The least that can be a client: an enrolled device's link, its requests, its place in the log. Thousands fit in one process. */
import type { Link } from '../../core/link/link.ts'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { PROTOCOL_VERSION } from '../../core/protocol/limits.ts'
import type { Message, Reply, Request, RosterUser, Verb } from '../../core/protocol/messages.ts'
import { formatRequest, parseRegistryFrame, parseReply } from '../../core/protocol/parse.ts'
import type { Enrolled } from './prepared.ts'
import type { RegistryAt } from './registry-process.ts'

const PRESENCE = '{"event":"presence"'

export interface RawClientHandlers {
  message?(message: Message): void
  /** It was online and its link is gone. */
  lost?(): void
}

export class RawClient {
  readonly person: Enrolled
  readonly #handlers: RawClientHandlers
  readonly #observes: boolean
  /** Everything up to here was received. */
  cursor: number
  online = false
  presenceFrames = 0
  presenceBytes = 0
  /** Presence by user, where it observes. */
  readonly roster = new Map<string, RosterUser['presence']>()
  /** What should not have been, in words. */
  readonly problems: string[] = []
  #link: Link | null = null
  #n = 0
  #synced: (() => void) | null = null
  readonly #waiting = new Map<number, { verb: Verb; resolve(reply: unknown): void; reject(error: Error): void }>()

  /** @param of.observes reads every frame about presence, too: dear, so one in a process is enough */
  constructor(of: { person: Enrolled; after: number; observes?: boolean }, handlers: RawClientHandlers = {}) {
    this.person = of.person
    this.cursor = of.after
    this.#observes = of.observes ?? false
    this.#handlers = handlers
  }

  /**
   * Dials, says hello, and catches up.
   * @param from the own address to dial from
   * @throws OptiChatError what refused it, or `connection-lost`
   */
  async connect(registry: RegistryAt, from?: string): Promise<void> {
    const link = await dialWebSocket({
      host: registry.host,
      port: registry.port,
      expect: registry.fingerprint,
      identity: this.person.identity,
      ...(from === undefined ? {} : { localAddress: from }),
    })
    this.#link = link
    const synced = new Promise<void>((resolve) => {
      this.#synced = resolve
    })
    const ended = new Promise<never>((_, reject) => {
      link.start({
        frame: (text) => this.#frame(text),
        ended: (reason) => {
          if (this.#link === link) this.#link = null
          const error = new OptiChatError('connection-lost', reason)
          for (const { reject } of this.#waiting.values()) reject(error)
          this.#waiting.clear()
          reject(error)
          if (this.online) {
            this.online = false
            this.#handlers.lost?.()
          }
        },
      })
    })
    ended.catch(() => undefined)
    const hello = await this.ask('hello', { version: PROTOCOL_VERSION, device: 'bench' })
    if (hello.user?.id !== this.person.user) throw new OptiChatError('not-signed-in')
    const start = await this.ask('sync', { after: this.cursor })
    if (this.#observes) for (const { id, presence } of start.users) this.roster.set(id, presence)
    await Promise.race([synced, ended])
    this.online = true
  }

  ask<V extends Verb>(verb: V, request: Request<V>): Promise<Reply<V>> {
    return new Promise((resolve, reject) => {
      if (!this.#link) return reject(new OptiChatError('connection-lost'))
      const n = ++this.#n
      this.#waiting.set(n, { verb, resolve: resolve as (reply: unknown) => void, reject })
      this.#link.send(formatRequest(verb, n, request))
    })
  }

  close(): void {
    this.#link?.destroy()
  }

  #frame(text: string): void {
    if (text.startsWith(PRESENCE)) {
      this.presenceFrames++
      this.presenceBytes += text.length
      if (!this.#observes) return
    }
    const frame = parseRegistryFrame(text)
    if (frame.kind === 'event') {
      if (frame.event === 'message') this.#message(frame.body.message)
      else if (frame.event === 'presence') for (const { id, presence } of frame.body.users) this.roster.set(id, presence)
      else if (frame.event === 'synced') {
        this.cursor = Math.max(this.cursor, frame.body.position)
        this.#synced?.()
      }
      return
    }
    const waiting = frame.n === null ? undefined : this.#waiting.get(frame.n)
    if (frame.n !== null) this.#waiting.delete(frame.n)
    if (frame.kind === 'error') {
      const { code, about, retryAfter } = frame
      waiting?.reject(new OptiChatError(code, about, retryAfter === undefined ? {} : { retryAfter }))
    } else if (waiting?.verb === 'sync' && !this.#observes) {
      // Every roster of thousands is the same one: one of them is checked.
      waiting.resolve(frame.body)
    } else waiting?.resolve(parseReply(waiting.verb, frame.body))
  }

  #message(message: Message): void {
    if (message.position <= this.cursor) this.problems.push(`${message.id} at ${message.position} came after ${this.cursor}`)
    this.cursor = message.position
    this.#handlers.message?.(message)
  }
}
