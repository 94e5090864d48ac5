import { readableFingerprint } from '../../../identity/certificate.ts'
import { defineCommand } from '../../command.ts'
import { oneLine, timeText } from '../../text.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

export const devices = defineCommand({
  name: 'admin devices',
  summary: 'the devices that sign users in without a password',
  usage: '[USER] [--data DIR]',
  details: 'Those of USER, or of everybody.',
  options: { data: DATA },
  example: 'optichat admin devices alice',
  takes: [0, 1],
  json: '{"event":"device","user","fingerprint","name","enrolledAt","lastSeen","online"} a device; times in milliseconds since 1970',
  async run(context) {
    const { output } = context
    const [user] = context.args
    const { devices } = await ask(context, 'devices', user === undefined ? {} : { user })
    for (const device of devices) {
      const { name, enrolledAt, lastSeen, online, fingerprint } = device
      const here = online ? 'online' : `last here ${timeText(lastSeen)}`
      output.tell(
        { event: 'device', ...device },
        `${oneLine(device.user)}: ${oneLine(name) || 'a device'}, ${here}, signed in ${timeText(enrolledAt)}\n  ${readableFingerprint(fingerprint)}`,
      )
    }
    if (devices.length === 0) output.say('No device is signed in.')
    return 0
  },
})
