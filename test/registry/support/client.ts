import type { Link } from '../../../core/link/link.ts'
import { isErrorCode, OptiChatError } from '../../../core/protocol/errors.ts'
import type { EventName, EventOf, Message, Reply, Request, Verb } from '../../../core/protocol/messages.ts'
import { formatRequest, parseRegistryFrame, parseReply } from '../../../core/protocol/parse.ts'
import { until } from '../../support/wait.ts'

/** A client with nothing of its own: asks, and keeps what comes. Every frame is checked against the contract. */
export class TestClient {
  readonly link: Link
  /** All events, in order. */
  readonly log: { [E in EventName]: { event: E; body: EventOf<E> } }[EventName][] = []
  /** Replies, errors and events, in the order they came. */
  readonly order: string[] = []
  readonly refused: OptiChatError[] = []
  ended: string | null = null
  /** Whether what arrives is taken; a client that doesn't read is a slow one. */
  #n = 0
  readonly #waiting = new Map<number, { verb: Verb; resolve(reply: unknown): void; reject(error: Error): void }>()

  constructor(link: Link) {
    this.link = link
    link.start({
      frame: (text) => this.#frame(text),
      ended: (reason) => {
        this.ended = reason
        for (const { reject } of this.#waiting.values()) reject(new OptiChatError('connection-lost', reason))
        this.#waiting.clear()
      },
    })
  }

  ask<V extends Verb>(verb: V, request: Request<V>): Promise<Reply<V>> {
    return new Promise((resolve, reject) => {
      const n = ++this.#n
      this.#waiting.set(n, { verb, resolve: resolve as (reply: unknown) => void, reject })
      this.link.send(formatRequest(verb, n, request))
    })
  }

  /** The code with which something is refused; `done` when it isn't. */
  async refusal<V extends Verb>(verb: V, request: Request<V>): Promise<string> {
    return this.ask(verb, request).then(
      () => 'done',
      (error: unknown) => (error instanceof OptiChatError && isErrorCode(error.code) ? error.code : String(error)),
    )
  }

  events<E extends EventName>(event: E): EventOf<E>[] {
    return this.log.filter((one) => one.event === event).map((one) => one.body as EventOf<E>)
  }

  messages(): Message[] {
    return this.events('message').map(({ message }) => message)
  }

  texts(): string[] {
    return this.messages().map(({ body }) => (body.kind === 'text' ? body.text : body.kind))
  }

  /** Waits for the first event of this name that fits, also among those that came before. */
  event<E extends EventName>(event: E, fits: (body: EventOf<E>) => boolean = () => true): Promise<EventOf<E>> {
    return until(`event ${event}`, () => this.events(event).find(fits))
  }

  /** Resolves when everything the registry sent before now has arrived (an answer comes after it). */
  async settled(): Promise<void> {
    await this.ask('endpoints', { endpoints: [] })
  }

  async sync(after = 0): Promise<Reply<'sync'>> {
    const reply = await this.ask('sync', { after })
    await this.event('synced')
    return reply
  }

  #frame(text: string): void {
    const frame = parseRegistryFrame(text)
    if (frame.kind === 'event') {
      this.log.push({ event: frame.event, body: frame.body } as TestClient['log'][number])
      this.order.push(frame.event)
      return
    }
    const waiting = frame.n === null ? undefined : this.#waiting.get(frame.n)
    if (frame.n !== null) this.#waiting.delete(frame.n)
    if (frame.kind === 'error') {
      const error = new OptiChatError(frame.code, frame.about, frame.retryAfter === undefined ? {} : { retryAfter: frame.retryAfter })
      this.order.push('error')
      if (waiting) waiting.reject(error)
      else this.refused.push(error)
    } else if (waiting) {
      this.order.push(`reply ${waiting.verb}`)
      waiting.resolve(parseReply(waiting.verb, frame.body))
    }
  }
}
