import { roomName } from '../../protocol/name.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** A member gives its room another name. */
export const roomRename: Handler<'room-rename'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle({ rooms, journal }, session, { room, name }) {
    const account = userOf(session)
    const renamed = await rooms.rename(account, room, roomName(name))
    journal.line`${account.name} gave a room the name ${renamed.name}`
    return {}
  },
}
