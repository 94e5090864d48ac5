/** The app's settings: one small JSON file in the profile, replaced as a whole, so that a crash leaves the old or the new one. */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { REGISTRY_PORT } from '../../core/protocol/limits.ts'
import { SessionPresence } from '../../core/protocol/messages.ts'
import { replaceFile } from '../../core/replace-file.ts'

/** What a page may change as it likes. */
const PLAIN = {
  theme: Type.Enum(['system', 'light', 'dark']),
  language: Type.Enum(['system', 'en', 'de', 'es', 'fr', 'hi', 'ja', 'ar']),
  registryPort: Type.Integer({ minimum: 1, maximum: 65_535 }),
  presence: SessionPresence,
  idleMinutes: Type.Integer({ minimum: 0, maximum: 1_440 }),
  notifications: Type.Boolean(),
  previews: Type.Boolean(),
  sound: Type.Boolean(),
  tray: Type.Boolean(),
}

/** The autostart is the system's, which knows best whether it is on. */
export const SettingsChange = Type.Partial(Type.Object({ ...PLAIN, autostart: Type.Boolean() }), { additionalProperties: false })

const Settings = Type.Object({
  ...PLAIN,
  downloadFolder: Type.String({ minLength: 1 }),
  /** The interface the person chose; null: the best one. */
  interface: Type.Union([Type.String(), Type.Null()]),
  /** The registry this computer hosts whenever the app runs; null: none. */
  registry: Type.Union([Type.Object({ name: Type.String() }), Type.Null()]),
})
export type Settings = Static<typeof Settings>

const check = Compile(Settings)

export interface SettingsFile {
  readonly value: Settings
  /** On disk when this returns. Throws `folder-unwritable`-like errors of the file system. */
  change(change: Partial<Settings>): void
}

/** A file that cannot be understood is set aside as `settings.json.damaged` (said to `log`), and the defaults are used. */
export function openSettings(profile: string, log: (line: string) => void): SettingsFile {
  const path = join(profile, 'settings.json')
  let value: Settings = { ...defaults(), ...read(path, log) }
  return {
    get value() {
      return value
    },
    change(change) {
      const next = { ...value, ...change }
      replaceFile(path, `${JSON.stringify(next, null, 2)}\n`)
      value = next
    },
  }
}

function defaults(): Settings {
  return {
    downloadFolder: join(homedir(), 'Downloads', 'OptiChat'),
    theme: 'system',
    language: 'system',
    interface: null,
    registry: null,
    registryPort: REGISTRY_PORT,
    presence: 'online',
    idleMinutes: 10,
    notifications: true,
    previews: true,
    sound: false,
    tray: true,
  }
}

function read(path: string, log: (line: string) => void): Partial<Settings> {
  if (!existsSync(path)) return {}
  const text = readFileSync(path, 'utf8')
  try {
    const merged: unknown = { ...defaults(), ...(JSON.parse(text) as object) }
    if (check.Check(merged)) return merged
    throw new OptiChatError('data-unreadable', path)
  } catch (error) {
    renameSync(path, `${path}.damaged`)
    log(
      `The settings could not be read and start anew; the old file is ${path}.damaged (${error instanceof Error ? error.message : error}).`,
    )
    return {}
  }
}
