import { knownUsers } from '../audience.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** A member brings others into its room. */
export const roomInvite: Handler<'room-invite'> = {
  stages: SIGNED_IN,
  rated: 'change',
  async handle(context, session, { room, users }) {
    const account = userOf(session)
    const { name } = await context.rooms.invite(account, room, knownUsers(context, users))
    context.journal.line`${account.name} brought ${users.length} into the room ${name}`
    return {}
  },
}
