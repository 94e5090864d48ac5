import { checkRecord } from '../credentials.ts'
import { endRevoked } from '../leaving.ts'
import { freshUserOf, type Handler, SIGNED_IN } from './handler.ts'

/** From now on the new password counts. */
export const passwordFinish: Handler<'password-finish'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle({ accounts, clock, journal }, session, { record, revokeOthers }) {
    const account = freshUserOf(session, clock)
    checkRecord(record)
    await accounts.changePassword(account, record, { keep: revokeOthers ? session.fingerprint : 'all' })
    journal.line`${account.name} changed the password${revokeOthers ? ', and signed all other devices out' : ''}`
    return {}
  },
  after(context, session) {
    if (session.account) endRevoked(context, session.account)
  },
}
