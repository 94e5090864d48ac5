/** The messages in blocks of some, which the browser lays out and paints only near what is seen: to ask that of each row would cost it more than it saves. */
import type { HistoryMessage } from '../../bridge.ts'

const SIZE = 16

export interface Block {
  /** The same for as long as its messages are here, whatever comes before them. */
  readonly key: number
  readonly messages: readonly HistoryMessage[]
  /** The one before its first. */
  readonly before: HistoryMessage | undefined
}

export class Blocks {
  #messages: readonly HistoryMessage[] = []
  #blocks: readonly Block[] = []
  /** Which number the first message here has; others follow it. */
  #first = 0

  of(messages: readonly HistoryMessage[]): readonly Block[] {
    if (messages === this.#messages) return this.#blocks
    const known = new Map(this.#messages.map(({ id }, index) => [id, index]))
    const at = messages.findIndex(({ id }) => known.has(id))
    this.#first = at < 0 ? 0 : this.#first + (known.get(messages[at]?.id ?? '') ?? 0) - at
    this.#messages = messages
    this.#blocks = this.#cut()
    return this.#blocks
  }

  #cut(): readonly Block[] {
    const blocks: Block[] = []
    let from = 0
    while (from < this.#messages.length) {
      const key = Math.floor((this.#first + from) / SIZE)
      const to = (key + 1) * SIZE - this.#first
      blocks.push({ key, messages: this.#messages.slice(from, to), before: this.#messages[from - 1] })
      from = to
    }
    return blocks
  }
}
