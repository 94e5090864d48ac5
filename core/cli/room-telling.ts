/** How a room is told. */
import type { RoomEntry } from '../client/client.ts'
import type { Output } from './output.ts'
import { oneLine } from './text.ts'

export const ROOM_FIELDS = '{"event":"room","id","room","open","member","members":["bob"]}; member: whether one is in it'

export function tellRoom(output: Output, { id, name, open, member, members }: RoomEntry): void {
  const names = members.map((user) => user.name)
  const how = [...(open ? ['open'] : []), ...(member ? [] : ['you are not in it'])]
  const notes = how.length > 0 ? ` (${how.join('; ')})` : ''
  output.tell({ event: 'room', id, room: name, open, member, members: names }, `${oneLine(name)}${notes}: ${names.map(oneLine).join(', ')}`)
}
