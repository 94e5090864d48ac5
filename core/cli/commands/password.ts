import { defineCommand } from '../command.ts'
import { NEW_PASSWORD_OPTION, obtainNewPassword, obtainPassword, PASSWORD_OPTION } from '../password.ts'
import { oneLine } from '../text.ts'
import { withConnection } from '../with-client.ts'

export const password = defineCommand({
  name: 'password',
  summary: 'changes the password',
  usage: '[--sign-out-others] [--password-file FILE] [--new-password-file FILE]',
  details:
    'Devices stay signed in unless told otherwise. Whoever forgot the password asks whoever runs the registry for a code ("optichat admin reset-password").',
  options: {
    'sign-out-others': { type: 'boolean', text: 'signs all other devices out' },
    'password-file': PASSWORD_OPTION,
    'new-password-file': NEW_PASSWORD_OPTION,
  },
  example: 'optichat password --sign-out-others',
  takes: [0, 0],
  json: '{"event":"password-changed","user"}',
  run: (context) =>
    withConnection(context, async (client, { name }) => {
      const { options, env, output } = context
      const present = await obtainPassword(options['password-file'], env, { prompt: `Present password of ${oneLine(name)}: ` })
      const next = await obtainNewPassword(options['new-password-file'], env, { prompt: 'New password: ' })
      await client.changePassword(present, next, { revokeOthers: options['sign-out-others'] === true })
      output.tell({ event: 'password-changed', user: name }, 'the password is changed')
      return 0
    }),
})
