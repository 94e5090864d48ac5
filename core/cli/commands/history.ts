import { resolve } from 'node:path'
import type { Client } from '../../client/client.ts'
import { audienceOf, conversationId } from '../../protocol/conversation.ts'
import { audienceIds } from '../audience.ts'
import { type Context, defineCommand, UsageError, type Values } from '../command.ts'
import { writeLines } from '../line-file.ts'
import { MESSAGE_FIELDS, OFFER_FIELDS, tellFound, tellMessage } from '../message-telling.ts'
import { nameList, wholeNumber } from '../parse.ts'
import { findRoomConversation } from '../room-name.ts'
import { bytesText } from '../text.ts'
import { signedIn, withClient } from '../with-client.ts'

/** Messages shown unless told otherwise: some screens. */
const LIMIT = 50

const OPTIONS = {
  with: { type: 'string', value: 'a,b', text: 'only the conversation with just these people, or everyone' },
  room: { type: 'string', value: 'NAME', text: 'only what was said in this room' },
  search: { type: 'string', value: 'WORDS', text: 'only messages that have all these words, the last one perhaps unfinished' },
  limit: { type: 'string', value: 'N', text: 'at most so many messages, the newest', default: String(LIMIT) },
  ids: { type: 'boolean', text: 'shows the end of each message’s id, by which other subcommands know it' },
  export: { type: 'string', value: 'FILE', text: 'writes all of it to a file instead; - is standard output' },
  format: { type: 'string', value: 'jsonl|text', text: 'what --export writes', default: 'jsonl' },
} as const

export const history = defineCommand({
  name: 'history',
  summary: 'what was said, oldest first; works offline',
  usage: '[--with a,b | --room NAME] [--search WORDS] [--limit N] [--ids] | --export FILE [--format jsonl|text]',
  details:
    'Without --with or --room it is of all conversations. What waits to be sent stands at the end. A search looks at texts and at the names of files; case and accents make no difference, and no character has a meaning of its own.',
  options: OPTIONS,
  example: 'optichat history --with bob --search "lunch thurs"',
  takes: [0, 0],
  json: `${MESSAGE_FIELDS} or ${OFFER_FIELDS}; with --search also "snippet":{"text","ranges":[[from,to]]}; with --export {"event":"exported","file","format","lines","bytes"}`,
  async run(context) {
    const { options, output } = context
    const limit = wholeNumber(options.limit ?? String(LIMIT), '--limit', 1, 1_000_000)
    if (options.with !== undefined && options.room !== undefined) throw new UsageError('--with and --room contradict each other.')
    const format = exportFormat(options)
    return withClient(context, async (client) => {
      const conversation = chosenConversation(client, options)
      if (options.export !== undefined) await exportTo(options.export, format, conversation, client, context)
      else if (options.search !== undefined) {
        const found = client.search(options.search, { ...conversation, limit }).reverse()
        for (const message of found) tellFound(output, client, message, options.ids)
        if (found.length === 0) output.say('nothing was found')
      } else for (const message of client.history({ ...conversation, limit })) tellMessage(output, client, message, options.ids)
      return 0
    })
  },
})

/** What --with or --room names; nothing: all there is. */
function chosenConversation(client: Client, options: Values<typeof OPTIONS>): { conversation?: string } {
  const me = signedIn(client)
  if (options.room !== undefined) return { conversation: findRoomConversation(client, options.room) }
  if (options.with === undefined) return {}
  const names = options.with === 'everyone' ? options.with : nameList(options.with, '--with')
  return { conversation: conversationId(audienceOf(me.id, audienceIds(client, names))) }
}

/** @throws UsageError when options contradict each other */
function exportFormat(options: Values<typeof OPTIONS>): 'jsonl' | 'text' {
  const { format = 'jsonl' } = options
  if (format !== 'jsonl' && format !== 'text') throw new UsageError(`--format is jsonl or text, not "${format}".`)
  if (options.export === undefined) {
    if (options.format !== undefined) throw new UsageError('--format says what --export writes, which is missing.')
    return format
  }
  for (const name of ['search', 'limit', 'ids'] as const)
    if (options[name] !== undefined) throw new UsageError(`--export writes all there is, so --${name} has no meaning with it.`)
  return format
}

async function exportTo(
  name: string,
  format: 'jsonl' | 'text',
  conversation: { conversation?: string },
  client: Client,
  { output, lifetime }: Context,
): Promise<void> {
  const lines = client.export(format, conversation)
  if (name === '-') return output.raw(lines)
  const file = resolve(name)
  const written = await writeLines(file, lines, lifetime.signal)
  output.tell({ event: 'exported', file, format, ...written }, `exported to ${file} (${bytesText(written.bytes)})`)
}
