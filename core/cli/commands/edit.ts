import { defineCommand } from '../command.ts'
import { findMessage, ID_HELP, readId } from '../message-id.ts'
import { textArgument } from '../text-argument.ts'
import { withConnection } from '../with-client.ts'

export const edit = defineCommand({
  name: 'edit',
  summary: 'gives a message of one’s own other words',
  usage: 'ID TEXT',
  details: `${ID_HELP} TEXT of - is read from standard input. Everybody sees that it was edited.`,
  options: {},
  example: 'optichat edit 1f0c9a3e "Lunch at one?"',
  takes: [2, 2],
  json: '{"event":"edited","id"}',
  async run(context) {
    const { args, output } = context
    const id = readId(args[0] ?? '')
    const text = await textArgument(context, args[1])
    return withConnection(context, async (client) => {
      const message = findMessage(client, id)
      await client.edit(message.id, text)
      output.tell({ event: 'edited', id: message.id }, 'edited')
      return 0
    })
  },
})
