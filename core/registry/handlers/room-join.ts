import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Enters an open room; who is there already stays. */
export const roomJoin: Handler<'room-join'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle({ rooms, journal }, session, { room }) {
    const account = userOf(session)
    const { name } = await rooms.join(account, room)
    journal.line`${account.name} joined the room ${name}`
    return {}
  },
}
