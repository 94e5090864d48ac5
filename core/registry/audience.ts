/** From what a client addresses to a conversation that it may address. */
import { EVERYONE, isRoom } from '../protocol/conversation.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { To, UserId } from '../protocol/messages.ts'
import type { Account } from './accounts.ts'
import type { Context } from './context.ts'
import type { Conversation } from './conversations.ts'

/** @throws OptiChatError `user-unknown`, `room-unknown`, `not-a-member` */
export function addressed(context: Context, from: Account, to: To): Conversation {
  if (isRoom(to)) return context.rooms.of(from.id, to.room)
  return context.conversations.addressed(from.id, to === EVERYONE ? to : knownUsers(context, to))
}

/** The same users. @throws OptiChatError `user-unknown` when one of them is nobody here */
export function knownUsers({ accounts }: Context, users: UserId[]): UserId[] {
  const stranger = users.find((user) => !accounts.get(user))
  if (stranger !== undefined) throw new OptiChatError('user-unknown', stranger)
  return users
}
