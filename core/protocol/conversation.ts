/** A conversation is an audience: its id follows from who is in it, so nobody creates one. */
import { createHash } from 'node:crypto'
import type { Audience, To, UserId } from './messages.ts'

export const EVERYONE = 'everyone'

/** The audience of what `from` sends `to`: everyone, or the sorted ids of all members, `from` among them, each once. */
export function audienceOf(from: UserId, to: To): Audience {
  return to === EVERYONE ? EVERYONE : [...new Set([...to, from])].sort()
}

/** The id of an audience's conversation: `everyone`, or base64url SHA-256 over its sorted ids joined by `\n` (43 characters). */
export function conversationId(audience: Audience): string {
  return audience === EVERYONE ? EVERYONE : createHash('sha256').update(audience.join('\n')).digest('base64url')
}
