import { OptiChatError } from '../../protocol/errors.ts'
import { endRevoked, revokeDevice } from '../leaving.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Signs another device of this user out (or this one). */
export const deviceRevoke: Handler<'device-revoke'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle(context, session, { fingerprint }) {
    const device = context.accounts.device(fingerprint)
    // Whether somebody else has it is none of the asker's business.
    if (!device || device.account !== userOf(session)) throw new OptiChatError('device-unknown')
    await revokeDevice(context, device)
    return {}
  },
  after(context, session) {
    if (session.account) endRevoked(context, session.account)
  },
}
