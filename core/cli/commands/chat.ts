import { createInterface } from 'node:readline'
import type { Client } from '../../client/client.ts'
import { systemClock } from '../../protocol/clock.ts'
import { CHANGE_FIELDS } from '../changes.ts'
import { defineCommand } from '../command.ts'
import { Conversation, completeNames } from '../conversation.ts'
import { MESSAGE_FIELDS, OFFER_FIELDS } from '../message-telling.ts'
import { PEER_OPTIONS, peerOptions } from '../peer-options.ts'
import { PRESENCE_OPTION, readPresence } from '../presence.ts'
import { withConnection } from '../with-client.ts'

export const chat = defineCommand({
  name: 'chat',
  summary: 'a conversation in the terminal',
  usage: '[--presence away|busy] [--limit RATE] [--peer-port PORT]',
  details: 'What is typed goes to the audience that the prompt names and counts; /help lists the rest. Lines can be piped in, too.',
  options: { presence: PRESENCE_OPTION, ...PEER_OPTIONS },
  example: 'optichat chat',
  takes: [0, 0],
  json: `${MESSAGE_FIELDS}, ${OFFER_FIELDS}, ${CHANGE_FIELDS}, and for what is typed {"event":"sent","id","position"}, {"event":"queued","id"} while there is no connection, or {"event":"offered",…}`,
  stays: () => true,
  async run(context) {
    const { options, output, lifetime } = context
    const presence = readPresence(options.presence)
    const talk = (client: Client): Promise<number> => {
      client.setPresence(presence)
      const terminal = output.interactive && process.stdin.isTTY
      const lines = createInterface({
        input: process.stdin,
        ...(terminal ? { output: process.stdout, completer: (line: string) => completeNames(client, line) } : {}),
        terminal,
      })
      return new Promise((resolve, reject) => {
        const quit = () => {
          conversation.stop()
          resolve(0)
        }
        const conversation = new Conversation({ client, output, clock: systemClock, lines, quit })
        lifetime.signal.addEventListener('abort', quit, { once: true })
        lines.on('SIGINT', quit)
        try {
          conversation.start()
        } catch (error) {
          reject(error)
        }
      })
    }
    return withConnection(context, talk, { ...peerOptions(options), serveUnfinished: 'sending' })
  },
})
