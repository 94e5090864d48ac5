import { defineCommand } from '../../command.ts'
import { oneLine } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

export const deleteUser = defineCommand({
  name: 'admin delete',
  summary: 'deletes the account of USER',
  usage: 'USER [--data DIR]',
  details: 'It cannot be had back. Its devices are signed out; what it said stays, with its name, which nobody else can take for a while.',
  options: { data: DATA },
  example: 'optichat admin delete mallory',
  takes: [1, 1],
  json: '{"event":"deleted","user"}',
  async run(context) {
    const user = context.args[0] ?? ''
    await ask(context, 'delete', { user })
    context.output.tell({ event: 'deleted', user }, `The account ${oneLine(user)} is deleted.`)
    return 0
  },
})
