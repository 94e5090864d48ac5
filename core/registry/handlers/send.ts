import { EVERYONE } from '../../protocol/conversation.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Stores a message, hands it out, and then says so. */
export const send: Handler<'send'> = {
  stages: SIGNED_IN,
  handle({ accounts, conversations, messages }, session, { id, to, body }) {
    const account = userOf(session)
    if (to !== EVERYONE) {
      const stranger = to.find((user) => !accounts.get(user))
      if (stranger !== undefined) throw new OptiChatError('user-unknown', stranger)
    }
    return messages.append(account, id, conversations.addressed(account.id, to), body)
  },
}
