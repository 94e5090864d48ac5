import { defineCommand } from '../../command.ts'
import { nameList } from '../../parse.ts'
import { findRoom } from '../../room-name.ts'
import { oneLine } from '../../text.ts'
import { withConnection } from '../../with-client.ts'

export const invite = defineCommand({
  name: 'room invite',
  summary: 'brings people into a room one is in',
  usage: 'NAME a,b',
  details: 'They get what is said from then on.',
  options: {},
  example: 'optichat room invite "Summer party" carol,dave',
  takes: [2, 2],
  json: '{"event":"invited","id","room","users":["carol"]}',
  async run(context) {
    const [written = '', people = ''] = context.args
    const users = nameList(people, 'room invite NAME')
    return withConnection(context, async (client) => {
      const { id, name } = findRoom(client, written)
      await client.inviteToRoom(id, client.resolve(users))
      context.output.tell(
        { event: 'invited', id, room: name, users },
        `${users.map(oneLine).join(', ')} can read and write in ${oneLine(name)} now`,
      )
      return 0
    })
  },
})
