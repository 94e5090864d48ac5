import { defineCommand } from '../command.ts'
import { oneLine, timeText } from '../text.ts'
import { withConnection } from '../with-client.ts'

export const who = defineCommand({
  name: 'who',
  summary: 'everyone at the registry, and who is there: online, away or busy',
  usage: '',
  options: {},
  example: 'optichat who',
  takes: [0, 0],
  json: '{"user","presence":"online"|"away"|"busy"|"offline","lastSeen"}, lastSeen in milliseconds since 1970, null when there or never seen',
  run: (context) =>
    withConnection(context, async (client) => {
      const roster = client.roster()
      const width = Math.max(...roster.map(({ name }) => oneLine(name).length))
      for (const { name, presence, lastSeen, self } of roster) {
        const seen =
          presence !== 'offline' ? `${presence}${self ? ' (you)' : ''}` : lastSeen ? `last seen ${timeText(lastSeen)}` : 'never seen'
        context.output.tell({ user: name, presence, lastSeen: lastSeen ?? null }, `${oneLine(name).padEnd(width)}  ${seen}`)
      }
      return 0
    }),
})
