import { type Handler, SIGNED_IN } from './handler.ts'

/** What came of a dial that this device was asked for. */
export const probed: Handler<'probed'> = {
  stages: SIGNED_IN,
  handle({ reaches }, session, request) {
    reaches.probed(session, request)
    return {}
  },
}
