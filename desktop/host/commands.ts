/** What each command of the bridge does: the host's table of contents. */
import { mkdir, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Client } from '../../core/client/client.ts'
import type { Clock } from '../../core/protocol/clock.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { because } from '../../core/protocol/reasons.ts'
import type { Answer, AppView, Arguments, Command } from '../bridge.ts'
import { createAccountCommands } from './account-commands.ts'
import type { Desk } from './desk.ts'
import type { Doctor } from './doctor.ts'
import { writingFailed } from './errors.ts'
import { createFileCommands } from './file-commands.ts'
import type { Hosted } from './hosted.ts'
import { createHostedCommands } from './hosted-commands.ts'
import type { Lan } from './lan.ts'
import type { LogFile } from './log-file.ts'
import type { Presence } from './presence.ts'
import type { SettingsFile } from './settings.ts'
import type { Shell } from './shell.ts'
import { createTalkCommands } from './talk-commands.ts'
import type { Uploads } from './uploads.ts'

export type Commands = { [C in Command]: (...args: Arguments<C>) => Answer<C> | Promise<Answer<C>> }

export interface CommandParts {
  readonly client: Client
  readonly clock: Clock
  readonly desk: Desk
  readonly hosted: Hosted
  readonly lan: Lan
  readonly logFile: LogFile
  readonly presence: Presence
  readonly doctor: Doctor
  readonly settings: SettingsFile
  readonly shell: Shell
  readonly uploads: Uploads
  view(): AppView
  /** Who is signed in has changed. */
  meChanged(): void
  conversationsChanged(): void
  settingsChanged(): void
  deskChanged(): void
  /** The invite the app was opened with; null: it is in the person's hands. */
  linked(link: string | null): void
  /** What went wrong that no command can be told of; null: the person has seen it. */
  troubled(error: OptiChatError | null): void
  log(line: string): void
}

export function createCommands(parts: CommandParts): Commands {
  const { client, hosted, lan, settings, shell } = parts

  const change = (what: Parameters<SettingsFile['change']>[0]) => {
    settings.change(what)
    parts.settingsChanged()
  }
  /** After a change of where it listens. */
  const restartHosted = async () => {
    const { state, name } = hosted.view
    if (state !== 'running' || name === undefined) return
    await hosted.stop()
    await hosted.start(name)
  }

  return {
    ...createAccountCommands(parts),
    ...createHostedCommands(parts),
    ...createTalkCommands(parts),
    ...createFileCommands(parts),
    view: () => parts.view(),
    retryNow: () => client.retryNow(),
    dismissTrouble: () => parts.troubled(null),
    takeLink: () => parts.linked(null),

    async chooseInterface(name) {
      await lan.choose(name)
      change({ interface: name })
      await restartHosted()
    },
    addHost: (address) => lan.addHost(address),
    removeHost: (address) => lan.removeHost(address),
    lookAt: (address) => lan.lookAt(address),
    async changeSettings({ autostart, ...plain }) {
      if (autostart !== undefined) shell.autostart?.set(autostart)
      const moved = plain.registryPort !== undefined && plain.registryPort !== settings.value.registryPort
      change(plain)
      if (moved) await restartHosted()
    },
    changeTransferSettings(change) {
      client.setTransferSettings(change)
      parts.settingsChanged()
    },
    async setDownloadFolder(folder) {
      if (!isAbsolute(folder)) throw new OptiChatError('folder-unwritable', because('not-absolute', { path: folder }))
      const made = await mkdir(folder, { recursive: true })
        .then(() => stat(folder))
        .catch((cause: unknown) => {
          throw writingFailed(cause, folder)
        })
      if (!made.isDirectory()) throw new OptiChatError('folder-unwritable', folder)
      change({ downloadFolder: folder })
    },

    examine: (peer) => parts.doctor.examine(peer),
    stopExamining: () => parts.doctor.stop(),
    active: () => parts.presence.active(),
    raise: () => shell.raise?.(),
    setShellWords: (words) => shell.speak?.(words),
    async showLogs() {
      parts.logFile.write('The log was opened by the person.')
      await shell.show(parts.logFile.folder)
    },
  }
}
