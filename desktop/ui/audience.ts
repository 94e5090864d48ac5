/** Who a message would go to, from the people selected: nobody selected means everyone, so it is always named and counted. */
import type { To, UserId } from '../../core/protocol/messages.ts'
import type { AppView, Conversation, User } from '../bridge.ts'
import { names, plural } from './format.ts'

export interface Audience {
  /** Equal for the same people, whether or not they have talked yet. */
  readonly key: string
  readonly everyone: boolean
  readonly to: To
  /** The recipients, oneself not among them. */
  readonly people: readonly User[]
  /** Null until the first message. */
  readonly conversation: Conversation | null
  /** `Everyone`, `Bob and Carol`, `Yourself`. */
  readonly title: string
  /** `To Bob and Carol — 2 people`. */
  readonly label: string
}

const EVERYONE = 'everyone'

const keyOf = (ids: readonly UserId[]): string => `to:${[...ids].sort().join(',')}`

/** The key of the audience a conversation has. */
export function conversationKey(conversation: Conversation): string {
  return conversation.with === EVERYONE ? EVERYONE : keyOf(conversation.with.map((user) => user.id))
}

export function conversationTitle(conversation: Conversation): string {
  if (conversation.with === EVERYONE) return 'Everyone'
  return conversation.with.length === 0 ? 'Yourself' : names(conversation.with.map((user) => user.name))
}

/** The people to select so that this conversation is shown: none for everyone, oneself for a note to oneself. */
export function peopleOf(conversation: Conversation, me: User | null): UserId[] {
  if (conversation.with === EVERYONE) return []
  return conversation.with.length === 0 && me ? [me.id] : conversation.with.map((user) => user.id)
}

export function audienceFor(view: AppView, selected: ReadonlySet<UserId>): Audience {
  const others = view.roster.filter((person) => !person.self)
  if (selected.size === 0) {
    const count = others.length === 0 ? 'nobody else yet' : plural(others.length, 'person', 'people')
    return describe(view, EVERYONE, EVERYONE, others, 'Everyone', `To everyone — ${count}`)
  }
  const people = peopleById(view, selected)
  if (people.length === 0) return describe(view, keyOf([]), [...selected], [], 'Yourself', 'To yourself — only you')
  const title = names(people.map((person) => person.name))
  const ids = people.map((person) => person.id)
  return describe(view, keyOf(ids), ids, people, title, `To ${title} — ${plural(people.length, 'person', 'people')}`)
}

function describe(view: AppView, key: string, to: To, people: readonly User[], title: string, label: string): Audience {
  const conversation = view.conversations.find((candidate) => conversationKey(candidate) === key) ?? null
  return { key, everyone: to === EVERYONE, to, people, conversation, title, label }
}

/** The selected people but oneself, in the roster's order; one who is in a conversation but not in the roster keeps the name it has there. */
function peopleById(view: AppView, selected: ReadonlySet<UserId>): User[] {
  const known = new Map<UserId, User>()
  for (const person of view.roster) known.set(person.id, person)
  for (const { with: members } of view.conversations) {
    if (members !== EVERYONE) for (const member of members) if (!known.has(member.id)) known.set(member.id, member)
  }
  return [...known.values()].filter((person) => selected.has(person.id) && person.id !== view.me?.id)
}
