/** Which device is meant by its fingerprint, or by the beginning of that. */
import { OptiChatError } from '../protocol/errors.ts'
import type { Device } from '../protocol/messages.ts'
import { UsageError } from './command.ts'

/** Characters of a beginning that are no slip of the hand. */
const SHORTEST = 8

/** As it is typed or copied: any case, in groups or not. @throws UsageError */
export function readFingerprint(text: string): string {
  const typed = text.toLowerCase().replace(/[\s:]/g, '')
  if (!/^[0-9a-f]{1,64}$/.test(typed) || typed.length < SHORTEST)
    throw new UsageError(`A fingerprint has ${SHORTEST} to 64 characters 0-9 and a-f, not "${text}".`)
  return typed
}

/** @throws OptiChatError `device-unknown`; UsageError when several begin so */
export function onlyDevice(devices: readonly Device[], typed: string): Device {
  const [device, another] = devices.filter(({ fingerprint }) => fingerprint.startsWith(typed))
  if (!device) throw new OptiChatError('device-unknown', typed)
  if (another) throw new UsageError(`Several devices’ fingerprints begin with "${typed}". Write more of it.`)
  return device
}
