/** The messages that others answer: those on the page, and those that have to be asked for once. */
import type { HistoryMessage } from '../../bridge.ts'
import type { Store } from '../store.ts'

export class Quotes {
  readonly #store: Store
  readonly #changed: () => void
  /** Not on the page; null: nowhere. */
  readonly #fetched = new Map<string, HistoryMessage | null>()
  #messages: readonly HistoryMessage[] = []
  #here: ReadonlyMap<string, HistoryMessage> = new Map()

  constructor(store: Store, changed: () => void) {
    this.#store = store
    this.#changed = changed
  }

  /** What is on the page now. */
  of(messages: readonly HistoryMessage[]): void {
    if (messages === this.#messages) return
    this.#messages = messages
    this.#here = new Map(messages.map((message) => [message.id, message]))
  }

  /** What it answers; undefined: nothing; null: nothing that is known. */
  answered({ replyTo, gone }: HistoryMessage): HistoryMessage | null | undefined {
    if (replyTo === undefined || gone) return undefined
    const here = this.#here.get(replyTo)
    if (here) return here
    if (!this.#fetched.has(replyTo)) this.#fetch(replyTo)
    return this.#fetched.get(replyTo) ?? null
  }

  #fetch(id: string): void {
    this.#fetched.set(id, null)
    this.#store
      .call('message', id)
      .then((message) => {
        this.#fetched.set(id, message)
        if (message) this.#changed()
      })
      // Asked again when it is next drawn: until then it is told as an earlier one.
      .catch(() => this.#fetched.delete(id))
  }
}
