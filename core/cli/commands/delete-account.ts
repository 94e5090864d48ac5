import { createInterface } from 'node:readline/promises'
import { nameKey } from '../../protocol/name.ts'
import { defineCommand, UsageError } from '../command.ts'
import { obtainPassword, PASSWORD_OPTION } from '../password.ts'
import { oneLine } from '../text.ts'
import { withConnection } from '../with-client.ts'

export const deleteAccount = defineCommand({
  name: 'delete-account',
  summary: 'deletes the account at the registry, for good',
  usage: '[--yes] [--password-file FILE]',
  details:
    'All devices are signed out. What was said stays with those who have it, under the name, which nobody else can take as long as the registry keeps messages; the history on this disk stays, too.',
  options: { yes: { type: 'boolean', text: 'does not ask for the name to be typed again' }, 'password-file': PASSWORD_OPTION },
  example: 'optichat delete-account',
  takes: [0, 0],
  json: '{"event":"account-deleted","user"}',
  run: (context) =>
    withConnection(context, async (client, { name }) => {
      const { options, env, output, lifetime } = context
      if (!options.yes && !(await isMeant(name, lifetime.signal))) {
        output.warn('optichat: That is another name, so nothing is deleted.')
        return 1
      }
      const password = await obtainPassword(options['password-file'], env, { prompt: `Password of ${oneLine(name)}: ` })
      await client.deleteAccount(password)
      output.tell({ event: 'account-deleted', user: name }, `the account ${oneLine(name)} is deleted`)
      return 0
    }),
})

/** Whether the name is typed. @throws UsageError where nobody can type it */
async function isMeant(name: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('There is no terminal to ask at whether this is meant. Say so by --yes.')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const typed = await lines.question(`This deletes the account for good. To go on, type its name (${oneLine(name)}): `, { signal })
    return nameKey(typed) === nameKey(name)
  } finally {
    lines.close()
  }
}
