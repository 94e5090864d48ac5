import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Client, HistoryMessage, Transfer } from '../../client/client.ts'
import { asOptiChatError } from '../../protocol/errors.ts'
import { readRules, resolveRules, type TypedRule } from '../accept-rules.ts'
import { Acceptance, type Policy } from '../acceptance.ts'
import { CHANGE_FIELDS, Changes } from '../changes.ts'
import { defineCommand } from '../command.ts'
import { tellConnection } from '../connection-telling.ts'
import { downloadFolder } from '../folders.ts'
import type { Lifetime } from '../lifetime.ts'
import { MESSAGE_FIELDS, OFFER_FIELDS, tellMessage } from '../message-telling.ts'
import type { Output } from '../output.ts'
import { PEER_OPTIONS, peerOptions } from '../peer-options.ts'
import { PRESENCE_OPTION, readPresence } from '../presence.ts'
import { filesText, ownPart } from '../telling.ts'
import { countText, oneLine } from '../text.ts'
import { withClient } from '../with-client.ts'

export const receive = defineCommand({
  name: 'receive',
  summary: 'what has come since the last call: messages, offers, files',
  usage: '[--follow [--presence away|busy]] [--into DIR] [--accept all|none|USER[:SIZE],…] [--limit RATE] [--peer-port PORT]',
  details:
    'Offers are accepted by --accept, else by the rules of "optichat settings", or asked about at a terminal with --follow; else they wait for a later call. What was interrupted goes on when it is accepted again. With --follow it also hands over what was offered on this profile for later ("send-file --later", or a sender that was ended). Edits, take-backs and reactions are told as they arrive; those that reached another program of this profile first are in the history.',
  options: {
    follow: { type: 'boolean', text: 'stays and prints what comes, until Ctrl-C' },
    into: { type: 'string', value: 'DIR', text: 'the folder for received files', default: downloadFolder() },
    accept: {
      type: 'string',
      value: 'all|none|USER[:SIZE],…',
      text: 'accepts all offers, declines all, or accepts those of these people, up to a size',
    },
    presence: PRESENCE_OPTION,
    ...PEER_OPTIONS,
  },
  example: 'optichat receive --follow --accept bob,carol:100MB --into ~/Downloads',
  takes: [0, 0],
  json: `${MESSAGE_FIELDS}, ${OFFER_FIELDS}, ${CHANGE_FIELDS}, {"event":"progress","transfer","bytes","of","rate","path":"direct"|"reverse"|"relay"}, {"event":"received","transfer","from","paths":[…],"bytes","seconds","path"}, {"event":"paused","transfer","from"} (with "code":"disk-full","message" when it waits for space), {"event":"failed","transfer","from","code","message","next"} (with code files-missing also "missing":[{"path","code"}],"missingCount","paths"), {"event":"elsewhere","transfer","from"} of what another program on this profile receives`,
  stays: ({ follow }) => follow === true,
  async run(context) {
    const { options, output, lifetime } = context
    const { follow = false, into } = options
    const accept = options.accept === undefined ? null : readAccept(options.accept)
    const presence = readPresence(options.presence)
    const work = async (client: Client): Promise<number> => {
      const changes = new Changes(client, output)
      const changed: HistoryMessage[] = []
      const stopNoting = client.on('changed', (message) => changed.push(message))
      client.setPresence(presence)
      await connectOrWait(client, follow, output)
      const policy: Policy = Array.isArray(accept) ? resolveRules(client, accept) : accept
      const asks = policy === null && follow && output.interactive && process.stdin.isTTY
      const acceptance = new Acceptance({
        client,
        output,
        policy,
        patient: follow,
        ...(into === undefined ? {} : { into: resolve(into) }),
        ...(asks ? { ask: (transfer: Transfer) => askAbout(transfer, lifetime) } : {}),
      })
      const takeNew = () => {
        for (const message of client.takeNew()) {
          changes.seen(message)
          tellMessage(output, client, message)
        }
      }
      takeNew()
      stopNoting()
      for (const message of changed) changes.tell(message)
      await acceptance.settleAll()
      if (!follow) {
        await acceptance.idle()
        if (policy === null) tellWaiting(client, output)
        return acceptance.failures > 0 ? 1 : 0
      }
      return new Promise((_, reject) => {
        const tellState = tellConnection(output)
        client.on('connection', tellState)
        // It may have been lost since it was synced.
        tellState(client.connection)
        client.on('changed', (message) => {
          takeNew()
          changes.tell(message)
        })
        client.on('message', ({ body }) => {
          takeNew()
          const transfer = body.kind === 'offer' ? client.transfer(body.transfer) : null
          if (transfer) acceptance.settle(transfer).catch(reject)
        })
        // What came while the first ones were being settled.
        takeNew()
        acceptance.settleAll().catch(reject)
      })
    }
    return withClient(context, work, { ...peerOptions(options), ...(follow ? { serveUnfinished: 'sending' } : {}) })
  },
})

function readAccept(text: string): 'all' | 'none' | TypedRule[] {
  return text === 'all' || text === 'none' ? text : readRules(text, '--accept')
}

/** One who stays can wait for a registry that is not there yet. */
async function connectOrWait(client: Client, follow: boolean, output: Output): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    if (!follow || client.connection.at !== 'waiting') throw error
    const { code, message } = asOptiChatError(error)
    output.warn(`optichat: ${message} It is tried again until it works. [${code}]`)
    await new Promise<void>((resolve) => client.on('synced', resolve))
    output.warn('optichat: connected')
  }
}

async function askAbout(transfer: Transfer, { signal }: Lifetime): Promise<boolean | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = `Accept ${filesText(transfer)} from ${oneLine(transfer.from.name)}? yes, no, or later: `
    const answer = (await lines.question(question, { signal })).trim().toLowerCase()
    if (answer === 'y' || answer === 'yes') return true
    return answer === 'n' || answer === 'no' ? false : null
  } finally {
    lines.close()
  }
}

function tellWaiting(client: Client, output: Output): void {
  const waiting = client.transfers().filter((one) => one.direction === 'receive' && ownPart(one).state === 'offered')
  if (waiting.length === 0) return
  const names = [...new Set(waiting.map(({ from }) => oneLine(from.name)))].join(',')
  output.say(`${countText(waiting.length, 'offer')} waiting. To accept: optichat receive --accept ${names}`)
}
