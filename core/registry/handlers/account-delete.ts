import { deleteAccount, endRevoked } from '../leaving.ts'
import { freshUserOf, type Handler, SIGNED_IN } from './handler.ts'

/** Deletes the user's own account. */
export const accountDelete: Handler<'account-delete'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle(context, session) {
    await deleteAccount(context, freshUserOf(session, context.clock))
    return {}
  },
  after(context, session) {
    if (session.account) endRevoked(context, session.account)
  },
}
