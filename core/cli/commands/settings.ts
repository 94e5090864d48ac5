import type { Client, TransferSettings } from '../../client/client.ts'
import { readRules, resolveRules, rulesText } from '../accept-rules.ts'
import { type Context, defineCommand, type Values } from '../command.ts'
import { wholeNumber } from '../parse.ts'
import { rateOf } from '../sizes.ts'
import { bytesText } from '../text.ts'
import { signedIn, withClient } from '../with-client.ts'

const OPTIONS = {
  accept: {
    type: 'string',
    value: 'none|USER[:SIZE],…',
    text: 'whose offers are accepted without asking, up to a size; everyone:SIZE for all others; the first that fits counts',
  },
  up: { type: 'string', value: 'RATE|none', text: 'how fast files are sent, all together, such as 10MB/s' },
  down: { type: 'string', value: 'RATE|none', text: 'how fast they are received' },
  'peer-port': {
    type: 'string',
    value: 'PORT',
    text: 'the TCP port at which others reach this computer; 0: any free one. From the next start on',
  },
  'at-once': { type: 'string', value: 'N', text: 'large files received at once' },
} as const

export const settings = defineCommand({
  name: 'settings',
  summary: 'what is so for all transfers of this profile: shows and changes it',
  usage: '[--accept none|USER[:SIZE],…] [--up RATE|none] [--down RATE|none] [--peer-port PORT] [--at-once N]',
  details: 'It counts at once for all programs of the profile, also the app.',
  options: OPTIONS,
  example: 'optichat settings --accept bob,carol:100MB --up 10MB/s',
  takes: [0, 0],
  json: '{"event":"settings","accept":[{"from","upTo"}],"up","down","peerPort","atOnce"} (bytes, bytes a second; null: no bound)',
  async run(context) {
    const { options } = context
    const rules = options.accept === undefined || options.accept === 'none' ? [] : readRules(options.accept, '--accept')
    const change = changeOf(options)
    return withClient(context, async (client) => {
      signedIn(client)
      const accept = options.accept === undefined ? {} : { accept: resolveRules(client, rules) }
      tell(client, context, client.setTransferSettings({ ...change, ...accept }))
      return 0
    })
  },
})

function changeOf({ up, down, 'peer-port': port, 'at-once': atOnce }: Values<typeof OPTIONS>): Partial<TransferSettings> {
  return {
    ...(up === undefined ? {} : { up: rateOf(up, '--up') }),
    ...(down === undefined ? {} : { down: rateOf(down, '--down') }),
    ...(port === undefined ? {} : { peerPort: wholeNumber(port, '--peer-port', 0, 65_535) }),
    ...(atOnce === undefined ? {} : { atOnce: wholeNumber(atOnce, '--at-once', 1, 16) }),
  }
}

function tell(client: Client, { output }: Context, { accept, up, down, peerPort, atOnce }: TransferSettings): void {
  const name = (id: string) => (id === 'everyone' ? id : (client.roster().find((user) => user.id === id)?.name ?? id))
  const rate = (bytes: number | null) => (bytes === null ? 'as fast as it goes' : `${bytesText(bytes)}/s`)
  output.tell(
    { event: 'settings', accept: accept.map(({ from, upTo }) => ({ from: name(from), upTo })), up, down, peerPort, atOnce },
    [
      `accepted without asking: ${rulesText(client, accept)}`,
      `sent: ${rate(up)}`,
      `received: ${rate(down)}, ${atOnce} at once`,
      `port for others: ${peerPort === 0 ? 'any free one' : peerPort}`,
    ].join('\n'),
  )
}
