/** The one log of all messages: stored first, then handed to everybody it is for, in the order of positions. */
import { isEmoji } from '../protocol/emoji.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_FRAME } from '../protocol/limits.ts'
import type { Body } from '../protocol/messages.ts'
import type { StampClock } from '../protocol/stamp.ts'
import type { Account } from './accounts.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Conversation, Conversations } from './conversations.ts'
import type { Journal } from './journal.ts'
import type { Offers } from './offers.ts'
import { OpenOffers } from './open-offers.ts'
import type { Sessions } from './sessions.ts'
import { messageFrame } from './store/message-frame.ts'
import type { Appended, Draft, Store } from './store/store.ts'

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
  readonly #open = new OpenOffers()
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
   * @throws OptiChatError `id-taken`, `too-large`, `bad-frame` (no emoji), `message-unknown`, `not-yours`, `too-late`, `registry-full`
   */
  append(author: Account, id: string, conversation: Conversation, body: Body): Promise<{ position: number; stamp: string }> {
    const { store, stamps, offers } = this.#parts
    if (body.kind === 'reaction' && !isEmoji(body.emoji)) throw new OptiChatError('bad-frame', 'no emoji')
    const text = canonicalJson(body)
    // What its receivers could not take in one frame would stop their streams for good.
    if (Buffer.byteLength(text) + conversation.audience.length + ENVELOPE > MAX_FRAME) throw new OptiChatError('too-large')
    if (body.kind === 'offer' && !offers.has(body.transfer)) this.#open.add(body.transfer, author.id, conversation)
    const draft: Draft = {
      id,
      stamp: stamps.next(),
      author: author.id,
      conversation: { id: conversation.id, audience: conversation.audience },
      body: text,
      ...(body.kind === 'offer' ? { offers: body.transfer } : {}),
      ...(body.kind === 'withdraw' ? { withdraws: body.transfer } : {}),
      ...refers(body),
    }
    return store.append(draft).then(
      (stored) => {
        if (!stored.repeated) this.#appended(author, conversation, body, draft, stored)
        return { position: stored.position, stamp: stored.stamp }
      },
      (error: unknown) => {
        if (body.kind === 'offer' && !offers.has(body.transfer)) this.#open.remove(body.transfer)
        throw error
      },
    )
  }

  /** It is in the log: all that follows from it. */
  #appended(author: Account, conversation: Conversation, body: Body, draft: Draft, { position, stamp, withdrew }: Appended): void {
    const { conversations, offers, journal } = this.#parts
    this.#head = Math.max(this.#head, position)
    if (!conversation.since) conversations.keep(conversation)
    if (body.kind === 'offer') {
      offers.add({ transfer: body.transfer, author: author.id, conversation: conversation.id, position, withdrawn: false })
      journal.line`${author.name} offers ${body.count} ${body.count === 1 ? 'file' : 'files'} (${body.bytes} bytes)`
    }
    if (body.kind === 'answer') this.#open.answered(author.id, body)
    const gone = body.kind === 'withdraw' ? body.transfer : withdrew
    if (gone !== undefined && offers.isOf(gone, author.id)) this.#open.remove(gone)
    if (body.kind === 'withdraw' && offers.withdraw(body.transfer, author.id)) journal.line`${author.name} withdrew an offer`
    if (withdrew !== undefined && offers.withdraw(withdrew, author.id)) journal.line`${author.name} took an offer back`
    journal.stored(position)
    const audience = conversation.audience
    this.#handOut(
      author,
      conversation,
      position,
      messageFrame({ position, stamp, id: draft.id, author: author.id, audience, body: draft.body }),
    )
  }

  #handOut(author: Account, conversation: Conversation, position: number, frame: string): void {
    const delivery = { message: { position, author: author.id, conversation: conversation.id }, frame }
    const { conversations, sessions } = this.#parts
    sessions.each(conversation, (session, account) => {
      // Its author knows it already.
      if (!conversation.since || conversations.reaches(conversation, account.id, position)) {
        session.stream?.deliver(delivery, account === author ? 'soon' : 'now')
      }
    })
  }
}

/** The message that a body is about. */
function refers(body: Body): Pick<Draft, 'refers'> {
  switch (body.kind) {
    case 'text':
      return body.reply === undefined ? {} : { refers: { as: 'reply', message: body.reply } }
    case 'edit':
    case 'take-back':
    case 'reaction':
      return { refers: { as: body.kind, message: body.message } }
    default:
      return {}
  }
}
