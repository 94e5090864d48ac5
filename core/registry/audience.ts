/** From what a client addresses to a conversation that it may address. */
import { EVERYONE, isRoom } from '../protocol/conversation.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { To } from '../protocol/messages.ts'
import type { Account } from './accounts.ts'
import type { Context } from './context.ts'
import type { Conversation } from './conversations.ts'

/** @throws OptiChatError `user-unknown`, `not-a-member` */
export function addressed({ accounts, conversations }: Context, from: Account, to: To): Conversation {
  if (isRoom(to)) throw new OptiChatError('not-a-member')
  if (to !== EVERYONE) {
    const stranger = to.find((user) => !accounts.get(user))
    if (stranger !== undefined) throw new OptiChatError('user-unknown', stranger)
  }
  return conversations.addressed(from.id, to)
}
