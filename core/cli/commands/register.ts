import { chooseRegistry, REGISTRY_OPTION } from '../choose-registry.ts'
import { defineCommand } from '../command.ts'
import { obtainPassword, PASSWORD_OPTION } from '../password.ts'
import { tellSignedIn } from '../signed-in.ts'
import { withClient } from '../with-client.ts'

export const register = defineCommand({
  name: 'register',
  summary: 'makes an account and signs in',
  usage: 'USER [--registry HOST[:PORT]|NAME|optichat://…] [--password-file FILE]',
  details: 'The password never leaves this computer; from then on this device is signed in by its certificate.',
  options: { registry: REGISTRY_OPTION, 'password-file': PASSWORD_OPTION },
  example: 'optichat register alice --registry 192.168.1.20',
  takes: [1, 1],
  json: '{"event":"registered","user","registry","host","port","fingerprint"}',
  run: (context) =>
    withClient(context, async (client) => {
      const { args, options, env, output } = context
      const [name = ''] = args
      const registry = await chooseRegistry(options.registry, client.registry)
      const password = await obtainPassword(options['password-file'], env, { prompt: `New password for ${name}: `, twice: true })
      await client.register(registry, name, password)
      tellSignedIn(output, client, 'registered')
      return 0
    }),
})
