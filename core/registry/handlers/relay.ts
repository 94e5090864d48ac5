import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Lets two devices that cannot dial each other meet here: each gets a token of its own, the sender first. */
export const relay: Handler<'relay'> = {
  stages: SIGNED_IN,
  handle({ tickets, relays, journal }, session, { ticket }) {
    const { id, name } = userOf(session)
    relays.check(id)
    const sender = tickets.relay(ticket, session)
    const { forReceiver, forSender } = relays.open(id, session.fingerprint, sender.fingerprint)
    journal.line`${name} and ${sender.account?.name} cannot reach each other: their transfer is relayed`
    sender.event('relay', { ticket, token: forSender })
    return { token: forReceiver }
  },
}
