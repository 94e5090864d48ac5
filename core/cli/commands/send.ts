import { text as readAll } from 'node:stream/consumers'
import { OptiChatError } from '../../protocol/errors.ts'
import { MAX_TEXT } from '../../protocol/limits.ts'
import { AUDIENCE_OPTIONS, audienceIds, audienceNames, audienceText } from '../audience.ts'
import { defineCommand, UsageError } from '../command.ts'
import { withConnection } from '../with-client.ts'

export const send = defineCommand({
  name: 'send',
  summary: 'sends a message',
  usage: '[--to a,b | --everyone] TEXT',
  details: 'Nobody named means everyone. TEXT of - is read from standard input. It answers when the registry has stored the message.',
  options: AUDIENCE_OPTIONS,
  example: 'optichat send --to bob,carol "Lunch?"',
  takes: [1, 1],
  json: '{"event":"sent","id","position"}',
  async run(context) {
    const names = audienceNames(context.options)
    const [written = ''] = context.args
    const text = written === '-' ? (await context.lifetime.race(readAll(process.stdin))).replace(/\r?\n$/, '') : written
    if (text === '') throw new UsageError('There is no text to send.')
    if (text.length > MAX_TEXT) throw new OptiChatError('too-large', `${text.length} characters, ${MAX_TEXT} at most`)
    return withConnection(context, async (client) => {
      const to = audienceIds(client, names)
      const { id, position } = await client.send(to, text)
      context.output.tell({ event: 'sent', id, position }, `sent to ${audienceText(client, to)}`)
      return 0
    })
  },
})
