import { defineCommand } from '../../command.ts'
import { nameList } from '../../parse.ts'
import { ROOM_FIELDS, tellRoom } from '../../room-telling.ts'
import { withConnection } from '../../with-client.ts'

export const create = defineCommand({
  name: 'room create',
  summary: 'makes a room of oneself and others',
  usage: 'NAME [--with a,b] [--open]',
  options: {
    with: { type: 'string', value: 'a,b', text: 'people to bring in at once' },
    open: { type: 'boolean', text: 'anybody can join', default: 'a member has to invite' },
  },
  example: 'optichat room create "Summer party" --with bob,carol',
  takes: [1, 1],
  json: ROOM_FIELDS,
  async run(context) {
    const { args, options, output } = context
    const [name = ''] = args
    const names = options.with === undefined ? [] : nameList(options.with, '--with')
    return withConnection(context, async (client) => {
      const room = await client.createRoom(name, { open: options.open === true, members: client.resolve(names) })
      tellRoom(output, room)
      return 0
    })
  },
})
