/** What a person set for all transfers of a profile: whose offers are accepted, how fast, at which port, how many at once. */
import { OptiChatError } from '../protocol/errors.ts'
import type { Transfer, TransferSettings } from './client.ts'
import type { Profile } from './profile.ts'

const NAME = 'transfers'
const DEFAULTS: TransferSettings = { accept: [], up: null, down: null, peerPort: 0, atOnce: 4 }

/** The engine refuses more; and nothing gets faster by it. */
const MOST_AT_ONCE = 16
/** Rules of one person: a page of them. */
const MOST_RULES = 1_000

/** Where the settings are; a profile, or for tests something like it. */
export type SettingsDisk = Pick<Profile, 'setting' | 'set'>

/** As the disk has it now: another program may have changed it. */
export function transferSettings(disk: SettingsDisk): TransferSettings {
  const text = disk.setting(NAME)
  return text === null ? DEFAULTS : { ...DEFAULTS, ...(JSON.parse(text) as Partial<TransferSettings>) }
}

/** @throws OptiChatError `bad-setting`, naming which */
export function setTransferSettings(disk: SettingsDisk, change: Partial<TransferSettings>): TransferSettings {
  const next = { ...transferSettings(disk), ...change }
  const check = (name: keyof TransferSettings, right: boolean) => {
    if (!right) throw new OptiChatError('bad-setting', name)
  }
  const isRate = (rate: number | null) => rate === null || (Number.isSafeInteger(rate) && rate >= 1_000)
  check('up', isRate(next.up))
  check('down', isRate(next.down))
  check('peerPort', Number.isInteger(next.peerPort) && next.peerPort >= 0 && next.peerPort <= 65_535)
  check('atOnce', Number.isInteger(next.atOnce) && next.atOnce >= 1 && next.atOnce <= MOST_AT_ONCE)
  const isSize = (bytes: number | null) => bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0)
  check('accept', next.accept.length <= MOST_RULES && next.accept.every(({ upTo }) => isSize(upTo)))
  disk.set(NAME, JSON.stringify(next))
  return next
}

/** Whether the first rule that names the sender, or everyone, accepts an offer of this size. */
export function accepts({ accept }: Pick<TransferSettings, 'accept'>, { from, bytes }: Pick<Transfer, 'from' | 'bytes'>): boolean {
  const rule = accept.find((one) => one.from === 'everyone' || one.from === from.id)
  return rule !== undefined && (rule.upTo === null || bytes <= rule.upTo)
}
