import { chooseRegistry, REGISTRY_OPTION } from '../choose-registry.ts'
import { defineCommand } from '../command.ts'
import { looking } from '../looking.ts'
import { obtainPassword, PASSWORD_OPTION } from '../password.ts'
import { tellSignedIn } from '../signed-in.ts'
import { withClient } from '../with-client.ts'

export const login = defineCommand({
  name: 'login',
  summary: 'signs this device in to an account',
  usage: 'USER [--registry HOST[:PORT]|NAME|optichat://…] [--password-file FILE]',
  options: { registry: REGISTRY_OPTION, 'password-file': PASSWORD_OPTION },
  example: 'optichat login alice',
  takes: [1, 1],
  json: '{"event":"signed-in","user","registry","host","port","fingerprint"}',
  run: (context) =>
    withClient(context, async (client) => {
      const { args, options, env, output, profile } = context
      const [name = ''] = args
      const registry = await chooseRegistry(options.registry, client.registry, looking(profile))
      const password = await obtainPassword(options['password-file'], env, { prompt: `Password of ${name}: ` })
      await client.login(registry, name, password)
      tellSignedIn(output, client, 'signed-in')
      return 0
    }),
})
