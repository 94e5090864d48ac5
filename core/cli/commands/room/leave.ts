import { defineCommand } from '../../command.ts'
import { findRoom } from '../../room-name.ts'
import { oneLine } from '../../text.ts'
import { withConnection } from '../../with-client.ts'

export const leave = defineCommand({
  name: 'room leave',
  summary: 'leaves a room; what was said in it stays here',
  usage: 'NAME',
  options: {},
  example: 'optichat room leave "Summer party"',
  takes: [1, 1],
  json: '{"event":"left","id","room"}',
  run: (context) =>
    withConnection(context, async (client) => {
      const { id, name } = findRoom(client, context.args[0] ?? '')
      await client.leaveRoom(id)
      context.output.tell({ event: 'left', id, room: name }, `you left ${oneLine(name)}`)
      return 0
    }),
})
