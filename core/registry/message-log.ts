/** The one log of all messages: stored first, then handed to everybody it is for, in the order of positions. */
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_FRAME } from '../protocol/limits.ts'
import type { Body } from '../protocol/messages.ts'
import type { StampClock } from '../protocol/stamp.ts'
import type { Account } from './accounts.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Conversation, Conversations } from './conversations.ts'
import type { Journal } from './journal.ts'
import type { Offers } from './offers.ts'
import type { Sessions } from './sessions.ts'
import { messageFrame } from './store/message-frame.ts'
import type { Store } from './store/store.ts'

/** Bytes of a message's frame besides its audience and body, at most. */
const ENVELOPE = 300

export interface MessageLogParts {
  readonly store: Store
  readonly stamps: StampClock
  /** Position of the newest message. */
  readonly head: number
  readonly conversations: Conversations
  readonly offers: Offers
  readonly sessions: Sessions
  readonly journal: Journal
}

export class MessageLog {
  readonly #parts: MessageLogParts
  #head: number

  constructor(parts: MessageLogParts) {
    this.#parts = parts
    this.#head = parts.head
  }

  /** Position of the newest message that was handed out. */
  get head(): number {
    return this.#head
  }

  /**
   * Stores a message, then hands it out. A repeat of its author's id gets the first one's answer and is not handed out again.
   * @throws OptiChatError `id-taken`, `too-large`, `registry-full`
   */
  async append(author: Account, id: string, conversation: Conversation, body: Body): Promise<{ position: number; stamp: string }> {
    const { store, stamps, conversations, offers, journal } = this.#parts
    const text = canonicalJson(body)
    // What its receivers could not take in one frame would stop their streams for good.
    if (Buffer.byteLength(text) + conversation.audience.length + ENVELOPE > MAX_FRAME) throw new OptiChatError('too-large')
    const stored = await store.append({
      id,
      stamp: stamps.next(),
      author: author.id,
      conversation: { id: conversation.id, audience: conversation.audience },
      body: text,
      ...(body.kind === 'offer' ? { offers: body.transfer } : {}),
      ...(body.kind === 'withdraw' ? { withdraws: body.transfer } : {}),
    })
    const { position, stamp, repeated } = stored
    if (repeated) return { position, stamp }
    this.#head = Math.max(this.#head, position)
    conversations.keep(conversation)
    if (body.kind === 'offer') {
      offers.add({ transfer: body.transfer, author: author.id, conversation: conversation.id, position, withdrawn: false })
      journal.line`${author.name} offers ${body.count} ${body.count === 1 ? 'file' : 'files'} (${body.bytes} bytes)`
    }
    if (body.kind === 'withdraw' && offers.withdraw(body.transfer, author.id)) journal.line`${author.name} withdrew an offer`
    journal.stored(position)
    const audience = conversation.audience
    this.#handOut(author, conversation, position, messageFrame({ position, stamp, id, author: author.id, audience, body: text }))
    return { position, stamp }
  }

  #handOut(author: Account, conversation: Conversation, position: number, frame: string): void {
    const delivery = { position, author: author.id, conversation: conversation.id, frame }
    for (const session of this.#parts.sessions.in(conversation)) session.stream?.deliver(delivery)
  }
}
