/** Whom a message or a file is for: --to, --everyone, --room, or nobody named, which is everyone. */
import type { Client, HistoryMessage } from '../client/client.ts'
import type { To } from '../protocol/messages.ts'
import { UsageError } from './command.ts'
import { nameList } from './parse.ts'
import { findRoom } from './room-name.ts'
import { countText, oneLine } from './text.ts'

export const AUDIENCE_OPTIONS = {
  to: { type: 'string', value: 'a,b', text: 'the people it is for, by name', default: 'everyone' },
  everyone: { type: 'boolean', text: 'for everyone, said outright' },
  room: { type: 'string', value: 'NAME', text: 'for those in this room' },
} as const

/** What the options name; null: nothing. */
export type AudienceNames = 'everyone' | readonly string[] | { readonly room: string } | null

/** @throws UsageError when they contradict each other. */
export function audienceNames({ to, everyone, room }: { to?: string; everyone?: boolean; room?: string }): AudienceNames {
  if ([to !== undefined, everyone === true, room !== undefined].filter(Boolean).length > 1)
    throw new UsageError('--to, --everyone and --room contradict each other.')
  if (room !== undefined) return { room }
  return to === undefined ? (everyone ? 'everyone' : null) : nameList(to, '--to')
}

/** @throws OptiChatError `user-unknown`, naming who; `room-unknown` */
export function audienceIds(client: Client, names: Exclude<AudienceNames, null>): To {
  if (names === 'everyone') return names
  return 'room' in names ? { room: findRoom(client, names.room).id } : [...new Set(client.resolve(names))]
}

/** Those who have a message, for an answer to it. */
export function repliedTo(client: Client, { to, from, room }: HistoryMessage): To {
  if (room) return { room: room.id }
  if (to === 'everyone') return to
  const me = client.me?.id
  const others = [from, ...to].map(({ id }) => id).filter((id) => id !== me)
  return others.length > 0 ? [...new Set(others)] : [from.id]
}

/** `everyone (3 people)`, `alice, bob (2 people)`: named and counted, so that nobody mis-sends. */
export function audienceText(client: Client, to: To): string {
  const others = client.roster().filter(({ self }) => !self)
  if (to === 'everyone') return `everyone (${countText(others.length, 'other')})`
  if (!Array.isArray(to)) {
    const room = client.rooms().find(({ id }) => id === to.room)
    if (!room) return 'a room'
    return `the room ${oneLine(room.name)} (${countText(room.members.length - (room.member ? 1 : 0), 'other')})`
  }
  const named = client.roster().filter(({ id }) => to.includes(id))
  return `${named.map(({ name }) => oneLine(name)).join(', ')}${named.length > 1 ? ` (${countText(named.length, 'recipient')})` : ''}`
}
