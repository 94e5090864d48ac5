/**
 * What a person's program can do with a registry: the one way in for the `optichat` command and the desktop. Names are what
 * people typed; ids are what the registry made of them. Everything listed here is also true after a restart, as it is on disk.
 */
import type { ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Device, Message, OfferedFile, Presence, RoomId, SessionPresence, To, UserId } from '../protocol/messages.ts'

/** Where a registry is, and which one it must be. */
export interface RegistryAddress {
  /** An IP address or a host name. */
  readonly host: string
  readonly port: number
  /** From an invite: its certificate must have this fingerprint (lower-case hex SHA-256). */
  readonly fingerprint?: string
}

/** A registry this profile has signed in to: the pin is what later connections are held to. */
export interface KnownRegistry extends RegistryAddress {
  readonly id: string
  readonly name: string
  readonly fingerprint: string
}

/** Why a session that was on ended, and when (milliseconds since 1970): `was-asleep`, `address-changed`, `registry-stopping`, … */
export interface Absence {
  readonly since: number
  readonly code: ErrorCode
}

/** The connection, by what it means to a person. */
export type Connection =
  | { readonly at: 'signed-out' }
  | { readonly at: 'connecting'; readonly registry: RegistryAddress; readonly away?: Absence }
  /** `away`: the absence that has just ended. */
  | { readonly at: 'online'; readonly registry: KnownRegistry; readonly away?: Absence & { readonly until: number } }
  /** Tried again by itself at `retryAt` (milliseconds since 1970). `code`: why the last attempt failed; `away`: why it was lost. */
  | {
      readonly at: 'waiting'
      readonly registry: KnownRegistry
      readonly retryAt: number
      readonly code: ErrorCode
      readonly away?: Absence
    }
  /** Ended for a reason that trying again does not mend (revoked, another certificate, version). */
  | { readonly at: 'refused'; readonly registry: KnownRegistry; readonly code: ErrorCode }

export interface User {
  readonly id: UserId
  readonly name: string
}

export interface RosterEntry extends User {
  readonly presence: Presence
  /** Milliseconds since 1970; absent when online or never seen. */
  readonly lastSeen?: number
  readonly self: boolean
}

/** A sign put to a message, and by whom, in the order in which they did. */
export interface Reaction {
  readonly emoji: string
  readonly users: readonly UserId[]
}

/** A named conversation that one is in, or can join. */
export interface RoomEntry {
  readonly id: RoomId
  /** The id of its conversation. */
  readonly conversation: string
  readonly name: string
  /** Anybody can join; otherwise a member brings others in. */
  readonly open: boolean
  readonly members: readonly User[]
  /** How many are in it; `members` names only some of a large open one that one is not in. */
  readonly size: number
  /** Whether one is in it oneself. */
  readonly member: boolean
}

/** A text message or an offer in the history, in the order of stamps. Answers and withdrawals show as a transfer's state. */
export interface HistoryMessage {
  readonly id: string
  /** 0 while it is queued. */
  readonly position: number
  /** Where it stands among others, and where to page on from; of a queued one, behind all others. */
  readonly stamp: string
  /** Milliseconds since 1970, from the stamp; of a queued one, when it was written. */
  readonly sentAt: number
  readonly from: User
  readonly conversation: string
  /** The recipients (the audience without the sender; of a room, those who are in it now), or everyone. */
  readonly to: 'everyone' | readonly User[]
  readonly room?: { readonly id: RoomId; readonly name: string }
  /** With its newest words. An empty text when it was taken back. */
  readonly body: Extract<Message['body'], { kind: 'text' | 'offer' }>
  /** The id of the message it answers, of the same conversation; that one may not be here. */
  readonly replyTo?: string
  /** When it got its present words, in milliseconds since 1970; absent when those are the first. */
  readonly edited?: number
  /** Its author took it back. */
  readonly gone?: true
  readonly reactions?: readonly Reaction[]
  /** For messages of one's own: who has got and who has read it, of the recipients known. */
  readonly receipts?: { readonly delivered: readonly UserId[]; readonly read: readonly UserId[] }
  /** Of one's own, not at the registry: it waits on this disk, or the registry will not have it (`code` says why). Absent: it is sent. */
  readonly state?: 'queued' | 'refused'
  readonly code?: ErrorCode
}

/** A message that a search found. */
export interface FoundMessage extends HistoryMessage {
  /** The part of the text (or of the file names, one a line) around what was found, and where in it that is: [from, to) in UTF-16 units. */
  readonly snippet: { readonly text: string; readonly ranges: readonly (readonly [number, number])[] }
}

export interface Conversation {
  readonly id: string
  /** The other members; everyone for `everyone`; empty for a note to oneself. */
  readonly with: 'everyone' | readonly User[]
  readonly room?: { readonly id: RoomId; readonly name: string }
  readonly last: HistoryMessage
  readonly unread: number
  /** The position up to which one has read it oneself; what others said after it is new. */
  readonly read: number
}

/**
 * One offer as seen from here. `offered → accepted → connecting → moving → verifying → done`, or `declined`, `withdrawn`,
 * `cancelled`, `failed` (which `resume` starts again, keeping what has arrived). `accepted` also means that its turn has not come.
 *
 * A transfer that is cut goes back to `connecting` (at the sender: `accepted`) and is tried again. At the receiver it shows as
 * `failed` when that does not help soon or the sender is away; as long as the receiving program runs, it still goes on by itself
 * once it can. The sender's part fails only by the receiver's word, or when the files cannot be read.
 *
 * `paused`: by the person here (no `code`), by the other side (`paused`), or until the receiver's disk has room (`disk-full`).
 */
export type TransferState =
  | 'offered'
  | 'accepted'
  | 'connecting'
  | 'moving'
  | 'paused'
  | 'verifying'
  | 'done'
  | 'declined'
  | 'withdrawn'
  | 'cancelled'
  | 'failed'

/** A file that could not be handed over, and why. */
export interface MissingFile {
  /** As in the offer. */
  readonly path: string
  readonly code: ErrorCode
}

export interface TransferPart {
  readonly user: User
  readonly state: TransferState
  readonly bytes: number
  /** Why it failed or is paused; in another state, why it stopped for now and is about to go on. */
  readonly code?: ErrorCode
  /** How the bytes went, once a socket is open. */
  readonly path?: 'direct' | 'reverse' | 'relay'
  /** Seconds from the first connection to the end. */
  readonly seconds?: number
  /** Bytes a second over the last seconds, while it moves. */
  readonly rate?: number
  /** Failed with `files-missing`: the first hundred of the files that are not there, and how many they are. All others are. */
  readonly missing?: readonly MissingFile[]
  readonly missingCount?: number
}

export interface Transfer {
  readonly id: string
  readonly message: string
  readonly conversation: string
  readonly direction: 'send' | 'receive'
  readonly from: User
  readonly files: readonly OfferedFile[]
  readonly count: number
  readonly bytes: number
  /** Sending: one part a recipient who has answered or is known. Receiving: exactly one part, our own. */
  readonly parts: readonly TransferPart[]
  /** Receiving, in place: absolute paths of the top-level files and folders. */
  readonly paths?: readonly string[]
  /** Receiving, accepted: the folder chosen. */
  readonly into?: string
  /** Sending: what was left out and why (links, sockets, unreadable), as sentences. */
  readonly skipped?: readonly string[]
  /** Sending: the offer waits on this disk for a connection. */
  readonly queued?: true
  /** The person here paused it: nothing moves until `resume`. */
  readonly paused?: true
}

/** A registry one is signed in at. */
export interface KnownAccount {
  readonly registry: KnownRegistry
  readonly user: User
  /** The one in use. */
  readonly current: boolean
}

/** Offers that are accepted by themselves. */
export interface AcceptRule {
  readonly from: UserId | 'everyone'
  /** Bytes of an offer at most; null: any size. */
  readonly upTo: number | null
}

/** What is so for all transfers of a profile, whichever program of it does them. */
export interface TransferSettings {
  /** The first rule that names the sender, or everyone, decides; where none does, each offer is asked about. */
  readonly accept: readonly AcceptRule[]
  /** Bytes a second of all transfers together, sent and received; null: as fast as it goes. */
  readonly up: number | null
  readonly down: number | null
  /** The TCP port at which others reach this device, for those whose firewall has to know it; 0: any free one. From the next start on. */
  readonly peerPort: number
  /** Transfers received at once; those of less than 16 MiB do not count. */
  readonly atOnce: number
}

export interface ClientEvents {
  connection: [Connection]
  roster: [readonly RosterEntry[]]
  /** A text or offer that is new in the history, one's own included; catch-up arrives here too, oldest first. */
  message: [HistoryMessage]
  /** One in the history is another now, or is queued; once a queued one is sent, it comes as `message`, with the id it had. */
  changed: [HistoryMessage]
  /** A queued message was cancelled: it is in no history. */
  removed: [{ id: string; conversation: string }]
  /** All rooms there are for us, whenever one of them changed. */
  rooms: [readonly RoomEntry[]]
  /** All who are writing in a conversation now; nobody any more, when empty. */
  typing: [{ conversation: string; users: readonly User[] }]
  /** Somebody's positions moved: receipts of messages up to these may have changed. */
  receipt: [{ user: UserId; conversation?: string }]
  /** State or progress of a transfer (at most some ten times a second for each). */
  transfer: [Transfer]
  /** Everything that was kept for us while we were away has arrived. */
  synced: []
  /** Something went wrong that no call can be told of, such as a full disk under the profile. */
  trouble: [OptiChatError]
}

export interface Client {
  readonly connection: Connection
  /** Who is signed in on this profile, also while offline. */
  readonly me: User | null
  readonly registry: KnownRegistry | null

  on<E extends keyof ClientEvents>(event: E, listener: (...args: ClientEvents[E]) => void): () => void

  /**
   * Creates the account, signs in and enrols this device. `invite`: a one-time code from whoever runs the registry; one that was made for an
   * account that is there gives that one the new password. Rejects with `name-taken`, `name-refused`, `password-refused`, `invite-refused`,
   * `registration-closed`, …
   */
  register(registry: RegistryAddress, name: string, password: string, options?: { invite?: string }): Promise<User>
  /** Signs in and enrols this device. Rejects with `sign-in-failed`, `man-in-the-middle`, `registry-untrusted`, … */
  login(registry: RegistryAddress, name: string, password: string): Promise<User>
  /** Goes online with the device enrolled before, and stays so: from now on it reconnects by itself. Resolves when synced once. Rejects with `not-signed-in`, or why the first attempt failed (it goes on trying unless closed). */
  connect(): Promise<void>
  /** Skips the wait of `waiting`; while online, looks whether the connection still lives: for who heard that the registry is elsewhere. */
  retryNow(): void
  /** Where this device is signed in, by the registries' names: signing in at another registry keeps the sign-in at the one before. */
  accounts(): KnownAccount[]
  /** Goes to another registry of `accounts`, online as soon as it answers. Rejects with `not-signed-in` when it is none of them. */
  switchTo(registry: string): Promise<User>
  /** Revokes this device at the registry (best effort when unreachable) and forgets the sign-in here; history stays. */
  logout(): Promise<void>

  /** The devices that sign this user in. Rejects with `not-connected`, as the four below. */
  devices(): Promise<Device[]>
  /** Signs a device of one's own out, by its fingerprint. Rejects with `device-unknown`. */
  revokeDevice(fingerprint: string): Promise<void>
  /** Rejects with `sign-in-failed` when the present password is wrong, `password-refused` when the next one cannot be used, `slow-down`. */
  changePassword(present: string, next: string, options?: { revokeOthers?: boolean }): Promise<void>
  /** Deletes the account at the registry and signs out here; history stays. Rejects with `sign-in-failed`, `slow-down`. */
  deleteAccount(password: string): Promise<void>

  roster(): readonly RosterEntry[]
  /** Ids of people by name, any case. Rejects with `user-unknown`, naming who. */
  resolve(names: readonly string[]): UserId[]

  /** How one is there oneself, from now on and until this client is closed; offline it is said at the next connection. */
  setPresence(state: SessionPresence): void
  /** To be called at any key: says that we are writing, at most every two seconds. */
  sendTyping(to: To): void

  /** By name: those one is in, and the open ones. */
  rooms(): RoomEntry[]
  /** Rejects with `name-refused`, `user-unknown`, … */
  createRoom(name: string, options: { open: boolean; members?: readonly UserId[] }): Promise<RoomEntry>
  /** Rejects with `room-unknown`, `room-full`. */
  joinRoom(room: RoomId): Promise<void>
  inviteToRoom(room: RoomId, users: readonly UserId[]): Promise<void>
  /** Its history stays here. */
  leaveRoom(room: RoomId): Promise<void>
  renameRoom(room: RoomId, name: string): Promise<void>

  /** Resolves when the registry has stored it. `reply`: the message of the same conversation that it answers. Rejects with `message-unknown`, … */
  send(to: To, text: string, options?: { reply?: string }): Promise<{ id: string; position: number }>
  /**
   * Resolves when it is on this disk: it goes out once, after what was queued before, as soon as there is a connection, be it of a later
   * process. Rejects with `too-large`.
   */
  queue(to: To, text: string, options?: { reply?: string }): Promise<{ id: string }>
  /** Takes a message out of the queue. Answers false when it is on its way already (or was never queued). */
  cancelQueued(id: string): boolean
  /** Gives a text of one's own other words. Rejects with `message-unknown`, `not-yours`, … */
  edit(id: string, text: string): Promise<void>
  /** Takes a message or an offer of one's own back, for everybody. Rejects with `too-late`, `not-yours`, … */
  takeBack(id: string): Promise<void>
  /** Puts a sign (one emoji) to a message, or takes it away again. */
  react(id: string, emoji: string, on: boolean): Promise<void>
  /** One message by its id, queued or not; `null` when it is not here. */
  message(id: string): HistoryMessage | null
  /**
   * The newest `limit` messages before `before` (a stamp), oldest first, queued ones at the end. With `after` instead: the oldest `limit`
   * after that stamp, without queued ones. `conversation` absent: of all.
   */
  history(query: { conversation?: string; before?: string; after?: string; limit: number }): HistoryMessage[]
  /**
   * The newest `limit` messages that have all these words, newest first; the last word also matches as the beginning of one. Case and
   * accents do not matter, and no character has a meaning of its own. Names of offered files are found too; what is queued is not.
   */
  search(words: string, query: { conversation?: string; limit: number }): FoundMessage[]
  /**
   * The history as lines (without line ends), oldest first: JSON objects (`{"id","position","sentAt","conversation","from","to","text"}`,
   * names for people) or text. Read from the disk as it is iterated.
   */
  export(format: 'jsonl' | 'text', query?: { conversation?: string }): Iterable<string>
  /** Messages of others that no earlier call on this profile has taken, oldest first; marks them delivered. For `optichat receive`. */
  takeNew(): HistoryMessage[]
  conversations(): Conversation[]
  /** Marks all up to `position` in a conversation as read by us. */
  markRead(conversation: string, position: number): void

  /**
   * Offers files and folders; resolves when the offer is stored at the registry, or, with `later` and without a connection, on this disk:
   * then it goes out by itself. They can be fetched as long as a program that opened the profile with `serveUnfinished` runs, or this one.
   * The same paths to the same people, unfinished: goes on with that transfer. Rejects with `nothing-to-send`, `file-unreadable`,
   * `too-many-offers`, `port-taken`, `not-connected`.
   */
  offer(to: To, paths: readonly string[], options?: { later?: boolean }): Promise<Transfer>
  transfers(): Transfer[]
  transfer(id: string): Transfer | null
  /**
   * Starts or goes on receiving into a folder (of what is done: nothing); resolves when started. Progress comes as events. Rejects with
   * `transfer-unknown`, `cancelled` (withdrawn), `data-in-use` (another process on this profile is at it).
   */
  accept(id: string, into: string): Promise<void>
  decline(id: string): Promise<void>
  /**
   * Stops it until `resume`, also over restarts and whichever process of this profile is at it; what has arrived is kept. Of a transfer
   * that one sends: nobody can fetch it until then.
   */
  pause(id: string): Promise<void>
  /**
   * Goes on with what is paused, has failed, or waits, now. Rejects with `transfer-unknown`, `cancelled`, `data-in-use` (another process on
   * this profile is at it, and goes on), `file-changed` or `file-unreadable` (what was offered is not there any more), `files-missing`.
   */
  resume(id: string): Promise<void>
  /** Sender: withdraws the offer and stops. Receiver: stops, removes what had arrived. */
  cancel(id: string): Promise<void>
  /** Whether a rule of the settings accepts this offer; whoever shows offers asks, and accepts into its folder. */
  accepts(transfer: Transfer): boolean
  transferSettings(): TransferSettings
  /** Changes some of them, at once for all programs of the profile. Rejects with `bad-setting`. */
  setTransferSettings(change: Partial<TransferSettings>): TransferSettings

  /** Ends connections and the worker, flushes the disk. */
  close(): Promise<void>
}
