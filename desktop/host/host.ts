/**
 * The app without a window: it owns the client, the search for registries, the settings, the uploads and a hosted registry,
 * and answers the commands of the bridge. Both shells, Electron and the browser window, are thin around it.
 */
import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Transfer, TransferState } from '../../core/client/client.ts'
import { deviceIdentity, deviceName } from '../../core/client/device.ts'
import { openClient } from '../../core/client/open.ts'
import { type Clock, type Random, systemClock } from '../../core/protocol/clock.ts'
import { asOptiChatError, type ErrorCode, type OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_NAME } from '../../core/protocol/limits.ts'
import { lockFile } from '../../core/sqlite.ts'
import type { Finder } from '../../discovery/finder.ts'
import { formatInvite, parseInvite } from '../../discovery/invite.ts'
import { openNetworkFile } from '../../discovery/network-file.ts'
import type { AppView, BridgeError, EventName, Events, RegistryView, SettingsView } from '../bridge.ts'
import { acceptByRules } from './accepting.ts'
import { parseCommand } from './arguments.ts'
import { type Commands, createCommands } from './commands.ts'
import { openDesk } from './desk.ts'
import { openDoctor } from './doctor.ts'
import { toBridgeError } from './errors.ts'
import { gather } from './gather.ts'
import { createHosted } from './hosted.ts'
import { version, versions } from './installation.ts'
import { type Lan, openLan } from './lan.ts'
import { openLogFile } from './log-file.ts'
import { watchPresence } from './presence.ts'
import { watchReceipts } from './receipts.ts'
import { type MediaFile, mediaOf } from './received.ts'
import { openSettings } from './settings.ts'
import type { Shell } from './shell.ts'
import { openUploads, type Uploads } from './uploads.ts'
import { watchWhereabouts } from './whereabouts.ts'

export interface HostOptions {
  /** The folder of this person's identity, history and settings; made if it is not there. */
  readonly profile: string
  readonly shell: Shell
  /** An invite (`optichat://…`) the app was opened with. */
  readonly link?: string
  /** False: no multicast at all; registries are reached by a typed address. Default true. */
  readonly discovery?: boolean
  /** Finds what is announced on an interface, or on all for null. Default: by mDNS. */
  readonly announced?: (on: string | null) => Finder
  /** Where a hosted registry listens, whatever the settings say; 0 any. */
  readonly registryPort?: number
  /** Where this device listens for peers. Default: all addresses, any port. */
  readonly peer?: { readonly host?: string; readonly port?: number }
  /** Lines for whoever looks after this program; they are in the profile's log file, too. */
  log(line: string): void
  readonly clock?: Clock
  readonly random?: Random
}

export interface Host {
  /** Runs a command of the bridge as a page asked it: checked first. Rejects with an OptiChatError, see `toBridgeError`. */
  call(command: unknown, args: unknown): Promise<unknown>
  /** Hears every event of the bridge until the answer is called. */
  subscribe(listener: Listener): () => void
  readonly uploads: Uploads
  /** The app was opened by an invite while it runs. Anything else is not taken. */
  open(link: string): void
  /** A received file as the page may show it; null when there is none, or none that may be shown. */
  media(transfer: string, index: number): Promise<MediaFile | null>
  /** Ends all that was started: connections, the search, the hosted registry. Its waiting uploads go too. */
  close(): Promise<void>
}

export type Listener = <E extends EventName>(event: E, value: Events[E]) => void

/** @throws OptiChatError `data-in-use` when the app is open on this profile already, `data-unreadable` when it cannot be used. */
export async function openHost(options: HostOptions): Promise<Host> {
  const { shell, clock = systemClock, random, discovery = true } = options
  const profile = resolve(options.profile)
  const logFile = openLogFile(profile)
  const log = (line: string) => {
    logFile.write(line)
    options.log(line)
  }
  await mkdir(profile, { recursive: true, mode: 0o700 })
  const unlock = lockFile(join(profile, 'app.lock'))
  const settings = openSettings(profile, log)
  const networkFile = openNetworkFile(profile)
  let lan: Lan | null = null
  const client = await openClient({
    profile,
    device: deviceName('OptiChat'),
    clock,
    ...(random ? { random } : {}),
    ...(options.peer ? { peer: options.peer } : {}),
    serveUnfinished: true,
    // A registry that moved: the one searched for proves itself by its pin, so addresses anybody told are good enough to try.
    locate: async (told) => lan?.places.forEach(told),
    heardOf: (registries) => networkFile.hearOf(registries),
  })
  const { fingerprint } = await deviceIdentity(profile)
  const uploads = await openUploads(profile)
  const needed = (id: string) => {
    const transfer = client.transfer(id)
    return transfer !== null && !hasEnded(transfer)
  }
  await uploads.sweep(needed)

  const desk = openDesk(profile, () => (client.me && client.registry ? `${client.registry.id} ${client.me.id}` : null), log)

  const listeners = new Set<Listener>()
  const emit: Listener = (event, value) => {
    for (const listener of [...listeners]) listener(event, value)
  }

  let trouble: BridgeError | null = null
  const troubled = (error: OptiChatError | null) => {
    if (error) log(error.message)
    trouble = error && toBridgeError(error)
    emit('trouble', trouble)
  }
  /** A clock's call has nobody to throw at: a disk that fails then is trouble, not the end of the app. */
  const guarded = (run: () => void) => () => {
    try {
      run()
    } catch (error) {
      troubled(asOptiChatError(error))
    }
  }

  const hosted = createHosted({
    profile,
    port: () => options.registryPort ?? settings.value.registryPort,
    advertise: discovery,
    clock,
    interface: async () => {
      await lan?.ready
      return lan?.inUse ?? null
    },
    changed: (view) => emit('hosted', view),
    log,
    ...(shell.run ? { run: shell.run } : {}),
  })
  const lookWhere = watchWhereabouts(client)
  const network = openLan({
    discovery,
    chosen: settings.value.interface,
    file: networkFile,
    clock,
    log,
    known: ({ fingerprint }) => fingerprint !== undefined && client.registry?.fingerprint === fingerprint,
    interfacesChanged: (interfaces) => emit('interfaces', interfaces),
    foundChanged: (found) => {
      emit('found', found)
      lookWhere(found)
    },
    hostsChanged: (hosts) => emit('hosts', hosts),
    ...(options.announced ? { announced: options.announced } : {}),
  })
  lan = network

  const suggestedName = nameOf(userInfo().username)
  const settingsView = (): SettingsView => {
    const { registry: _, ...shown } = settings.value
    return { ...shown, autostart: shell.autostart?.enabled ?? false, transfers: client.transferSettings() }
  }
  const registries = (): RegistryView[] =>
    client.accounts().map(({ registry: { id, name, host, port }, user, current }) => ({ id, name, host, port, user: user.name, current }))
  let link: string | null = null
  const linked = (next: string | null) => {
    link = next
    emit('link', link)
  }
  const open = (text: string) => {
    try {
      linked(formatInvite(parseInvite(text)))
    } catch (error) {
      log(`Opened with something that is no invite: ${asOptiChatError(error).message}`)
    }
  }

  const doctor = openDoctor({
    profile,
    clock,
    discovery,
    chosen: () => settings.value.interface,
    changed: (found) => emit('doctor', found),
  })
  const presence = watchPresence({
    client,
    clock,
    chosen: () => settings.value,
    ...(shell.idleSeconds ? { idleSeconds: () => shell.idleSeconds?.() ?? 0 } : {}),
  })
  const settingsChanged = () => {
    emit('settings', settingsView())
    presence.refresh()
    shell.tray?.(settings.value.tray)
  }
  shell.tray?.(settings.value.tray)

  const view = (): AppView => ({
    version,
    versions,
    deviceFingerprint: fingerprint,
    me: client.me,
    connection: client.connection,
    interfaces: network.interfaces,
    found: network.found,
    hosts: network.hosts,
    hosted: hosted.view,
    roster: client.roster(),
    rooms: client.rooms(),
    conversations: client.conversations(),
    transfers: client.transfers(),
    settings: settingsView(),
    desk: desk.view,
    registries: registries(),
    suggestedName,
    link,
    doctor: doctor.view,
    trouble,
    shell: {
      kind: shell.kind,
      filePaths: shell.files !== undefined,
      tray: shell.tray !== undefined,
      autostart: shell.autostart !== undefined,
    },
  })

  const attention = (now = client.conversations()) => {
    const { muted } = desk.view
    shell.attention?.(now.reduce((sum, { id, unread }) => sum + (muted.includes(id) ? 0 : unread), 0))
  }
  attention()
  const conversations = gather(
    clock,
    guarded(() => {
      const now = client.conversations()
      emit('conversations', now)
      attention(now)
    }),
  )
  let me = client.me
  const meChanged = () => {
    emit('registries', registries())
    if (client.me?.id === me?.id) return
    me = client.me
    emit('me', me)
    presence.refresh()
    network.refresh()
    conversations.soon()
  }
  const commands: Commands = createCommands({
    client,
    desk,
    hosted,
    lan: network,
    settings,
    shell,
    uploads,
    view,
    conversationsChanged: conversations.soon,
    clock,
    logFile,
    presence,
    doctor,
    linked,
    log,
    deskChanged() {
      emit('desk', desk.view)
      attention()
    },
    settingsChanged,
    meChanged,
    troubled,
  })

  const stopWatching = [
    client.on('connection', (connection) => {
      emit('connection', connection)
      meChanged()
    }),
    client.on('roster', (roster) => emit('roster', roster)),
    client.on('rooms', (rooms) => {
      emit('rooms', rooms)
      // Their conversations have their names and members, too.
      conversations.soon()
    }),
    client.on('message', (message) => {
      emit('message', message)
      conversations.soon()
    }),
    client.on('changed', (message) => {
      emit('message', message)
      conversations.soon()
    }),
    client.on('removed', (removed) => {
      emit('removed', removed)
      conversations.soon()
    }),
    client.on('trouble', (error) => {
      if (TOLD_BY_CONNECTION.has(error.code)) log(error.message)
      else troubled(error)
    }),
    client.on('receipt', conversations.soon),
    client.on('typing', (typing) => emit('typing', typing)),
    client.on('transfer', (transfer) => {
      emit('transfer', transfer)
      if (hasEnded(transfer)) uploads.release(transfer.id).catch((error: unknown) => log(asOptiChatError(error).message))
    }),
    watchReceipts({ client, clock, guarded, changed: (message) => emit('message', message) }),
    conversations.cancel,
    presence.stop,
    acceptByRules(client, {
      accept: async (transfer) => commands.accept(transfer),
      failed: (error) => troubled(asOptiChatError(error)),
    }),
  ]
  conversations.soon()
  if (options.link) open(options.link)

  /** What was so when the app was closed is so again; what fails shows in the connection's state and in the hosted view. */
  const { registry } = settings.value
  if (registry)
    hosted
      .start(registry.name)
      .then(() => client.retryNow())
      .catch((error: unknown) => log(`The registry here: ${asOptiChatError(error).message}`))
  if (client.me) client.connect().catch((error: unknown) => log(`The registry: ${asOptiChatError(error).message}`))

  let closed: Promise<void> | null = null
  const close = async () => {
    for (const stop of stopWatching) stop()
    await uploads.sweep(needed)
    await Promise.all([network.close(), hosted.stop(), client.close(), doctor.stop()])
    unlock()
  }

  return {
    uploads,
    media: (id, index) => mediaOf(client.transfer(id), index),
    call: async (command, args) => {
      const asked = parseCommand(command, args)
      const run = commands[asked.command] as (...args: readonly unknown[]) => unknown
      try {
        return await run(...asked.args)
      } catch (error) {
        // The page does not say what is in no person's language.
        const { code, message } = asOptiChatError(error)
        if (code === 'internal') log(`${command}: ${message}`)
        throw error
      }
    },
    open,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

/** Of work that a lost connection ended, and that is done again with the next one: the connection's own state tells of it. */
const TOLD_BY_CONNECTION: ReadonlySet<ErrorCode> = new Set([
  'not-connected',
  'registry-unreachable',
  'registry-stopping',
  'timed-out',
  'too-slow',
  'was-asleep',
  'address-changed',
])

const ENDED: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'cancelled'])

/** An offer nobody may fetch from any more. One that failed may: accepting it again goes on with it. */
function hasEnded({ direction, parts }: Transfer): boolean {
  return direction === 'receive' || (parts.length > 0 && parts.every(({ state }) => ENDED.has(state)))
}

/** What the system calls a person, as they might write it themselves. */
const nameOf = (username: string): string => username.replace(/^\p{Ll}/u, (first) => first.toUpperCase()).slice(0, MAX_NAME)
