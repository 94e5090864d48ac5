import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Asks the sender to dial a receiver that couldn't reach it. */
export const dialBack: Handler<'dial-back'> = {
  stages: SIGNED_IN,
  handle({ tickets, journal }, session, { ticket }) {
    const { name } = userOf(session)
    const sender = tickets.dialBack(ticket, session)
    journal.line`${name} could not reach ${sender.account?.name}, who is asked to dial back`
    sender.event('dial-back', { ticket })
    return {}
  },
}
