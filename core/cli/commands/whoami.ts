import { OptiChatError } from '../../protocol/errors.ts'
import { defineCommand } from '../command.ts'
import { oneLine } from '../text.ts'
import { signedIn, withClient } from '../with-client.ts'

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'who is signed in here, and where',
  usage: '',
  options: {},
  example: 'optichat whoami',
  takes: [0, 0],
  json: '{"user","registry","host","port","fingerprint"}',
  run: (context) =>
    withClient(context, async (client) => {
      const { name } = signedIn(client)
      if (!client.registry) throw new OptiChatError('not-signed-in')
      const { name: registry, host, port, fingerprint } = client.registry
      context.output.tell({ user: name, registry, host, port, fingerprint }, `${oneLine(name)}, at ${oneLine(registry)} (${host}:${port})`)
      return 0
    }),
})
