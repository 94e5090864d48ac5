import { OptiChatError } from '../../protocol/errors.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Lets two devices open one socket for one transfer: the sender's gets its half first, so that it knows who comes. */
export const ticket: Handler<'ticket'> = {
  stages: SIGNED_IN,
  async handle({ offers, tickets, journal }, session, { transfer }) {
    const account = userOf(session)
    const refuse = (error: OptiChatError) => {
      journal.line`${account.name} gets no ticket for ${transfer}: ${error}`
      return error
    }
    if (!offers.fetchable(transfer, account)) throw refuse(new OptiChatError('transfer-unknown'))
    const sender = await offers.holderSoon(transfer, session)
    if (!sender?.account) throw refuse(new OptiChatError('peer-away'))
    const { forSender, forReceiver } = tickets.issue(transfer, { session: sender, account: sender.account }, { session, account })
    journal.line`${account.name} gets a ticket to fetch ${transfer} from ${sender.account.name} (${sender.address})`
    sender.event('ticket', { ticket: forSender })
    return { ticket: forReceiver }
  },
}
