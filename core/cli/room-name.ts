/** Which room is meant by a name: names need not be unique, ids are. */
import type { Client, RoomEntry } from '../client/client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { RoomId } from '../protocol/messages.ts'
import { nameKey } from '../protocol/name.ts'
import { UsageError } from './command.ts'
import { oneLine } from './text.ts'

/** One that is known by this name, in any case, or by its id. @throws OptiChatError `room-unknown`; UsageError when several are */
export function findRoom(client: Client, name: string): RoomEntry {
  return only(client.rooms(), name)
}

/** The same for what was said in one, which stays here when one has left it. */
export function findRoomConversation(client: Client, name: string): string {
  const left = client.conversations().flatMap(({ id, room }) => (room ? [{ ...room, conversation: id }] : []))
  return only([...client.rooms(), ...left], name).conversation
}

function only<R extends { readonly id: RoomId; readonly name: string }>(rooms: readonly R[], name: string): R {
  const named = new Map(rooms.filter((room) => room.id === name || nameKey(room.name) === nameKey(name)).map((room) => [room.id, room]))
  const [found, another] = named.values()
  if (!found) throw new OptiChatError('room-unknown', oneLine(name))
  if (another) throw new UsageError(`Several rooms are called "${oneLine(name)}". Name it by its id: ${[...named.keys()].join(' or ')}.`)
  return found
}
