/**
 * Every command and event between the UI and the host, declared once; the preload, the browser gateway and the UI derive
 * their types from here. A command is asked and answered; an event is a snapshot that replaces the one before.
 */
import type {
  Connection,
  Conversation,
  FoundMessage,
  HistoryMessage,
  RoomEntry,
  RosterEntry,
  Transfer,
  TransferSettings,
  User,
} from '../core/client/client.ts'
import type { ErrorCode } from '../core/protocol/errors.ts'
import type { Device, RoomId, SessionPresence, To, UserId } from '../core/protocol/messages.ts'
import type { Reason } from '../core/protocol/reasons.ts'
import type { DoctorView } from '../discovery/doctor/finding.ts'
import type { InterfaceKind, InterfaceReason } from '../discovery/ranking.ts'

export type {
  AcceptRule,
  Connection,
  Conversation,
  FoundMessage,
  HistoryMessage,
  RoomEntry,
  RosterEntry,
  Transfer,
  TransferPart,
  TransferSettings,
  TransferState,
  User,
} from '../core/client/client.ts'
/** What the UI needs of the client's words comes through here, as it imports from nowhere else. */
export type { Device, SessionPresence } from '../core/protocol/messages.ts'

export type {
  CheckId,
  CheckView,
  CommandLine,
  CommandNote,
  CommandSystem,
  DoctorView,
  Finding,
  FindingCode,
  FindingValues,
  Fix,
  FixCode,
  FixCommands,
  FixValues,
} from '../discovery/doctor/finding.ts'
export type { InterfaceKind, InterfaceReason } from '../discovery/ranking.ts'

export interface InterfaceView {
  readonly name: string
  readonly address: string
  readonly kind: InterfaceKind
  /** Why it ranks where it does. */
  readonly reasons: readonly InterfaceReason[]
  /** Megabits a second; null: unknown. */
  readonly speed: number | null
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
  /** The invite to be scanned: unit squares as an SVG path, in a square of `size`. */
  readonly qr?: { readonly size: number; readonly path: string }
  readonly error?: BridgeError
  /** The newest lines of its log, oldest first. */
  readonly log: readonly string[]
}

/** A registry that answered at an address. */
export interface LookedAt {
  readonly name: string
  readonly fingerprint: string
  /** This device signed in there last. */
  readonly known: boolean
}

/** Somebody with an account at the registry that runs on this computer. */
export interface HostedPerson {
  readonly name: string
  readonly online: boolean
  /** Milliseconds since 1970; absent: not yet. */
  readonly lastSeen?: number
}

/** A registry that this device is signed in at. */
export interface RegistryView {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  /** The one in use. */
  readonly current: boolean
}

export interface SettingsView {
  readonly downloadFolder: string
  readonly theme: 'system' | 'light' | 'dark'
  readonly language: 'system' | 'en' | 'de' | 'es' | 'fr' | 'hi' | 'ja' | 'ar'
  /** The interface the person chose; null: the best one. */
  readonly interface: string | null
  /** Where a registry on this computer listens. */
  readonly registryPort: number
  /** How others see one; busy is also: do not disturb. */
  readonly presence: SessionPresence
  /** Minutes without a hand on the computer after which one is away; 0: never. */
  readonly idleMinutes: number
  readonly notifications: boolean
  /** What was written is in the notification, too. */
  readonly previews: boolean
  readonly sound: boolean
  /** Closing the window leaves the app running; only where `shell.tray`. */
  readonly tray: boolean
  /** With the session; only where `shell.autostart`. */
  readonly autostart: boolean
  /** What is so for all transfers, also those of the command. */
  readonly transfers: TransferSettings
}

/** What `changeSettings` takes: those that need no more than being kept. The others have commands of their own. */
export type SettingsChange = Partial<Omit<SettingsView, 'downloadFolder' | 'interface' | 'transfers'>>

/** The few texts a shell shows by itself, in the page's language. */
export interface ShellWords {
  readonly open: string
  readonly quit: string
  readonly settings: string
  readonly about: string
  readonly file: string
  readonly edit: string
  readonly view: string
  readonly window: string
  readonly help: string
  readonly logs: string
  readonly unread: string
}

/** What is typed for an audience and not sent. */
export interface Draft {
  readonly text: string
  /** The message it answers. */
  readonly reply?: string
}

/** What a person left so on this device, for the account that is signed in. */
export interface DeskView {
  /** By the audience's key, see ui/audience.ts. */
  readonly drafts: Readonly<Record<string, Draft>>
  /** Ids of conversations that are not to be heard of. */
  readonly muted: readonly string[]
  /** Audience keys of people and rooms to be seen first. */
  readonly favourites: readonly string[]
  /** Was asked, and has said, that what goes to everyone is meant so. */
  readonly askedEveryone: boolean
}

/** A file or folder that has arrived, as it lies in the download folder. */
export interface ReceivedFile {
  /** Its number in the transfer; with `media`, the page has it at `media/<transfer>/<index>`. */
  readonly index: number
  readonly name: string
  readonly bytes: number
  readonly folder: boolean
  /** Opened by its program; otherwise `open` only shows it in its folder, as it may be something that runs. */
  readonly opens: boolean
  /** What it is by its first bytes, if the page may show it. */
  readonly media?: { readonly kind: 'image' | 'video'; readonly width?: number; readonly height?: number }
}

export interface Checksum {
  readonly name: string
  /** Lower-case hex. */
  readonly sha256: string
}

/** The whole app in one snapshot, sent at start; later changes come as events. */
export interface AppView {
  readonly version: string
  /** What it runs on, by name, for whoever is asked for help. */
  readonly versions: readonly (readonly [name: string, version: string])[]
  /** What this device is known by, for people to compare. */
  readonly deviceFingerprint: string
  readonly me: User | null
  readonly connection: Connection
  readonly interfaces: readonly InterfaceView[]
  readonly found: readonly FoundView[]
  /** Addresses that are asked beside what the network announces, as they were typed; shared with the command. */
  readonly hosts: readonly string[]
  readonly hosted: HostedView
  readonly roster: readonly RosterEntry[]
  /** Those one is in, and the open ones. */
  readonly rooms: readonly RoomEntry[]
  readonly conversations: readonly Conversation[]
  readonly transfers: readonly Transfer[]
  readonly settings: SettingsView
  readonly desk: DeskView
  /** Where this device is signed in; none is current while one is signed out. */
  readonly registries: readonly RegistryView[]
  /** The name this computer knows the person by, to begin with. */
  readonly suggestedName: string
  /** An invite the app was opened with, until it is taken. */
  readonly link: string | null
  /** The doctor's examination as it stands; null: none was asked for, or it was put away. */
  readonly doctor: DoctorView | null
  /** What went wrong last that no command could be told of, such as a full disk; null when it was dismissed. */
  readonly trouble: BridgeError | null
  /** What this shell can do: a browser window cannot show file paths or open folders by itself. */
  readonly shell: {
    readonly kind: 'electron' | 'browser'
    readonly filePaths: boolean
    readonly tray: boolean
    readonly autostart: boolean
  }
}

export interface BridgeError {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string
  /** What it happened to, such as a name or a path, or a text for a log: part of `message` already. */
  readonly detail?: string
  /** Why; then there is no `detail`. Part of `message`, too. */
  readonly reason?: Reason
}

/** name: [arguments, answer] */
export interface Commands {
  /** Everything, at start. */
  view: [[], AppView]
  /** `address`: what the person typed or a found registry's `host:port`; an invite is taken too, with its one-time code. */
  register: [[address: string, name: string, password: string], User]
  login: [[address: string, name: string, password: string], User]
  logout: [[], void]
  /** To another registry that this device is signed in at. */
  switchRegistry: [[registry: string], User]
  devices: [[], readonly Device[]]
  revokeDevice: [[fingerprint: string], void]
  changePassword: [[present: string, next: string, options: { revokeOthers: boolean }], void]
  deleteAccount: [[password: string], void]
  /** Writes all that was said into a file of the download folder, and answers its path. */
  exportHistory: [[format: 'jsonl' | 'text'], string]
  retryNow: [[], void]
  dismissTrouble: [[], void]
  chooseInterface: [[name: string | null], void]
  /** Asks at this address, too, whether a registry is there: `host`, `host:port`, or an invite. */
  addHost: [[address: string], void]
  removeHost: [[address: string], void]
  /** Which registry is at an address as it was typed, or at that of an invite; proves nothing yet, but that one answers. */
  lookAt: [[address: string], LookedAt]
  /** One that runs under another name starts anew under this one. */
  startRegistry: [[name: string], HostedView]
  stopRegistry: [[], void]
  /** Who has an account at the registry on this computer. */
  hostedPeople: [[], readonly HostedPerson[]]
  /** An invite with a one-time code, for a registry that takes people by invitation only. */
  hostedInvite: [[], string]
  /** The invite the app was opened with is in the person's hands. */
  takeLink: [[], void]
  /** The doctor looks for what blocks: this computer, the network, the registry, and the way to one person if one is named. */
  examine: [[peer: string | null], void]
  /** Ends an examination, and puts away what it found. */
  stopExamining: [[], void]
  /** Somebody is at the page. */
  active: [[], void]
  /** Brings the window before the person. */
  raise: [[], void]
  setShellWords: [[words: ShellWords], void]
  /** Opens the folder of the log. */
  showLogs: [[], void]
  /** Answered when it is on this disk: it goes out once, in order, as soon as there is a connection. It comes as `message` at once. */
  send: [[to: To, text: string, options: { reply?: string }], { id: string }]
  /** Takes a message back that has not gone out, or that was refused. False: it is on its way. */
  cancelQueued: [[message: string], boolean]
  /** Other words for a text of one's own. */
  edit: [[message: string, text: string], void]
  /** For everybody, text or offer, within a quarter of an hour. */
  takeBack: [[message: string], void]
  react: [[message: string, emoji: string, on: boolean], void]
  message: [[message: string], HistoryMessage | null]
  /** The newest before a stamp, or the oldest after one; oldest first. */
  history: [[query: { conversation: string; before?: string; after?: string; limit: number }], HistoryMessage[]]
  /** Newest first; with the words found marked. */
  search: [[words: string, query: { conversation?: string; limit: number }], FoundMessage[]]
  markRead: [[conversation: string, position: number], void]
  /** To be asked at any key. */
  typing: [[to: To], void]
  createRoom: [[name: string, options: { open: boolean; members: UserId[] }], RoomEntry]
  joinRoom: [[room: RoomId], void]
  inviteToRoom: [[room: RoomId, users: UserId[]], void]
  leaveRoom: [[room: RoomId], void]
  renameRoom: [[room: RoomId, name: string], void]
  /** Null: nothing is typed any more. On this disk when answered. */
  setDraft: [[audience: string, draft: Draft | null], void]
  setMuted: [[conversation: string, muted: boolean], void]
  setFavourite: [[audience: string, favourite: boolean], void]
  setAskedEveryone: [[], void]
  /** Paths from drop or dialog (Electron). */
  offerPaths: [[to: To, paths: string[]], Transfer]
  /** Files streamed up by the page (browser): ids given back by the upload endpoint. */
  offerUploads: [[to: To, uploads: string[]], Transfer]
  accept: [[transfer: string], void]
  decline: [[transfer: string], void]
  cancel: [[transfer: string], void]
  /** Until `resume`, also over restarts. */
  pause: [[transfer: string], void]
  /** Goes on with what is paused or failed. */
  resume: [[transfer: string], void]
  /** The top-level files and folders that arrived, as far as they are still there; at most fifty. */
  received: [[transfer: string], ReceivedFile[]]
  /** Of the files among them; takes as long as reading them does. */
  checksums: [[transfer: string], Checksum[]]
  /** Opens a received file by its number, or shows it in its folder if it could run. */
  open: [[transfer: string, index: number], void]
  /** Opens the download folder in the desktop's file manager. */
  showFolder: [[transfer: string], void]
  changeSettings: [[change: SettingsChange], void]
  changeTransferSettings: [[change: Partial<TransferSettings>], void]
  setDownloadFolder: [[folder: string], void]
  /** Electron: the native dialog; browser: not offered (`shell.filePaths` is false). */
  pickFiles: [[], string[]]
  pickFolder: [[], string | null]
}

export type Command = keyof Commands
export type Arguments<C extends Command> = Commands[C][0]
export type Answer<C extends Command> = Commands[C][1]

/** Those about who one is, and where. */
export type AccountCommand =
  | 'register'
  | 'login'
  | 'logout'
  | 'switchRegistry'
  | 'devices'
  | 'revokeDevice'
  | 'changePassword'
  | 'deleteAccount'
  | 'exportHistory'

/** Those about the registry on this computer. */
export type HostedCommand = 'startRegistry' | 'stopRegistry' | 'hostedPeople' | 'hostedInvite'

/** Those about messages, rooms and the desk. */
export type TalkCommand =
  | 'send'
  | 'cancelQueued'
  | 'edit'
  | 'takeBack'
  | 'react'
  | 'message'
  | 'history'
  | 'search'
  | 'markRead'
  | 'typing'
  | 'createRoom'
  | 'joinRoom'
  | 'inviteToRoom'
  | 'leaveRoom'
  | 'renameRoom'
  | 'setDraft'
  | 'setMuted'
  | 'setFavourite'
  | 'setAskedEveryone'

/** Those about files and transfers. */
export type FileCommand =
  | 'offerPaths'
  | 'offerUploads'
  | 'accept'
  | 'decline'
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'received'
  | 'checksums'
  | 'open'
  | 'showFolder'
  | 'pickFiles'
  | 'pickFolder'

/** Each replaces what the page held of it. */
export interface Events {
  /** Somebody else is signed in, or nobody: transfers and history are another's too, so `view` is asked anew. */
  me: User | null
  connection: Connection
  interfaces: readonly InterfaceView[]
  found: readonly FoundView[]
  hosts: readonly string[]
  hosted: HostedView
  roster: readonly RosterEntry[]
  rooms: readonly RoomEntry[]
  conversations: readonly Conversation[]
  /** One message that is new, or that is another now: its words, its reactions, its receipts, taken back, sent at last. */
  message: HistoryMessage
  /** One message that is in no history any more: it was cancelled before it was sent. */
  removed: { readonly id: string; readonly conversation: string }
  /** All who are writing in a conversation now. */
  typing: { readonly conversation: string; readonly users: readonly User[] }
  /** One transfer that changed. */
  transfer: Transfer
  settings: SettingsView
  desk: DeskView
  registries: readonly RegistryView[]
  link: string | null
  doctor: DoctorView | null
  trouble: BridgeError | null
  /** Asked for in a menu of the system. */
  wish: 'settings'
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
