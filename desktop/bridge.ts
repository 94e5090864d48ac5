/**
 * Every command and event between the UI and the host, declared once; the preload, the browser gateway and the UI derive
 * their types from here. A command is asked and answered; an event is a snapshot that replaces the one before.
 */
import type { Connection, Conversation, HistoryMessage, RoomEntry, RosterEntry, Transfer, User } from '../core/client/client.ts'
import type { ErrorCode } from '../core/protocol/errors.ts'
import type { RoomId, To } from '../core/protocol/messages.ts'

/** What the UI needs of the client's words comes through here, as it imports from nowhere else. */
export type {
  Connection,
  Conversation,
  HistoryMessage,
  RoomEntry,
  RosterEntry,
  Transfer,
  TransferPart,
  TransferState,
  User,
} from '../core/client/client.ts'

export interface InterfaceView {
  readonly name: string
  readonly address: string
  readonly kind: string
  /** Why it ranks where it does, one sentence. */
  readonly reason: string
  readonly accepted: boolean
  readonly chosen: boolean
}

export interface FoundView {
  readonly key: string
  readonly name: string
  readonly host: string
  readonly port: number
  readonly fingerprint?: string
  readonly interface: string
  /** Signed in to before on this profile. */
  readonly known: boolean
}

/** A registry that runs on this computer, started from the app. */
export interface HostedView {
  readonly state: 'stopped' | 'starting' | 'running' | 'failed'
  readonly name?: string
  readonly address?: string
  readonly port?: number
  readonly fingerprint?: string
  readonly invite?: string
  readonly error?: BridgeError
  /** The newest lines of its log, oldest first. */
  readonly log: readonly string[]
}

export interface SettingsView {
  readonly downloadFolder: string
  readonly theme: 'system' | 'light' | 'dark'
  readonly language: 'system' | 'en' | 'de' | 'es' | 'fr' | 'hi' | 'ja' | 'ar'
  /** The interface the person chose; null: the best one. */
  readonly interface: string | null
}

/** The whole app in one snapshot, sent at start; later changes come as events. */
export interface AppView {
  readonly version: string
  readonly me: User | null
  readonly connection: Connection
  readonly interfaces: readonly InterfaceView[]
  readonly found: readonly FoundView[]
  readonly hosted: HostedView
  readonly roster: readonly RosterEntry[]
  /** Those one is in, and the open ones. */
  readonly rooms: readonly RoomEntry[]
  readonly conversations: readonly Conversation[]
  readonly transfers: readonly Transfer[]
  readonly settings: SettingsView
  /** What went wrong last that no command could be told of, such as a full disk; null when it was dismissed. */
  readonly trouble: BridgeError | null
  /** What this shell can do: a browser window cannot show file paths or open folders by itself. */
  readonly shell: { readonly kind: 'electron' | 'browser'; readonly filePaths: boolean }
}

export interface BridgeError {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string
  /** What it happened to, such as a name or a path: part of `message` already. */
  readonly detail?: string
}

/** name: [arguments, answer] */
export interface Commands {
  /** Everything, at start. */
  view: [[], AppView]
  /** `address`: what the person typed or a found registry's `host:port`; an invite is taken too. */
  register: [[address: string, name: string, password: string], User]
  login: [[address: string, name: string, password: string], User]
  logout: [[], void]
  retryNow: [[], void]
  dismissTrouble: [[], void]
  chooseInterface: [[name: string | null], void]
  startRegistry: [[name: string], HostedView]
  stopRegistry: [[], void]
  /** Answered when it is on this disk: it goes out once, in order, as soon as there is a connection. It comes as `message` at once. */
  send: [[to: To, text: string], { id: string }]
  /** Takes a message back that has not gone out, or that was refused. False: it is on its way. */
  cancelQueued: [[message: string], boolean]
  joinRoom: [[room: RoomId], void]
  history: [[query: { conversation: string; before?: string; limit: number }], HistoryMessage[]]
  markRead: [[conversation: string, position: number], void]
  /** Paths from drop or dialog (Electron). */
  offerPaths: [[to: To, paths: string[]], Transfer]
  /** Files streamed up by the page (browser): ids given back by the upload endpoint. */
  offerUploads: [[to: To, uploads: string[]], Transfer]
  accept: [[transfer: string], void]
  decline: [[transfer: string], void]
  cancel: [[transfer: string], void]
  /** Opens the download folder in the desktop's file manager. */
  showFolder: [[transfer: string], void]
  setTheme: [[theme: SettingsView['theme']], void]
  setLanguage: [[language: SettingsView['language']], void]
  setDownloadFolder: [[folder: string], void]
  /** Electron: the native dialog; browser: not offered (`shell.filePaths` is false). */
  pickFiles: [[], string[]]
  pickFolder: [[], string | null]
}

export type Command = keyof Commands
export type Arguments<C extends Command> = Commands[C][0]
export type Answer<C extends Command> = Commands[C][1]

/** Each replaces what the page held of it. */
export interface Events {
  /** Somebody else is signed in, or nobody: transfers and history are another's too, so `view` is asked anew. */
  me: User | null
  connection: Connection
  interfaces: readonly InterfaceView[]
  found: readonly FoundView[]
  hosted: HostedView
  roster: readonly RosterEntry[]
  rooms: readonly RoomEntry[]
  conversations: readonly Conversation[]
  /** One message that is new, or that is another now: its words, its reactions, its receipts, taken back, sent at last. */
  message: HistoryMessage
  /** One message that is in no history any more: it was cancelled before it was sent. */
  removed: { readonly id: string; readonly conversation: string }
  /** One transfer that changed. */
  transfer: Transfer
  settings: SettingsView
  trouble: BridgeError | null
}

export type EventName = keyof Events

/** A page's `File`, by the little this declaration needs of it, since it is also read where there is no DOM. */
export interface FileLike {
  readonly name: string
  readonly size: number
}

/** What a page has in its hand: `window.optichat`, made by the preload or by the browser gateway's client. */
export interface Bridge {
  /** Rejects with a BridgeError, a plain object. To miss nothing, listen with `on` first and then call `view`. */
  call<C extends Command>(command: C, ...args: Arguments<C>): Promise<Answer<C>>
  on<E extends EventName>(event: E, listener: (value: Events[E]) => void): () => void
  /** Absolute path of a dropped or picked file; null where the shell cannot tell (browser). */
  pathOf(file: FileLike): string | null
  /** Browser: streams a file to the host and answers its upload id; `path` keeps a folder's shape. Electron: rejects. */
  upload(file: FileLike, path: string, progress: (bytes: number) => void): Promise<string>
}

/** Page → browser gateway: a JSON text frame on its WebSocket. `n` is the page's own number for the question. */
export interface PageFrame {
  readonly n: number
  readonly call: Command
  readonly args: readonly unknown[]
}

/**
 * Browser gateway → page: the first frame says after which event it starts; then answers, and events by rising number.
 * `reload`: more events were missed than the gateway keeps, so the page starts anew.
 */
export type HostFrame =
  | { readonly hello: number }
  | { readonly n: number; readonly answer?: unknown }
  | { readonly n: number; readonly error: BridgeError }
  | { readonly seq: number; readonly event: EventName; readonly value: unknown }
  | { readonly reload: true }

/** The commands by name, for the gateways' allow lists. */
export const COMMANDS = [
  'view',
  'register',
  'login',
  'logout',
  'retryNow',
  'dismissTrouble',
  'chooseInterface',
  'startRegistry',
  'stopRegistry',
  'send',
  'cancelQueued',
  'joinRoom',
  'history',
  'markRead',
  'offerPaths',
  'offerUploads',
  'accept',
  'decline',
  'cancel',
  'showFolder',
  'setTheme',
  'setLanguage',
  'setDownloadFolder',
  'pickFiles',
  'pickFolder',
] as const satisfies readonly Command[]
