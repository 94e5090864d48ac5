import { registrationResponse } from '../../identity/opaque-registry.ts'
import { freshUserOf, type Handler, SIGNED_IN } from './handler.ts'

/** First step to a new password: OPAQUE's registration, under the id that the account has. */
export const passwordStart: Handler<'password-start'> = {
  stages: SIGNED_IN,
  rated: 'change',
  handle({ setup, clock }, session, { request }) {
    return { response: registrationResponse({ setup, userId: freshUserOf(session, clock).id, request }) }
  },
}
