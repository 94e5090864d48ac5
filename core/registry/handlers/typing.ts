import { addressed } from '../audience.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Somebody is writing: told to those of the audience who are online. */
export const typing: Handler<'typing'> = {
  stages: SIGNED_IN,
  handle(context, session, { to }) {
    const account = userOf(session)
    context.typing.tell(session, account, addressed(context, account, to))
    return {}
  },
}
