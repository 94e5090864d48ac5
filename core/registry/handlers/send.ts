import { addressed } from '../audience.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Stores a message, hands it out, and then says so. */
export const send: Handler<'send'> = {
  stages: SIGNED_IN,
  rated: 'send',
  handle(context, session, { id, to, body }) {
    const account = userOf(session)
    const conversation = addressed(context, account, to)
    const { conversations, messages, rates } = context
    if (!conversations.get(conversation.id)) rates.take('audience', session.fingerprint, conversation.members?.size)
    return messages.append(account, id, conversation, body)
  },
}
