/** From what a client addresses to a conversation that it may address. */
import { EVERYONE, isRoom } from '../protocol/conversation.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { To, UserId } from '../protocol/messages.ts'
import type { Account, Accounts } from './accounts.ts'
import type { Context } from './context.ts'
import type { Conversation } from './conversations.ts'

/**
 * Who has deleted the account stays in the conversations it was in, and gets nothing; nobody but such is no audience.
 * @throws OptiChatError `user-unknown`, `room-unknown`, `not-a-member`
 */
export function addressed(context: Context, from: Account, to: To): Conversation {
  const { accounts, conversations, rooms } = context
  if (to === EVERYONE) return conversations.addressed(from.id, to)
  if (isRoom(to)) return rooms.of(from.id, to.room)
  const people = to.map((user) => knownUser(accounts, user))
  const [gone] = people.filter((one) => one.gone !== null)
  if (gone && people.every((one) => one.gone !== null || one === from)) throw new OptiChatError('user-unknown', gone.name)
  return conversations.addressed(from.id, to)
}

/** The same users, of whom none is gone. @throws OptiChatError `user-unknown` when one of them is nobody here */
export function knownUsers({ accounts }: Context, users: UserId[]): UserId[] {
  const gone = users.find((user) => knownUser(accounts, user).gone !== null)
  if (gone !== undefined) throw new OptiChatError('user-unknown', gone)
  return users
}

function knownUser(accounts: Accounts, user: UserId): Account {
  const account = accounts.get(user)
  if (!account) throw new OptiChatError('user-unknown', user)
  return account
}
