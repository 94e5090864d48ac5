import { defineCommand } from '../../command.ts'
import { timeText } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

export const invite = defineCommand({
  name: 'admin invite',
  summary: 'makes a one-time code with which one person registers',
  usage: '[--data DIR]',
  details: 'Needed where the registry was started with --registration invite.',
  options: { data: DATA },
  example: 'optichat admin invite',
  takes: [0, 0],
  json: '{"event":"code","for":"registration","code","expires"} (milliseconds since 1970)',
  async run(context) {
    const { code, expires } = await ask(context, 'invite', {})
    context.output.tell(
      { event: 'code', for: 'registration', code, expires },
      `${code}\nLets one person register, until ${timeText(expires)}: optichat register NAME --invite ${code}`,
    )
    return 0
  },
})
