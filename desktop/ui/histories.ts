/** The messages of the conversations that were looked at, oldest first, fetched page by page from the newest back. */
import type { Bridge, BridgeError, HistoryMessage } from '../bridge.ts'
import { asBridgeError } from './words.ts'

/** Messages fetched at a time: several screens full, and quick to draw. */
const PAGE = 100

export interface History {
  readonly messages: readonly HistoryMessage[]
  /** Nothing older exists. */
  readonly complete: boolean
  readonly loading: boolean
  /** The first page has come. */
  readonly opened: boolean
  readonly error: BridgeError | null
}

const EMPTY: History = { messages: [], complete: false, loading: false, opened: false, error: null }
/** Of an audience that never talked. */
export const NOTHING: History = { ...EMPTY, complete: true, opened: true }

export class Histories {
  readonly #bridge: Bridge
  readonly #changed: () => void
  #all = new Map<string, History>()

  constructor(bridge: Bridge, changed: () => void) {
    this.#bridge = bridge
    this.#changed = changed
  }

  get(conversation: string): History {
    return this.#all.get(conversation) ?? EMPTY
  }

  /** Fetches the newest page, unless it is here or on its way. */
  open(conversation: string): Promise<void> {
    const { opened, loading } = this.get(conversation)
    return opened || loading ? Promise.resolve() : this.#fetch(conversation, undefined)
  }

  /** Fetches the page before the oldest message here, if there is one. */
  older(conversation: string): Promise<void> {
    const { opened, loading, complete, messages } = this.get(conversation)
    return !opened || loading || complete ? Promise.resolve() : this.#fetch(conversation, messages[0]?.stamp)
  }

  /** A message that is new or another now. Of a conversation nobody looked at, nothing is kept. */
  add(message: HistoryMessage): void {
    const history = this.#all.get(message.conversation)
    if (!history) return
    const oldest = history.messages[0]
    if (!history.complete && oldest && message.stamp < oldest.stamp) return
    this.#set(message.conversation, { messages: merge(history.messages, [message]) })
  }

  /** It is no more. */
  remove(conversation: string, id: string): void {
    const history = this.#all.get(conversation)
    if (history) this.#set(conversation, { messages: history.messages.filter((message) => message.id !== id) })
  }

  forget(): void {
    this.#all = new Map()
  }

  async #fetch(conversation: string, before: string | undefined): Promise<void> {
    this.#set(conversation, { loading: true, error: null })
    const all = this.#all
    try {
      const page = await this.#bridge.call('history', { conversation, limit: PAGE, ...(before ? { before } : {}) })
      if (all !== this.#all) return
      const messages = merge(this.get(conversation).messages, page)
      this.#set(conversation, { messages, loading: false, opened: true, complete: page.length < PAGE })
    } catch (error) {
      if (all === this.#all) this.#set(conversation, { loading: false, error: asBridgeError(error) })
    }
  }

  #set(conversation: string, change: Partial<History>): void {
    this.#all.set(conversation, { ...this.get(conversation), ...change })
    this.#changed()
  }
}

/** Both in the order of stamps, each message once; of two with one id the later argument's is the newer word. */
export function merge(have: readonly HistoryMessage[], come: readonly HistoryMessage[]): HistoryMessage[] {
  const [only] = come
  const last = have.at(-1)
  if (come.length === 1 && only) {
    if (!last || only.stamp > last.stamp) return [...have, only]
    // A queued one gets its stamp, and with it its place, when it is sent.
    const at = have.findIndex((message) => message.id === only.id)
    if (have[at]?.stamp === only.stamp) return have.with(at, only)
  }
  const byId = new Map(have.map((message) => [message.id, message]))
  for (const message of come) byId.set(message.id, message)
  return [...byId.values()].sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0))
}
