import type { Client } from '../../client/client.ts'
import { readableFingerprint } from '../../identity/certificate.ts'
import { type Context, defineCommand, UsageError } from '../command.ts'
import { onlyDevice, readFingerprint } from '../device-name.ts'
import { oneLine, timeText } from '../text.ts'
import { withConnection } from '../with-client.ts'

export const devices = defineCommand({
  name: 'devices',
  summary: 'the devices that sign one in without a password, or signs one of them out',
  usage: '[revoke FINGERPRINT]',
  details:
    'FINGERPRINT is one of the list, or its beginning (8 characters or more). A device that was lost is signed out at once; change the password, too, if it may be known.',
  options: {},
  example: 'optichat devices revoke 91ab33cd',
  takes: [0, 2],
  json: '{"event":"device","fingerprint","name","enrolledAt","lastSeen","online","current"} a device (times in milliseconds since 1970; current: this one), or {"event":"revoked","fingerprint","name"}',
  async run(context) {
    const [verb, written] = context.args
    if (verb === undefined) return withConnection(context, (client) => list(client, context))
    if (verb !== 'revoke' || written === undefined)
      throw new UsageError('It is "optichat devices" or "optichat devices revoke FINGERPRINT".')
    const typed = readFingerprint(written)
    return withConnection(context, (client) => revoke(client, context, typed))
  },
})

async function list(client: Client, { output }: Context): Promise<number> {
  for (const device of await client.devices()) {
    const { fingerprint, name, enrolledAt, lastSeen, online, current } = device
    const here = current ? 'this one' : online ? 'online' : `last here ${timeText(lastSeen)}`
    output.tell(
      { event: 'device', ...device },
      `${oneLine(name) || 'a device'}, ${here}, signed in ${timeText(enrolledAt)}\n  ${readableFingerprint(fingerprint)}`,
    )
  }
  return 0
}

async function revoke(client: Client, { output }: Context, typed: string): Promise<number> {
  const { fingerprint, name, current } = onlyDevice(await client.devices(), typed)
  if (current) throw new UsageError('This is the device you are at. To sign it out: optichat logout')
  await client.revokeDevice(fingerprint)
  output.tell({ event: 'revoked', fingerprint, name }, `signed out: ${oneLine(name) || 'a device'}`)
  return 0
}
