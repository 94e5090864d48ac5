import type { Client, Transfer } from '../../client/client.ts'
import { systemClock } from '../../protocol/clock.ts'
import type { To } from '../../protocol/messages.ts'
import { AUDIENCE_OPTIONS, audienceIds, audienceNames, audienceText } from '../audience.ts'
import { defineCommand } from '../command.ts'
import { LATER_TEXT, OfferWatch } from '../offer-watch.ts'
import type { Output } from '../output.ts'
import { seconds } from '../parse.ts'
import { PEER_OPTIONS, peerOptions } from '../peer-options.ts'
import { filesText, tellSkipped } from '../telling.ts'
import { withClient, withConnection } from '../with-client.ts'

export const sendFile = defineCommand({
  name: 'send-file',
  summary: 'hands over files and folders',
  usage: '[--to a,b | --everyone | --room NAME] [--later] [--timeout S] [--limit RATE] [--peer-port PORT] PATH…',
  details:
    'Nobody named means everyone. The files go straight to the recipients who accept, so it stays until every one has ended; for everyone, until those have who are here. The same paths sent again to the same people go on where they stopped. With --later it does not stay: whatever runs next on this profile, the app or "receive --follow", hands over.',
  options: {
    ...AUDIENCE_OPTIONS,
    later: {
      type: 'boolean',
      text: 'only notes it, on this disk where the registry cannot be reached: it starts by itself when both are here',
    },
    timeout: { type: 'string', value: 'S', text: 'gives up after so many seconds', default: 'never' },
    ...PEER_OPTIONS,
  },
  example: 'optichat send-file --to bob ~/holiday ~/film.mkv',
  takes: [1, Number.MAX_SAFE_INTEGER],
  json: '{"event":"offered","transfer","bytes","skipped":[…]} ("queued":true where it waits on this disk), then for each recipient {"event":"waiting","transfer","to","state","presence"} when it has to be waited for, {"event":"progress","transfer","to","bytes","of","rate","path"}, and {"event":"done"|"declined"|"failed","transfer","to","bytes","seconds","path":"direct"|"reverse"|"relay"}, a failed one with "code" and "message" (files-missing: also "missing":[{"path","code"}],"missingCount"), or {"event":"later","transfer","to"} of one who is not here',
  async run(context) {
    const { args, options, output } = context
    const names = audienceNames(options) ?? 'everyone'
    const timeout = options.timeout === undefined ? null : seconds(options.timeout, '--timeout')
    const own = peerOptions(options)
    if (options.later) {
      const note = async (client: Client) => {
        await connectIfPossible(client)
        const to = audienceIds(client, names)
        tellOffered(output, client, to, await client.offer(to, args, { later: true }))
        output.say(LATER_TEXT)
        return 0
      }
      return withClient(context, note, own)
    }
    const stay = async (client: Client) => {
      const to = audienceIds(client, names)
      const transfer = await client.offer(to, args)
      tellOffered(output, client, to, transfer)
      return new OfferWatch(transfer, { client, output, clock: systemClock, timeout, leaveAway: to === 'everyone' }).untilEnded()
    }
    return withConnection(context, stay, own)
  },
})

function tellOffered(output: Output, client: Client, to: To, transfer: Transfer): void {
  const { id, bytes, queued, skipped = [] } = transfer
  output.tell(
    { event: 'offered', transfer: id, bytes, skipped, ...(queued ? { queued } : {}) },
    `${queued ? 'noted' : 'offered'} to ${audienceText(client, to)}: ${filesText(transfer)}`,
  )
  tellSkipped(output, transfer)
}

/** @throws OptiChatError why it cannot be, where trying again does not mend that */
async function connectIfPossible(client: Client): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    if (client.connection.at !== 'waiting') throw error
  }
}
