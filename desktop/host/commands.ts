/** What each command of the bridge does: the host's table of contents. */
import { mkdir, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Client, RegistryAddress, Transfer } from '../../core/client/client.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_TEXT } from '../../core/protocol/limits.ts'
import { parseAddress } from '../../discovery/address.ts'
import type { Answer, AppView, Arguments, Command } from '../bridge.ts'
import { writingFailed } from './errors.ts'
import type { Hosted } from './hosted.ts'
import type { Lan } from './lan.ts'
import type { SettingsFile } from './settings.ts'
import type { Shell } from './shell.ts'
import type { Uploads } from './uploads.ts'

export type Commands = { [C in Command]: (...args: Arguments<C>) => Answer<C> | Promise<Answer<C>> }

export interface CommandParts {
  readonly client: Client
  readonly hosted: Hosted
  readonly lan: Lan
  readonly settings: SettingsFile
  readonly shell: Shell
  readonly uploads: Uploads
  view(): AppView
  /** Who is signed in has changed. */
  meChanged(): void
  conversationsChanged(): void
  settingsChanged(): void
  /** What went wrong that no command can be told of; null: the person has seen it. */
  troubled(error: OptiChatError | null): void
}

export function createCommands(parts: CommandParts): Commands {
  const { client, hosted, lan, settings, shell, uploads } = parts

  const change = (what: Parameters<SettingsFile['change']>[0]) => {
    settings.change(what)
    parts.settingsChanged()
  }
  const files = () => {
    if (!shell.files) throw new OptiChatError('bad-frame', 'a browser page names no paths')
    return shell.files
  }
  const transfer = (id: string): Transfer => {
    const known = client.transfer(id)
    if (!known) throw new OptiChatError('transfer-unknown')
    return known
  }

  return {
    view: () => parts.view(),

    async register(address, name, password) {
      const user = await client.register(registryAt(address, hosted), name, password)
      parts.meChanged()
      return user
    },
    async login(address, name, password) {
      const user = await client.login(registryAt(address, hosted), name, password)
      parts.meChanged()
      return user
    },
    async logout() {
      await client.logout()
      parts.meChanged()
    },
    retryNow: () => client.retryNow(),
    dismissTrouble: () => parts.troubled(null),

    async chooseInterface(name) {
      await lan.choose(name)
      change({ interface: name })
      const { state, name: registry } = hosted.view
      if (state !== 'running' || registry === undefined) return
      await hosted.stop()
      await hosted.start(registry)
    },
    async startRegistry(name) {
      const view = await hosted.start(name)
      change({ registry: { name } })
      return view
    },
    async stopRegistry() {
      change({ registry: null })
      await hosted.stop()
    },

    send: (to, text) => {
      if (text.length > MAX_TEXT) throw new OptiChatError('too-large', `${text.length} characters of ${MAX_TEXT}`)
      return client.queue(to, text)
    },
    cancelQueued: (message) => client.cancelQueued(message),
    joinRoom: (room) => client.joinRoom(room),
    history: (query) => client.history(query),
    markRead(conversation, position) {
      client.markRead(conversation, position)
      parts.conversationsChanged()
    },

    offerPaths(to, paths) {
      files()
      if (!paths.every((path) => isAbsolute(path))) throw new OptiChatError('nothing-to-send', 'a path is not absolute')
      return client.offer(to, paths)
    },
    async offerUploads(to, ids) {
      const batch = await uploads.gather(ids)
      try {
        const offered = await client.offer(to, batch.paths)
        uploads.keep(batch, offered.id)
        return offered
      } catch (error) {
        await uploads.drop(batch)
        throw error
      }
    },
    async accept(id) {
      const into = transfer(id).into ?? settings.value.downloadFolder
      await mkdir(into, { recursive: true }).catch((cause: unknown) => {
        throw writingFailed(cause, into)
      })
      await client.accept(id, into)
    },
    decline: (id) => client.decline(id),
    cancel: (id) => client.cancel(id),

    showFolder(id) {
      const { paths, into } = transfer(id)
      return shell.show(paths?.[0] ?? into ?? settings.value.downloadFolder)
    },
    setTheme: (theme) => change({ theme }),
    setLanguage: (language) => change({ language }),
    async setDownloadFolder(folder) {
      if (!isAbsolute(folder)) throw new OptiChatError('folder-unwritable', `${folder} is not an absolute path`)
      const made = await mkdir(folder, { recursive: true })
        .then(() => stat(folder))
        .catch((cause: unknown) => {
          throw writingFailed(cause, folder)
        })
      if (!made.isDirectory()) throw new OptiChatError('folder-unwritable', folder)
      change({ downloadFolder: folder })
    },
    pickFiles: () => files().pickFiles(),
    pickFolder: () => files().pickFolder(),
  }
}

/**
 * What was typed or chosen as an address. One of the registry on this very computer gets the fingerprint its process told us;
 * one that was only found gets none, since anybody can say anything over multicast.
 */
function registryAt(text: string, hosted: Hosted): RegistryAddress {
  const { host, port, fingerprint } = parseAddress(text)
  const own = hosted.view
  const isOwn = own.state === 'running' && own.address === host && own.port === port
  return { host, port, fingerprint: fingerprint ?? (isOwn ? own.fingerprint : undefined) }
}
