import { OptiChatError } from '../../protocol/errors.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/**
 * This session holds the files of these offers. Some that are unknown (withdrawn or forgotten since) don't hinder the others;
 * when all are, it is `transfer-unknown`.
 */
export const serve: Handler<'serve'> = {
  stages: SIGNED_IN,
  handle({ offers, journal }, session, { transfers }) {
    const account = userOf(session)
    const refused = transfers.filter((transfer) => !offers.serve(session, account, transfer))
    if (refused.length > 0) journal.line`${account.name} cannot serve ${refused.length} of ${transfers.length} transfers: no such offers`
    if (transfers.length > 0 && refused.length === transfers.length) throw new OptiChatError('transfer-unknown', refused[0])
    return {}
  },
}
