import { OptiChatError } from '../../protocol/errors.ts'
import { PROTOCOL_VERSION } from '../../protocol/limits.ts'
import type { Handler } from './handler.ts'

/** The first frame: both say who they are, and a device that is enrolled is signed in. */
export const hello: Handler<'hello'> = {
  stages: ['connected'],
  handle({ id, name, registration, accounts, presences }, session, { version, device }) {
    if (version !== PROTOCOL_VERSION) throw new OptiChatError('protocol-version', `the registry speaks ${PROTOCOL_VERSION}`)
    session.device = device
    const account = accounts.ofDevice(session.fingerprint)
    session.stage = account ? 'signed-in' : 'greeted'
    if (account) presences.join(session, account)
    return {
      version: PROTOCOL_VERSION,
      registry: { id, name },
      registration,
      ...(account ? { user: { id: account.id, name: account.name } } : {}),
    }
  },
}
