import { bindingProofs, EXPORTER_LABEL, sameProof } from '../../identity/channel-binding.ts'
import { loginFinish as sessionKeyOf } from '../../identity/opaque-registry.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { FRESH_TIME } from '../../protocol/limits.ts'
import { endAttempt, type Handler } from './handler.ts'

/** KE3 and the channel binding: who knows the password, on this very connection, is signed in and its device enrolled, or proves again that it is who it is. */
export const loginFinish: Handler<'login-finish'> = {
  stages: ['signing-in', 'synced'],
  async handle({ accounts, presences, sessions, offers, throttle, clock, journal }, session, { finish, proof }) {
    const { attempt } = session
    if (attempt?.kind !== 'signing-in') throw new OptiChatError('out-of-state')
    const again = session.stage === 'synced'
    if (!again) session.stage = 'settling'
    try {
      const sessionKey = sessionKeyOf({ state: attempt.state, finish })
      const { account } = attempt
      // A login for a name that nobody has can't get here: its KE3 never verifies.
      // And a password that was changed meanwhile is none any more.
      if (!account || account.record !== attempt.record) throw new OptiChatError('sign-in-failed')
      const proofs = bindingProofs(sessionKey, session.exportKey(EXPORTER_LABEL))
      if (!sameProof(proofs.client, proof)) throw new OptiChatError('man-in-the-middle')
      throttle.succeeded(attempt.nameKey, session.address)
      if (!again) await accounts.enrol(session.fingerprint, account, session.device)
      if (session.ended) throw new OptiChatError('connection-lost')
      for (const other of sessions.ofDevice(session.fingerprint)) {
        if (other.account && other.account !== account && other !== session) other.end('device-revoked')
      }
      session.begun = 0
      session.freshUntil = clock.elapsed() + FRESH_TIME
      if (session.account !== account) {
        presences.leave(session)
        offers.drop(session)
        presences.join(session, account)
      }
      return { proof: proofs.registry, user: { id: account.id, name: account.name } }
    } catch (error) {
      journal.refusal(session.address)`${session.address} could not sign in as ${attempt.name}: ${error}`
      throw error
    } finally {
      endAttempt(session)
    }
  },
}
