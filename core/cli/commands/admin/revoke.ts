import { OptiChatError } from '../../../protocol/errors.ts'
import { defineCommand, UsageError } from '../../command.ts'
import { oneLine } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

/** Characters of a fingerprint's beginning that are no slip of the hand. */
const SHORTEST = 8

export const revoke = defineCommand({
  name: 'admin revoke',
  summary: 'signs a device out, for good',
  usage: 'FINGERPRINT [--data DIR]',
  details: `FINGERPRINT is one of "optichat admin devices", or its beginning (${SHORTEST} characters or more). Whoever has the password can sign the device in again.`,
  options: { data: DATA },
  example: 'optichat admin revoke 91ab33cd',
  takes: [1, 1],
  json: '{"event":"revoked","user","fingerprint","name"}',
  async run(context) {
    const typed = (context.args[0] ?? '').toLowerCase().replace(/[\s:]/g, '')
    if (!/^[0-9a-f]+$/.test(typed) || typed.length < SHORTEST || typed.length > 64) {
      throw new UsageError(`A fingerprint has ${SHORTEST} to 64 characters 0-9 and a-f, not "${context.args[0]}".`)
    }
    const { devices } = await ask(context, 'devices', {})
    const meant = devices.filter(({ fingerprint }) => fingerprint.startsWith(typed))
    const [device] = meant
    if (!device) throw new OptiChatError('device-unknown', typed)
    if (meant.length > 1) throw new UsageError(`${meant.length} devices begin with "${typed}": type more of it.`)
    const { user, fingerprint, name } = device
    await ask(context, 'revoke', { fingerprint })
    context.output.tell({ event: 'revoked', user, fingerprint, name }, `${oneLine(user)}’s device ${oneLine(name)} is signed out.`)
    return 0
  },
})
