/**
 * The messages of the conversations that were looked at. Of each, a run of at most `MOST` is here, oldest first: what the page shows, and
 * what it takes to draw it quickly. It is moved page by page both ways, or to any message, and follows what is new while it is at the end.
 */
import type { Bridge, BridgeError, HistoryMessage } from '../bridge.ts'
import { asBridgeError } from './words.ts'

/** Messages fetched at a time: so few that drawing them holds nobody up; a screen that is not full asks for more by itself. */
const PAGE = 25
/** Messages that are here at a time. */
export const MOST = 400
/** Of those, how many stay while somebody only follows what is new: more than any screen shows; whoever goes back has the others fetched again. */
export const FOLLOWED = 200
/** As many are let go of at once: no message that comes is held up by them. */
const LET_GO = 16

export interface History {
  readonly messages: readonly HistoryMessage[]
  /** Nothing older exists. */
  readonly complete: boolean
  /** Nothing newer exists. */
  readonly live: boolean
  /** Which way more is being fetched. */
  readonly loading: 'older' | 'newer' | null
  /** The first page has come. */
  readonly opened: boolean
  readonly error: BridgeError | null
}

const EMPTY: History = { messages: [], complete: false, live: true, loading: null, opened: false, error: null }
/** Of an audience that never talked. */
export const NOTHING: History = { ...EMPTY, complete: true, opened: true }

export class Histories {
  readonly #bridge: Bridge
  readonly #changed: () => void
  #all = new Map<string, History>()
  /** What came while a page was on its way, which may know nothing of it. */
  readonly #arrived = new Map<string, HistoryMessage[]>()

  constructor(bridge: Bridge, changed: () => void) {
    this.#bridge = bridge
    this.#changed = changed
  }

  get(conversation: string): History {
    return this.#all.get(conversation) ?? EMPTY
  }

  /** Fetches the newest page, unless some page is here or on its way. */
  open(conversation: string): Promise<void> {
    const { opened, loading } = this.get(conversation)
    return opened || loading ? Promise.resolve() : this.toNewest(conversation)
  }

  /** Shows the newest messages, whatever was shown before. */
  toNewest(conversation: string): Promise<void> {
    if (this.get(conversation).opened && this.get(conversation).live) return Promise.resolve()
    this.#set(conversation, { messages: [], opened: false, live: true })
    return this.#fetch(conversation, 'older', async () => {
      const page = await this.#page(conversation, {})
      return { messages: page, complete: page.length < PAGE, live: true }
    })
  }

  /** Shows the messages around this one, which is of that conversation. */
  to(conversation: string, { id, stamp }: Pick<HistoryMessage, 'id' | 'stamp'>): Promise<void> {
    if (this.get(conversation).messages.some((message) => message.id === id)) return Promise.resolve()
    return this.#fetch(conversation, 'older', async () => {
      const newer = await this.#page(conversation, { after: stamp })
      // Up to and with it: a stamp and something sorts right behind that stamp.
      const older = await this.#page(conversation, { before: `${stamp}~` })
      return { messages: [...older, ...newer], complete: older.length < PAGE, live: newer.length < PAGE }
    })
  }

  /** Fetches the page before the oldest message here, if there is one. */
  older(conversation: string): Promise<void> {
    const { opened, loading, complete, messages } = this.get(conversation)
    const before = messages[0]?.stamp
    if (!opened || loading || complete || before === undefined) return Promise.resolve()
    return this.#fetch(conversation, 'older', async () => {
      const page = await this.#page(conversation, { before })
      const now = this.get(conversation)
      const merged = merge(now.messages, page)
      return { messages: merged.slice(0, MOST), complete: page.length < PAGE, live: now.live && merged.length <= MOST }
    })
  }

  /** Fetches the page after the newest message here, if there is one. */
  newer(conversation: string): Promise<void> {
    const { opened, loading, live, messages } = this.get(conversation)
    const after = messages.at(-1)?.stamp
    if (!opened || loading || live || after === undefined) return Promise.resolve()
    return this.#fetch(conversation, 'newer', async () => {
      const page = await this.#page(conversation, { after })
      // The end is told whole, with what is queued.
      const ends = page.length < PAGE
      const end = ends ? await this.#page(conversation, {}) : []
      const now = this.get(conversation)
      const merged = merge(now.messages, [...page, ...end])
      return { messages: merged.slice(-MOST), complete: now.complete && merged.length <= MOST, live: ends }
    })
  }

  /**
   * A message that is new or another now. Of a conversation nobody looked at, nothing is kept; of one whose run is full, `holding` says
   * that its oldest are being read, so that the new one has to wait below.
   */
  add(message: HistoryMessage, holding = false): void {
    const history = this.#all.get(message.conversation)
    if (!history) return
    this.#arrived.get(message.conversation)?.push(message)
    const { messages, complete, live } = history
    const known = messages.findIndex((one) => one.id === message.id)
    if (known >= 0 && messages[known]?.stamp === message.stamp) {
      this.#set(message.conversation, { messages: messages.with(known, message) })
      return
    }
    const oldest = messages[0]
    const newest = messages.at(-1)
    if (!complete && oldest && message.stamp < oldest.stamp) return
    if (!live && (!newest || message.stamp > newest.stamp)) return
    const merged = merge(messages, [message])
    const most = holding ? MOST : FOLLOWED
    if (merged.length <= most) this.#set(message.conversation, { messages: merged })
    else if (holding) this.#set(message.conversation, { messages: merged.slice(0, MOST), live: false })
    else this.#set(message.conversation, { messages: merged.slice(-Math.max(FOLLOWED, merged.length - LET_GO)), complete: false })
  }

  /** It is no more. */
  remove(conversation: string, id: string): void {
    const history = this.#all.get(conversation)
    if (history) this.#set(conversation, { messages: history.messages.filter((message) => message.id !== id) })
  }

  forget(): void {
    this.#all = new Map()
  }

  #page(conversation: string, where: { before?: string; after?: string }): Promise<HistoryMessage[]> {
    return this.#bridge.call('history', { conversation, limit: PAGE, ...where })
  }

  async #fetch(
    conversation: string,
    loading: 'older' | 'newer',
    work: () => Promise<Pick<History, 'messages' | 'complete' | 'live'>>,
  ): Promise<void> {
    this.#set(conversation, { loading, error: null })
    const all = this.#all
    const arrived: HistoryMessage[] = []
    this.#arrived.set(conversation, arrived)
    try {
      const come = await work()
      if (all !== this.#all) return
      const messages = come.live ? merge(come.messages, arrived).slice(-MOST) : come.messages
      this.#set(conversation, { ...come, messages, loading: null, opened: true })
    } catch (error) {
      if (all === this.#all) this.#set(conversation, { loading: null, error: asBridgeError(error) })
    } finally {
      if (this.#arrived.get(conversation) === arrived) this.#arrived.delete(conversation)
    }
  }

  #set(conversation: string, change: Partial<History>): void {
    this.#all.set(conversation, { ...this.get(conversation), ...change })
    this.#changed()
  }
}

/** Both in the order of stamps, each message once; of two with one id the later argument's is the newer word. */
export function merge(have: readonly HistoryMessage[], come: readonly HistoryMessage[]): HistoryMessage[] {
  const byId = new Map(have.map((message) => [message.id, message]))
  for (const message of come) byId.set(message.id, message)
  return [...byId.values()].sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0))
}
