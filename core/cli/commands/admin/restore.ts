import { resolve } from 'node:path'
import { defineCommand } from '../../command.ts'
import { countText, oneLine } from '../../text.ts'
import { DATA, dataFolder } from './data.ts'

export const restore = defineCommand({
  name: 'admin restore',
  summary: 'makes a data folder of a backup',
  usage: 'BACKUP [--data DIR]',
  details:
    'The backup is checked whole before anything is written. The data folder must be empty or not there; the registry is started on it as ever, and people sign in as before.',
  options: { data: DATA },
  example: 'optichat admin restore /srv/backups/2026-11-22 --data /srv/optichat',
  takes: [1, 1],
  json: '{"event":"restored","data","made","registry","fingerprint","users","messages","head"}',
  async run(context) {
    const data = dataFolder(context)
    const { restore: putBack } = await import('../../../registry/backup-restore.ts')
    const { made, registry, fingerprint, users, messages, head } = await putBack(resolve(context.args[0] ?? ''), data)
    context.output.tell(
      { event: 'restored', data, made, registry, fingerprint, users, messages, head },
      `${countText(users, 'user')} and ${countText(messages, 'message')}, as of ${made}, are in ${oneLine(data)}.\nTo start it: optichat registry --data ${oneLine(data)}`,
    )
    return 0
  },
})
