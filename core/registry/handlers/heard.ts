import { GREETED, type Handler } from './handler.ts'

/** Whether a doctor's question came through by multicast: `null` where nobody listens for it. */
export const heard: Handler<'heard'> = {
  stages: GREETED,
  handle: ({ reaches }, _session, { token }) => ({ heard: reaches.heard(token) }),
}
