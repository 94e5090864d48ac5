import { addressed } from '../audience.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Stores a message, hands it out, and then says so. */
export const send: Handler<'send'> = {
  stages: SIGNED_IN,
  rated: 'send',
  handle(context, session, { id, to, body }) {
    const account = userOf(session)
    return context.messages.append(account, id, addressed(context, account, to), body)
  },
}
