import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** A member goes; with the last one the room ends. */
export const roomLeave: Handler<'room-leave'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle({ rooms, journal }, session, { room }) {
    const account = userOf(session)
    const { name } = await rooms.leave(account, room)
    journal.line`${account.name} left the room ${name}`
    return {}
  },
}
