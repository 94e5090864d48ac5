import { systemClock } from '../../protocol/clock.ts'
import { AUDIENCE_OPTIONS, audienceIds, audienceNames, audienceText } from '../audience.ts'
import { defineCommand } from '../command.ts'
import { OfferWatch } from '../offer-watch.ts'
import { seconds } from '../parse.ts'
import { filesText } from '../telling.ts'
import { withConnection } from '../with-client.ts'

export const sendFile = defineCommand({
  name: 'send-file',
  summary: 'hands over files and folders',
  usage: '[--to a,b | --everyone | --room NAME] [--timeout S] PATH…',
  details:
    'Nobody named means everyone. The files go straight to the recipients who accept, so it stays until every one has ended. The same paths sent again to the same people go on where they stopped.',
  options: { ...AUDIENCE_OPTIONS, timeout: { type: 'string', value: 'S', text: 'gives up after so many seconds', default: 'never' } },
  example: 'optichat send-file --to bob ~/holiday ~/film.mkv',
  takes: [1, Number.MAX_SAFE_INTEGER],
  json: '{"event":"offered","transfer","bytes"}, then for each recipient {"event":"done"|"declined"|"failed","transfer","to","bytes","seconds","path":"direct"|"reverse"|"relay"}, a failed one with "code" and "message"',
  async run(context) {
    const { args, options, output } = context
    const names = audienceNames(options)
    const millis = options.timeout === undefined ? null : seconds(options.timeout, '--timeout')
    return withConnection(context, async (client) => {
      const to = audienceIds(client, names ?? 'everyone')
      const transfer = await client.offer(to, args)
      output.tell(
        { event: 'offered', transfer: transfer.id, bytes: transfer.bytes },
        `offered to ${audienceText(client, to)}: ${filesText(transfer)}`,
      )
      return new OfferWatch(client, output, systemClock).untilEnded(transfer, millis)
    })
  },
})
