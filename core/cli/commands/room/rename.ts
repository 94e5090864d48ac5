import { defineCommand } from '../../command.ts'
import { findRoom } from '../../room-name.ts'
import { oneLine } from '../../text.ts'
import { withConnection } from '../../with-client.ts'

export const rename = defineCommand({
  name: 'room rename',
  summary: 'gives a room one is in another name',
  usage: 'NAME NEW-NAME',
  options: {},
  example: 'optichat room rename "Summer party" "Autumn party"',
  takes: [2, 2],
  json: '{"event":"renamed","id","room","before"}',
  async run(context) {
    const [written = '', next = ''] = context.args
    return withConnection(context, async (client) => {
      const { id, name: before } = findRoom(client, written)
      await client.renameRoom(id, next)
      const name = client.rooms().find((room) => room.id === id)?.name ?? next
      context.output.tell({ event: 'renamed', id, room: name, before }, `${oneLine(before)} is called ${oneLine(name)} now`)
      return 0
    })
  },
})
