import { defineCommand } from '../../command.ts'
import { countText, oneLine, timeText } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

export const users = defineCommand({
  name: 'admin users',
  summary: 'everybody who has an account, by name',
  usage: '[--data DIR]',
  options: { data: DATA },
  example: 'optichat admin users --data /srv/optichat',
  takes: [0, 0],
  json: '{"event":"user","id","name","presence","registered","lastSeen","devices","gone"} a user; times in milliseconds since 1970, lastSeen only of who was here and is not now, gone of deleted ones',
  async run(context) {
    const { output } = context
    const { users } = await ask(context, 'users', {})
    for (const user of users) {
      const { name, presence, lastSeen, devices, registered, gone } = user
      const here = gone
        ? 'deleted'
        : presence !== 'offline'
          ? presence
          : lastSeen === undefined
            ? 'never here'
            : `last here ${timeText(lastSeen)}`
      output.tell(
        { event: 'user', ...user },
        `${oneLine(name)}: ${here}, ${countText(devices, 'device')}, registered ${timeText(registered)}`,
      )
    }
    if (users.length === 0) output.say('Nobody has registered yet.')
    return 0
  },
})
