import { defineCommand } from '../command.ts'
import { oneLine } from '../text.ts'
import { signedIn, withClient } from '../with-client.ts'

export const logout = defineCommand({
  name: 'logout',
  summary: 'signs this device out; its history stays',
  usage: '',
  options: {},
  example: 'optichat logout',
  takes: [0, 0],
  json: '{"event":"signed-out","user"}',
  run: (context) =>
    withClient(context, async (client) => {
      const { name } = signedIn(client)
      await client.logout()
      context.output.tell({ event: 'signed-out', user: name }, `${oneLine(name)} is signed out on this device`)
      return 0
    }),
})
