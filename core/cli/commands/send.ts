import type { Client } from '../../client/client.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import type { To } from '../../protocol/messages.ts'
import { AUDIENCE_OPTIONS, type AudienceNames, audienceIds, audienceNames, audienceText, repliedTo } from '../audience.ts'
import { defineCommand } from '../command.ts'
import { findMessage, ID_HELP, readId } from '../message-id.ts'
import { textArgument } from '../text-argument.ts'
import { withClient, withConnection } from '../with-client.ts'

export const send = defineCommand({
  name: 'send',
  summary: 'sends a message',
  usage: '[--to a,b | --everyone | --room NAME] [--reply ID] [--queue] TEXT',
  details: `Nobody named means everyone; with --reply, those who have what it answers. TEXT of - is read from standard input. It answers when the registry has stored the message. ${ID_HELP}`,
  options: {
    ...AUDIENCE_OPTIONS,
    reply: { type: 'string', value: 'ID', text: 'answers a message, in its conversation' },
    queue: {
      type: 'boolean',
      text: 'where the registry cannot be reached, keeps it on this disk: it goes out with the next command, or the app, that connects',
    },
  },
  example: 'optichat send --to bob,carol "Lunch?"',
  takes: [1, 1],
  json: '{"event":"sent","id","position"}, or {"event":"queued","id"}',
  async run(context) {
    const { options, output } = context
    const names = audienceNames(options)
    const replied = options.reply === undefined ? null : readId(options.reply)
    const text = await textArgument(context, context.args[0])
    const tellSent = (client: Client, to: To, { id, position }: { id: string; position: number }) =>
      output.tell({ event: 'sent', id, position }, `sent to ${audienceText(client, to)}`)
    if (!options.queue) {
      return withConnection(context, async (client) => {
        const { to, reply } = addressed(client, names, replied)
        tellSent(client, to, await client.send(to, text, reply))
        return 0
      })
    }
    return withClient(context, async (client) => {
      const { to, reply } = addressed(client, names, replied)
      const { id, position } = await sendOrKeep(client, to, text, reply)
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

/** Whom it is for, and what it answers: a reply goes to the people of what it answers, unless they are named. */
function addressed(client: Client, names: AudienceNames, replied: string | null): { to: To; reply: { reply?: string } } {
  if (replied === null) return { to: audienceIds(client, names ?? 'everyone'), reply: {} }
  const message = findMessage(client, replied)
  return { to: names === null ? repliedTo(client, message) : audienceIds(client, names), reply: { reply: message.id } }
}

/** Queues it and tries to send it at once. @returns its position, or null when it waits on the disk */
async function sendOrKeep(
  client: Client,
  to: To,
  text: string,
  reply: { reply?: string },
): Promise<{ id: string; position: number | null }> {
  const { id } = await client.queue(to, text, reply)
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
