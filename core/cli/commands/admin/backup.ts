import { resolve } from 'node:path'
import { systemClock } from '../../../protocol/clock.ts'
import { defineCommand } from '../../command.ts'
import { bytesText, countText, oneLine } from '../../text.ts'
import { DATA, dataFolder } from './data.ts'

export const backup = defineCommand({
  name: 'admin backup',
  summary: 'copies all of a registry to DIR, also while it serves',
  usage: 'DIR [--data DIR]',
  details:
    'DIR is made; it holds the database, the certificate with its key, the OPAQUE setup, and a manifest with their digests. Keep it as safe as the data folder itself.',
  options: { data: DATA },
  example: 'optichat admin backup /srv/backups/$(date +%F)',
  takes: [1, 1],
  json: '{"event":"backup","folder","made","registry","users","messages","head","bytes"}',
  async run(context) {
    const folder = resolve(context.args[0] ?? '')
    const { backUp } = await import('../../../registry/backup.ts')
    const { made, registry, users, messages, head, files } = await backUp(dataFolder(context), folder, systemClock.now())
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    context.output.tell(
      { event: 'backup', folder, made, registry, users, messages, head, bytes },
      `${countText(users, 'user')} and ${countText(messages, 'message')} (${bytesText(bytes)}) are in ${oneLine(folder)}.\n` +
        'Whoever has it can pretend to be this registry: keep it safe.',
    )
    return 0
  },
})
