import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** How this session's person is there; others are told when that changes the user's presence. */
export const presence: Handler<'presence'> = {
  stages: SIGNED_IN,
  handle({ presences }, session, { state }) {
    presences.set(session, userOf(session), state)
    return {}
  },
}
