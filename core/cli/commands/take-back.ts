import { TAKE_BACK_TIME } from '../../protocol/limits.ts'
import { defineCommand } from '../command.ts'
import { findMessage, ID_HELP, lookUp, readId } from '../message-id.ts'
import { quoted } from '../message-telling.ts'
import { durationText } from '../text.ts'
import { withClient } from '../with-client.ts'

export const takeBack = defineCommand({
  name: 'take-back',
  summary: 'takes a message or an offer of one’s own back, for everybody',
  usage: 'ID',
  details: `${ID_HELP} It works for ${durationText(TAKE_BACK_TIME)}; the registry erases the text, and who was online may have read it. One that is still queued is never sent.`,
  options: {},
  example: 'optichat take-back 1f0c9a3e',
  takes: [1, 1],
  json: '{"event":"taken-back","id"}',
  async run(context) {
    const id = readId(context.args[0] ?? '')
    return withClient(context, async (client) => {
      // Before there is a connection, over which it would go out.
      const queued = lookUp(client, id)
      if (queued?.state && client.cancelQueued(queued.id)) {
        context.output.tell({ event: 'taken-back', id: queued.id }, `not sent: ${quoted(queued)}`)
        return 0
      }
      await client.connect()
      const message = findMessage(client, id)
      await client.takeBack(message.id)
      context.output.tell({ event: 'taken-back', id: message.id }, `taken back: ${quoted(message)}`)
      return 0
    })
  },
})
