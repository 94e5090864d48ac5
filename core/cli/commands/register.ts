import { chooseRegistry, inviteCode, REGISTRY_OPTION } from '../choose-registry.ts'
import { defineCommand } from '../command.ts'
import { looking } from '../looking.ts'
import { obtainPassword, PASSWORD_OPTION } from '../password.ts'
import { tellSignedIn } from '../signed-in.ts'
import { withClient } from '../with-client.ts'

export const register = defineCommand({
  name: 'register',
  summary: 'makes an account and signs in',
  usage: 'USER [--registry HOST[:PORT]|NAME|optichat://…] [--invite CODE] [--password-file FILE]',
  details:
    'The password never leaves this computer; from then on this device is signed in by its certificate. With a code of "optichat admin reset-password", an account that is there gets this password.',
  options: {
    registry: REGISTRY_OPTION,
    invite: {
      type: 'string',
      value: 'CODE',
      text: 'the one-time code from whoever runs the registry',
      default: 'the code= of an optichat:// link',
    },
    'password-file': PASSWORD_OPTION,
  },
  example: 'optichat register alice --registry 192.168.1.20',
  takes: [1, 1],
  json: '{"event":"registered","user","registry","host","port","fingerprint"}',
  run: (context) =>
    withClient(context, async (client) => {
      const { args, options, env, output, profile } = context
      const [name = ''] = args
      const invite = options.invite ?? inviteCode(options.registry)
      const registry = await chooseRegistry(options.registry, client.registry, looking(profile))
      const password = await obtainPassword(options['password-file'], env, { prompt: `New password for ${name}: `, twice: true })
      await client.register(registry, name, password, invite === undefined ? {} : { invite })
      tellSignedIn(output, client, 'registered')
      return 0
    }),
})
