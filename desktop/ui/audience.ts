/**
 * Who a message would go to, from the people selected or the room chosen: nobody selected means everyone, so it is always named
 * and counted.
 */
import type { RoomId, To, UserId } from '../../core/protocol/messages.ts'
import type { AppView, Conversation, User } from '../bridge.ts'
import { byName, names } from './format.ts'
import { counted, inSentence, msg, str } from './i18n/text.ts'

/** People ticked, or a room; with both empty it is everyone. */
export interface Selected {
  readonly people: ReadonlySet<UserId>
  readonly room: { readonly id: RoomId; readonly name: string } | null
}

export interface Audience {
  /** Equal for the same people, whether or not they have talked yet; of a room, whoever is in it. */
  readonly key: string
  readonly everyone: boolean
  readonly room: RoomId | null
  /** A room that one is not in: what was said can be read, nothing can be written. `open`: one can join. */
  readonly outside: { readonly open: boolean } | null
  readonly to: To
  /** The recipients, oneself not among them. */
  readonly people: readonly User[]
  /** Null until the first message. */
  readonly conversation: Conversation | null
  /** `Everyone`, `Bob and Carol`, `Yourself`, `Kitchen`. */
  readonly title: string
  /** `To Bob and Carol — 2 people`, `To room Kitchen — 5 people`. */
  readonly label: string
}

const EVERYONE = 'everyone'

const keyOf = (ids: readonly UserId[]): string => `to:${[...ids].sort().join(',')}`
const roomKey = (room: RoomId): string => `room:${room}`

/** The key of one person's audience. */
export const personKey = (id: UserId): string => keyOf([id])

export const countPeople = (people: readonly unknown[]): string =>
  people.length === 0 ? msg('nobody else yet') : counted(people.length, '# person', '# people')

/** The key of the audience a conversation has. */
export function conversationKey(conversation: Conversation): string {
  if (conversation.room) return roomKey(conversation.room.id)
  return conversation.with === EVERYONE ? EVERYONE : keyOf(conversation.with.map((user) => user.id))
}

/** The same wherever the conversation is named. */
const peopleTitle = (people: readonly User[]): string => names(people.map(({ name }) => name).sort(byName))

export function conversationTitle(conversation: Pick<Conversation, 'room' | 'with'>): string {
  if (conversation.room) return conversation.room.name
  if (conversation.with === EVERYONE) return msg('Everyone')
  return conversation.with.length === 0 ? msg('Yourself') : peopleTitle(conversation.with)
}

/** The people to select so that this conversation, of no room, is shown: none for everyone, oneself for a note to oneself. */
export function peopleOf(conversation: Conversation, me: User | null): UserId[] {
  if (conversation.with === EVERYONE) return []
  return conversation.with.length === 0 && me ? [me.id] : conversation.with.map((user) => user.id)
}

export function audienceFor(view: AppView, { people: selected, room }: Selected): Audience {
  if (room) return ofRoom(view, room)
  if (selected.size === 0) {
    const people = view.roster.filter((person) => !person.self)
    const label = msg(str`To everyone — ${countPeople(people)}`)
    return describe(view, { key: EVERYONE, to: EVERYONE, people, title: msg('Everyone'), label })
  }
  const people = peopleById(view, selected)
  if (people.length === 0) {
    const label = msg('To yourself — only you')
    return describe(view, { key: keyOf([]), to: [...selected], people, title: msg('Yourself'), label })
  }
  const title = peopleTitle(people)
  const ids = people.map((person) => person.id)
  return describe(view, { key: keyOf(ids), to: ids, people, title, label: msg(str`To ${title} — ${countPeople(people)}`) })
}

/** By its newest name. One that is left or has ended stays itself: it never becomes another audience by itself. */
function ofRoom(view: AppView, chosen: { id: RoomId; name: string }): Audience {
  const room = view.rooms.find(({ id }) => id === chosen.id)
  const title = room?.name ?? chosen.name
  const people = (room?.members ?? []).filter((person) => person.id !== view.me?.id)
  const label = room?.member
    ? msg(str`To room ${inSentence(title)} — ${countPeople(people)}`)
    : msg(str`You are not in room ${inSentence(title)}`)
  const outside = room?.member ? null : { open: room?.open === true }
  return describe(view, { key: roomKey(chosen.id), room: chosen.id, outside, to: { room: chosen.id }, people, title, label })
}

type Described = Pick<Audience, 'key' | 'to' | 'people' | 'title' | 'label'> & Partial<Pick<Audience, 'room' | 'outside'>>

function describe(view: AppView, what: Described): Audience {
  const conversation = view.conversations.find((candidate) => conversationKey(candidate) === what.key) ?? null
  return { room: null, outside: null, ...what, everyone: what.to === EVERYONE, conversation }
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
