import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Moves the user's positions forward. None is beyond what there is. */
export const receipt: Handler<'receipt'> = {
  stages: SIGNED_IN,
  async handle({ messages, receipts }, session, { delivered, read }) {
    const account = userOf(session)
    const { head } = messages
    await Promise.all([
      delivered !== undefined && receipts.delivered(session, account, Math.min(delivered, head)),
      read !== undefined && receipts.read(session, account, read.conversation, Math.min(read.position, head)),
    ])
    return {}
  },
}
