import { loginStart as answerLogin } from '../../identity/opaque-registry.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { nameKey } from '../../protocol/name.ts'
import { idOfNobody } from '../ids.ts'
import { BEFORE_SYNC, countBegun, type Handler } from './handler.ts'

/** KE1 → KE2, in one and the same way for a name that nobody has. A session that has synced may prove its own password anew. */
export const loginStart: Handler<'login-start'> = {
  stages: [...BEFORE_SYNC, 'synced'],
  handle({ accounts, setup, throttle, journal }, session, { name, request }) {
    const key = nameKey(name)
    const again = session.stage === 'synced'
    if (again && key !== nameKey(session.account?.name ?? '')) throw new OptiChatError('out-of-state', 'another name')
    try {
      countBegun(session)
      throttle.attempt(key, session.address)
    } catch (error) {
      journal.refusal(session.address)`${session.address} may not try to sign in as ${name}: ${error}`
      throw error
    }
    const account = accounts.named(key)
    const { state, response } = answerLogin({
      setup,
      userId: account?.id ?? idOfNobody(setup, key),
      record: account?.record ?? null,
      request,
    })
    if (session.attempt?.kind === 'signing-in')
      journal.refusal(session.address)`${session.address} tries again to sign in, last as ${session.attempt.name}`
    accounts.release(session)
    session.attempt = { kind: 'signing-in', name, nameKey: key, account, record: account?.record ?? null, state }
    if (!again) session.stage = 'signing-in'
    return { response }
  },
}
