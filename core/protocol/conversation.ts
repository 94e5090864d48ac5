/** A conversation is an audience: its id follows from who is in it, so nobody creates one; a room's follows from the room. */
import { createHash } from 'node:crypto'
import type { Audience, RoomId, To, UserId } from './messages.ts'

export const EVERYONE = 'everyone'

/** The audience of what `from` sends `to`: everyone, a room, or the sorted ids of all members, `from` among them, each once. */
export function audienceOf(from: UserId, to: To): Audience {
  return to === EVERYONE || isRoom(to) ? to : [...new Set([...to, from])].sort()
}

/** The id of an audience's conversation: `everyone`, `room:` + id, or base64url SHA-256 over its sorted ids joined by `\n` (43 characters). */
export function conversationId(audience: Audience): string {
  if (audience === EVERYONE) return EVERYONE
  return isRoom(audience) ? roomConversation(audience.room) : createHash('sha256').update(audience.join('\n')).digest('base64url')
}

export function roomConversation(room: RoomId): string {
  return `room:${room}`
}

export function isRoom(audience: Audience | To): audience is { room: RoomId } {
  return typeof audience === 'object' && 'room' in audience
}
