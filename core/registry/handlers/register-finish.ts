import { OptiChatError } from '../../protocol/errors.ts'
import { armDeadline } from '../deadline.ts'
import { endAttempt, type Handler } from './handler.ts'

/** Bytes of an OPAQUE registration record (RFC 9807 §5.1: public key, masking key, envelope) for ristretto255 and SHA-512. */
const RECORD_BYTES = 192

/** Stores the account. Signing in is a login of its own. */
export const registerFinish: Handler<'register-finish'> = {
  stages: ['registering'],
  async handle(context, session, { record }) {
    const { accounts, messages, presences, journal } = context
    const { attempt } = session
    if (attempt?.kind !== 'registering') throw new OptiChatError('out-of-state')
    if (Buffer.from(record, 'base64url').length !== RECORD_BYTES) throw new OptiChatError('bad-frame', 'registration record')
    session.stage = 'settling'
    try {
      const { userId: id, name, nameKey } = attempt
      const account = await accounts.register({ id, name, nameKey, record, since: messages.head })
      journal.line`${name} registered from ${session.address}`
      presences.announce(account)
    } finally {
      accounts.release(session)
      endAttempt(session)
    }
    armDeadline(context.clock, session)
    return {}
  },
}
