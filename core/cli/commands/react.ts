import { isEmoji } from '../../protocol/emoji.ts'
import { defineCommand, UsageError } from '../command.ts'
import { findMessage, ID_HELP, readId } from '../message-id.ts'
import { quoted } from '../message-telling.ts'
import { oneLine } from '../text.ts'
import { withConnection } from '../with-client.ts'

export const react = defineCommand({
  name: 'react',
  summary: 'puts an emoji to a message',
  usage: 'ID EMOJI [--off]',
  details: ID_HELP,
  options: { off: { type: 'boolean', text: 'takes it away again' } },
  example: 'optichat react 1f0c9a3e 👍',
  takes: [2, 2],
  json: '{"event":"reaction","id","emoji","on"}',
  async run(context) {
    const [written = '', emoji = ''] = context.args
    const id = readId(written)
    if (!isEmoji(emoji)) throw new UsageError(`"${emoji}" is no single emoji.`)
    const on = !context.options.off
    return withConnection(context, async (client) => {
      const message = findMessage(client, id)
      await client.react(message.id, emoji, on)
      const what = `${oneLine(emoji)} ${on ? 'to' : 'away from'} ${quoted(message)}`
      context.output.tell({ event: 'reaction', id: message.id, emoji, on }, `${on ? 'put' : 'took'} ${what}`)
      return 0
    })
  },
})
