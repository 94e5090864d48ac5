/** Starting with the session, on Linux and its like: a file in the folder for that (freedesktop.org, Autostart Specification). */
import { existsSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { replaceFile } from '../../core/replace-file.ts'

export interface Autostart {
  readonly enabled: boolean
  set(enabled: boolean): void
}

/** @param command the program and its arguments. */
export function desktopAutostart(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Autostart {
  const file = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'autostart', 'optichat.desktop')
  return {
    get enabled() {
      return existsSync(file)
    },
    set(enabled) {
      if (enabled) replaceFile(file, entry(command))
      else rmSync(file, { force: true })
    },
  }
}

const entry = (command: readonly string[]) => `[Desktop Entry]
Type=Application
Name=OptiChat
Comment=Chat and file hand-over on the local network
Exec=${command.map(quoted).join(' ')}
Terminal=false
X-GNOME-Autostart-enabled=true
`

/** As the Desktop Entry Specification has it: quoted for a command, with no field codes, and that escaped as a string. */
const quoted = (argument: string) =>
  `"${argument
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`
