import { inviteQr } from '../../../../discovery/invite.ts'
import { defineCommand } from '../../command.ts'
import { inviteWith } from '../../invite-file.ts'
import { timeText } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA, dataFolder } from './data.ts'

export const invite = defineCommand({
  name: 'admin invite',
  summary: 'makes a one-time code with which one person registers, and the link and QR code that carry it',
  usage: '[--data DIR]',
  details: 'Needed where the registry was started with --registration invite.',
  options: { data: DATA },
  example: 'optichat admin invite',
  takes: [0, 0],
  json: '{"event":"code","for":"registration","code","expires","invite"} (milliseconds since 1970); invite: the optichat:// link with the code, null before the registry has run once',
  async run(context) {
    const { output } = context
    const { code, expires } = await ask(context, 'invite', {})
    const link = inviteWith(dataFolder(context), code)
    output.tell(
      { event: 'code', for: 'registration', code, expires, invite: link },
      [
        `${code}\nLets one person register, until ${timeText(expires)}: optichat register NAME --invite ${code}`,
        ...(link ? [`Or by a link that also says where and by which certificate: ${link}`] : []),
      ].join('\n'),
    )
    if (link && output.interactive) output.say(await inviteQr(link))
    return 0
  },
})
