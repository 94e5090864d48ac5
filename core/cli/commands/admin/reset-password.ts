import { defineCommand } from '../../command.ts'
import { oneLine, timeText } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

export const resetPassword = defineCommand({
  name: 'admin reset-password',
  summary: 'makes a one-time code with which USER sets a new password',
  usage: 'USER [--data DIR]',
  details: 'The old password holds until the code is used. Give the code to the person in private: whoever has it gets the account.',
  options: { data: DATA },
  example: 'optichat admin reset-password alice',
  takes: [1, 1],
  json: '{"event":"code","for":"password","user","code","expires"} (milliseconds since 1970)',
  async run(context) {
    const user = context.args[0] ?? ''
    const { code, expires } = await ask(context, 'reset-password', { user })
    context.output.tell(
      { event: 'code', for: 'password', user, code, expires },
      `${code}\nWith this code ${oneLine(user)} sets a new password, until ${timeText(expires)}: optichat register ${oneLine(user)} --invite ${code}`,
    )
    return 0
  },
})
