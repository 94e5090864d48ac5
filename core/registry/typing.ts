/** "Is writing": passed on at once to those who are there, never kept. */
import type { Clock } from '../protocol/clock.ts'
import { TYPING_INTERVAL } from '../protocol/limits.ts'
import { formatEvent } from '../protocol/parse.ts'
import type { Account } from './accounts.ts'
import type { Conversation } from './conversations.ts'
import { MAX_TYPED_IN, MAX_TYPING_AUDIENCE } from './limits.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

export class Typing {
  readonly #sessions: Sessions
  readonly #clock: Clock
  /** When each session was last passed on, by conversation, in elapsed milliseconds. */
  readonly #told = new WeakMap<Session, Map<string, number>>()

  constructor(sessions: Sessions, clock: Clock) {
    this.#sessions = sessions
    this.#clock = clock
  }

  /** Passes it on, unless it was just now, or so many are there that it would be a flood. */
  tell(session: Session, account: Account, conversation: Conversation): void {
    const now = this.#clock.elapsed()
    const told = this.#told.get(session) ?? new Map<string, number>()
    for (const [id, at] of told) if (now - at >= TYPING_INTERVAL) told.delete(id)
    if (told.has(conversation.id) || told.size >= MAX_TYPED_IN) return
    this.#told.set(session, told.set(conversation.id, now))
    const others: Session[] = []
    this.#sessions.each(conversation, (other, theirs) => {
      if (theirs !== account) others.push(other)
    })
    if (others.length > MAX_TYPING_AUDIENCE) return
    const frame = formatEvent('typing', { user: account.id, conversation: conversation.id })
    for (const other of others) other.send(frame)
  }
}
