import type { Client, Transfer } from '../../client/client.ts'
import { systemClock } from '../../protocol/clock.ts'
import { asOptiChatError } from '../../protocol/errors.ts'
import { Acceptance } from '../acceptance.ts'
import { type Context, defineCommand, UsageError } from '../command.ts'
import { OfferWatch } from '../offer-watch.ts'
import { PEER_OPTIONS, peerOptions } from '../peer-options.ts'
import { filesText, ownPart } from '../telling.ts'
import { findTransfer } from '../transfer-id.ts'
import { isUnfinished, transferFields, transferText } from '../transfer-telling.ts'
import { signedIn, withClient, withConnection } from '../with-client.ts'

const OPTIONS = { all: { type: 'boolean', text: 'lists those that have ended, too' }, ...PEER_OPTIONS } as const

export const transfers = defineCommand({
  name: 'transfers',
  summary: 'files under way: lists them, pauses them, lets them go on, cancels them',
  usage: '[--all] | pause ID… | resume ID… | cancel ID… [--limit RATE] [--peer-port PORT]',
  details:
    'ID is a transfer’s, or as much of its beginning as tells it from others. pause and cancel reach whatever program of this profile is at it, also the app, and hold until resume. resume goes on with what was paused or has failed, and stays until it has ended.',
  options: OPTIONS,
  example: 'optichat transfers pause 91ab33cd',
  takes: [0, Number.MAX_SAFE_INTEGER],
  json: '{"event":"transfer","transfer","direction":"send"|"receive","from","files":[{"path","bytes"}],"count","bytes","parts":[{"user","state","bytes","path","seconds","code","missing","missingCount"}],"into","paths","skipped","queued","paused"} (what does not apply is absent); of pause and cancel as it is then; of resume what "send-file" or "receive" tell',
  async run(context) {
    const [verb, ...typed] = context.args
    if (verb === undefined) return withClient(context, (client) => list(client, context))
    if (!['pause', 'resume', 'cancel'].includes(verb) || typed.length === 0)
      throw new UsageError('It is "optichat transfers", or "optichat transfers pause|resume|cancel ID".')
    if (verb === 'resume') return withConnection(context, (client) => resume(client, context, typed), peerOptions(context.options))
    return withClient(context, (client) => change(client, context, verb === 'pause' ? 'pause' : 'cancel', typed))
  },
})

async function list(client: Client, { output, options }: Context<typeof OPTIONS>): Promise<number> {
  signedIn(client)
  const shown = client.transfers().filter((transfer) => options.all || isUnfinished(transfer))
  for (const transfer of shown) output.tell(transferFields(transfer), transferText(transfer))
  if (shown.length === 0) output.say('nothing is under way')
  return 0
}

async function change(client: Client, { output }: Context, verb: 'pause' | 'cancel', typed: readonly string[]): Promise<number> {
  signedIn(client)
  const found = typed.map((id) => findTransfer(client, id))
  // The others hear of it at once where the registry can be reached; else with the next connection.
  if (verb === 'cancel') await client.connect().catch((error: unknown) => output.warn(`optichat: ${asOptiChatError(error).message}`))
  for (const transfer of found) {
    await client[verb](transfer.id)
    const after = client.transfer(transfer.id) ?? transfer
    output.tell(transferFields(after), transferText(after))
  }
  return 0
}

async function resume(client: Client, { output }: Context, typed: readonly string[]): Promise<number> {
  const acceptance = new Acceptance({ client, output, policy: null, patient: true })
  const found = typed.map((id) => findTransfer(client, id))
  const ends = await Promise.all(found.map((transfer) => resumeOne(client, output, transfer, acceptance)))
  await acceptance.idle()
  return acceptance.failures > 0 || ends.some((code) => code > 0) ? 1 : 0
}

async function resumeOne(client: Client, output: Context['output'], transfer: Transfer, acceptance: Acceptance): Promise<number> {
  if (transfer.direction === 'send') {
    await client.resume(transfer.id)
    output.say(`goes on: ${filesText(transfer)}`)
    return new OfferWatch(transfer, { client, output, clock: systemClock, timeout: null, leaveAway: false }).untilEnded()
  }
  if (ownPart(transfer).state !== 'done') await acceptance.accept(transfer.id)
  return 0
}
