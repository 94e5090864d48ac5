import { text as readAll } from 'node:stream/consumers'
import type { Client } from '../../client/client.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { MAX_TEXT } from '../../protocol/limits.ts'
import type { To } from '../../protocol/messages.ts'
import { AUDIENCE_OPTIONS, audienceIds, audienceNames, audienceText } from '../audience.ts'
import { defineCommand, UsageError } from '../command.ts'
import { withClient, withConnection } from '../with-client.ts'

export const send = defineCommand({
  name: 'send',
  summary: 'sends a message',
  usage: '[--to a,b | --everyone] [--queue] TEXT',
  details: 'Nobody named means everyone. TEXT of - is read from standard input. It answers when the registry has stored the message.',
  options: {
    ...AUDIENCE_OPTIONS,
    queue: {
      type: 'boolean',
      text: 'where the registry cannot be reached, keeps it on this disk: it goes out with the next command, or the app, that connects',
    },
  },
  example: 'optichat send --to bob,carol "Lunch?"',
  takes: [1, 1],
  json: '{"event":"sent","id","position"}, or {"event":"queued","id"}',
  async run(context) {
    const { options, output, lifetime } = context
    const names = audienceNames(options)
    const [written = ''] = context.args
    const text = written === '-' ? (await lifetime.race(readAll(process.stdin))).replace(/\r?\n$/, '') : written
    if (text === '') throw new UsageError('There is no text to send.')
    if (text.length > MAX_TEXT) throw new OptiChatError('too-large', `${text.length} characters, ${MAX_TEXT} at most`)
    const tellSent = (client: Client, to: To, { id, position }: { id: string; position: number }) =>
      output.tell({ event: 'sent', id, position }, `sent to ${audienceText(client, to)}`)
    if (!options.queue) {
      return withConnection(context, async (client) => {
        const to = audienceIds(client, names)
        tellSent(client, to, await client.send(to, text))
        return 0
      })
    }
    return withClient(context, async (client) => {
      const to = audienceIds(client, names)
      const { id, position } = await sendOrKeep(client, to, text)
      if (position !== null) tellSent(client, to, { id, position })
      else
        output.tell(
          { event: 'queued', id },
          `queued for ${audienceText(client, to)}: it goes out with whatever next connects to the registry`,
        )
      return 0
    })
  },
})

/** Queues it and tries to send it at once. @returns its position, or null when it waits on the disk */
async function sendOrKeep(client: Client, to: To, text: string): Promise<{ id: string; position: number | null }> {
  const { id } = await client.queue(to, text)
  const position = await new Promise<number | null>((resolve, reject) => {
    client.on('message', (message) => {
      if (message.id === id) resolve(message.position)
    })
    client.on('changed', (message) => {
      if (message.id !== id || message.state !== 'refused') return
      client.cancelQueued(id)
      reject(new OptiChatError(message.code ?? 'internal'))
    })
    client.on('connection', ({ at }) => {
      if (at === 'waiting') resolve(null)
    })
    client.connect().catch((error: unknown) => {
      // Tried again by the next one; else nobody will ever send it.
      if (client.connection.at === 'waiting') return resolve(null)
      client.cancelQueued(id)
      reject(error)
    })
  })
  return { id, position }
}
