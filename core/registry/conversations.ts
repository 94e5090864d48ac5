/** The audiences that were ever written to, by their ids. */
import { conversationId, EVERYONE } from '../protocol/conversation.ts'
import type { UserId } from '../protocol/messages.ts'
import type { StoredConversation } from './store/store.ts'

export interface Conversation extends StoredConversation {
  /** Null: everyone. */
  readonly members: ReadonlySet<UserId> | null
}

const everyone: Conversation = { id: EVERYONE, audience: JSON.stringify(EVERYONE), members: null }

export class Conversations {
  readonly #known = new Map<string, Conversation>([[EVERYONE, everyone]])
  readonly #ofUser = new Map<UserId, Set<Conversation>>()

  constructor(stored: readonly StoredConversation[]) {
    for (const { id, audience } of stored) {
      if (id !== EVERYONE) this.keep({ id, audience, members: new Set(JSON.parse(audience) as UserId[]) })
    }
  }

  get(id: string): Conversation | undefined {
    return this.#known.get(id)
  }

  /** The conversation that `from` addresses by `to`; it is known to others only when it is kept. */
  addressed(from: UserId, to: typeof EVERYONE | UserId[]): Conversation {
    if (to === EVERYONE) return everyone
    const audience = [...new Set([...to, from])].sort()
    const id = conversationId(audience)
    return this.#known.get(id) ?? { id, audience: JSON.stringify(audience), members: new Set(audience) }
  }

  keep(conversation: Conversation): void {
    if (this.#known.has(conversation.id)) return
    this.#known.set(conversation.id, conversation)
    for (const user of conversation.members ?? []) {
      const own = this.#ofUser.get(user) ?? new Set()
      this.#ofUser.set(user, own.add(conversation))
    }
  }

  forget(id: string): void {
    const conversation = this.#known.get(id)
    if (!conversation?.members) return
    this.#known.delete(id)
    for (const user of conversation.members) this.#ofUser.get(user)?.delete(conversation)
  }

  /** All that a user is in, everyone among them. */
  *of(user: UserId): Iterable<Conversation> {
    yield everyone
    yield* this.#ofUser.get(user) ?? []
  }
}
