import { registrationResponse } from '../../identity/opaque-registry.ts'
import { displayName, nameKey } from '../../protocol/name.ts'
import { newId } from '../ids.ts'
import { BEFORE_SYNC, countBegun, type Handler } from './handler.ts'

/** Checks the name and keeps it for this session; the account's id is made here, since OPAQUE's record depends on it. */
export const registerStart: Handler<'register-start'> = {
  stages: BEFORE_SYNC,
  handle({ accounts, setup, journal }, session, { name, request }) {
    const userId = newId()
    try {
      countBegun(session)
      const shown = displayName(name)
      accounts.reserve(shown, nameKey(shown), session)
      session.attempt = { kind: 'registering', userId, name: shown, nameKey: nameKey(shown) }
      session.stage = 'registering'
    } catch (error) {
      journal.line`${session.address} could not register as ${name}: ${error}`
      throw error
    }
    return { response: registrationResponse({ setup, userId, request }) }
  },
}
