import { defineCommand } from '../../command.ts'
import { ROOM_FIELDS, tellRoom } from '../../room-telling.ts'
import { withConnection } from '../../with-client.ts'

export const list = defineCommand({
  name: 'room list',
  summary: 'the rooms one is in, and those that anybody can join',
  usage: '',
  options: {},
  example: 'optichat room list',
  takes: [0, 0],
  json: ROOM_FIELDS,
  run: (context) =>
    withConnection(context, async (client) => {
      const rooms = client.rooms()
      for (const room of rooms) tellRoom(context.output, room)
      if (rooms.length === 0) context.output.say('There are no rooms yet. To make one: optichat room create NAME')
      return 0
    }),
})
