import { defineCommand } from '../../command.ts'
import { findRoom } from '../../room-name.ts'
import { oneLine } from '../../text.ts'
import { withConnection } from '../../with-client.ts'

export const join = defineCommand({
  name: 'room join',
  summary: 'enters an open room; what is said from then on arrives',
  usage: 'NAME',
  options: {},
  example: 'optichat room join "Summer party"',
  takes: [1, 1],
  json: '{"event":"joined","id","room"}',
  run: (context) =>
    withConnection(context, async (client) => {
      const { id, name } = findRoom(client, context.args[0] ?? '')
      await client.joinRoom(id)
      context.output.tell({ event: 'joined', id, room: name }, `you are in ${oneLine(name)}`)
      return 0
    }),
})
