import { defineCommand } from '../command.ts'
import { tellConnection } from '../connection-telling.ts'
import { readPresence } from '../presence.ts'
import { withConnection } from '../with-client.ts'

export const presence = defineCommand({
  name: 'presence',
  summary: 'shows others that one is away or busy, until Ctrl-C',
  usage: 'online|away|busy',
  details:
    'It holds for as long as this runs; so does --presence of "receive --follow" and of "chat", where /away, /busy and /back change it. Of several programs of one person, busy counts first, then online, then away.',
  options: {},
  example: 'optichat presence busy',
  takes: [1, 1],
  json: '{"event":"presence","state"}',
  stays: () => true,
  async run(context) {
    const { args, output } = context
    const state = readPresence(args[0])
    return withConnection(context, (client) => {
      client.on('connection', tellConnection(output))
      client.setPresence(state)
      output.tell({ event: 'presence', state }, `${state} until Ctrl-C`)
      return new Promise(() => undefined)
    })
  },
})
