import { audienceOf, conversationId } from '../../protocol/conversation.ts'
import { audienceIds } from '../audience.ts'
import { defineCommand } from '../command.ts'
import { nameList, wholeNumber } from '../parse.ts'
import { MESSAGE_FIELDS, OFFER_FIELDS, tellMessage } from '../telling.ts'
import { signedIn, withClient } from '../with-client.ts'

/** Messages shown unless told otherwise: some screens. */
const LIMIT = 50

export const history = defineCommand({
  name: 'history',
  summary: 'what was said, oldest first; works offline',
  usage: '[--with a,b] [--limit N]',
  details: 'Without --with it is of all conversations. --search WORDS is not there yet.',
  options: {
    with: { type: 'string', value: 'a,b', text: 'only the conversation with just these people, or everyone' },
    search: { type: 'string', value: 'WORDS', text: 'not there yet' },
    limit: { type: 'string', value: 'N', text: 'at most so many messages, the newest', default: String(LIMIT) },
  },
  example: 'optichat history --with bob --limit 20',
  takes: [0, 0],
  json: `${MESSAGE_FIELDS} or ${OFFER_FIELDS}`,
  async run(context) {
    const { options, output } = context
    const limit = wholeNumber(options.limit ?? String(LIMIT), '--limit', 1, 1_000_000)
    const names = options.with === undefined ? null : options.with === 'everyone' ? options.with : nameList(options.with, '--with')
    if (options.search !== undefined) {
      output.warn('optichat: Searching the history is not there yet. Show more of it with --limit and search in that.')
      return 1
    }
    return withClient(context, async (client) => {
      const me = signedIn(client)
      const conversation = names === null ? {} : { conversation: conversationId(audienceOf(me.id, audienceIds(client, names))) }
      for (const message of client.history({ ...conversation, limit })) tellMessage(output, message)
      return 0
    })
  },
})
