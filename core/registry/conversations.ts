/** The audiences that were ever written to, by their ids. */
import { conversationId, EVERYONE, isRoom } from '../protocol/conversation.ts'
import type { Audience, UserId } from '../protocol/messages.ts'
import { EVERYONE_AUDIENCE } from './store/schema.ts'
import type { StoredConversation } from './store/store.ts'

export interface Conversation extends StoredConversation {
  /** Null: everyone. Those of a room come and go. */
  readonly members: ReadonlySet<UserId> | null
  /** Of a room: the position after which each member sees what is said. */
  readonly since?: ReadonlyMap<UserId, number>
}

const everyone: Conversation = { id: EVERYONE, audience: EVERYONE_AUDIENCE, members: null }

const pair = (a: UserId, b: UserId): UserId[] => (a === b ? [a] : a < b ? [a, b] : [b, a])

export class Conversations {
  readonly #known = new Map<string, Conversation>([[EVERYONE, everyone]])
  /** By the audience as it is stored: hashing it to find its id costs more than all the rest of a look. */
  readonly #byAudience = new Map<string, Conversation>()
  readonly #ofUser = new Map<UserId, Set<Conversation>>()

  constructor(stored: readonly StoredConversation[]) {
    for (const { id, audience } of stored) {
      const members = JSON.parse(audience) as Audience
      // A room knows its members by itself, and one that has ended has none.
      if (members !== EVERYONE && !isRoom(members)) this.keep({ id, audience, members: new Set(members) })
    }
  }

  get(id: string): Conversation | undefined {
    return this.#known.get(id)
  }

  /** The conversation that `from` addresses by `to`; it is known to others only when it is kept. */
  addressed(from: UserId, to: typeof EVERYONE | UserId[]): Conversation {
    if (to === EVERYONE) return everyone
    const [other] = to
    // Most have two members.
    const members = to.length === 1 && other ? pair(from, other) : [...new Set([...to, from])].sort()
    // As JSON has it: ids need no escaping.
    const audience = `["${members.join('","')}"]`
    return this.#byAudience.get(audience) ?? { id: conversationId(members), audience, members: new Set(members) }
  }

  keep(conversation: Conversation): void {
    if (this.#known.has(conversation.id)) return
    this.#known.set(conversation.id, conversation)
    this.#byAudience.set(conversation.audience, conversation)
    for (const user of conversation.members ?? []) this.enter(conversation, user)
  }

  /** Somebody is a member from now on. */
  enter(conversation: Conversation, user: UserId): void {
    const own = this.#ofUser.get(user) ?? new Set()
    this.#ofUser.set(user, own.add(conversation))
  }

  exit(conversation: Conversation, user: UserId): void {
    this.#ofUser.get(user)?.delete(conversation)
  }

  /** Whether a user gets what stands at this position in a conversation that it is in. */
  reaches(conversation: Conversation, user: UserId, position: number): boolean {
    return !conversation.since || position > (conversation.since.get(user) ?? Number.POSITIVE_INFINITY)
  }

  forget(id: string): void {
    const conversation = this.#known.get(id)
    if (!conversation?.members) return
    this.#known.delete(id)
    this.#byAudience.delete(conversation.audience)
    for (const user of conversation.members) this.#ofUser.get(user)?.delete(conversation)
  }

  /** All that a user is in, everyone among them. */
  *of(user: UserId): Iterable<Conversation> {
    yield everyone
    yield* this.#ofUser.get(user) ?? []
  }
}
