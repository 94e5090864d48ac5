import { roomName } from '../../protocol/name.ts'
import { knownUsers } from '../audience.ts'
import { newId } from '../ids.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** Makes a room of somebody and whom it names. */
export const roomCreate: Handler<'room-create'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle(context, session, { name, open, members }) {
    const account = userOf(session)
    const room = { id: newId(), name: roomName(name), open, members: [...new Set([account.id, ...knownUsers(context, members)])] }
    await context.rooms.create(room)
    context.journal.line`${account.name} made the room ${room.name}`
    return { room: room.id }
  },
}
