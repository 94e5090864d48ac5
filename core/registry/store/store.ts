/** What the registry keeps on disk. Two make it, one in this thread and one in a worker; both pass one contract suite. */
import type { Registration, RoomId, UserId } from '../../protocol/messages.ts'

export interface StoredUser {
  readonly id: UserId
  readonly name: string
  /** `nameKey` of the name: unique. */
  readonly key: string
  /** OPAQUE registration record, base64url. */
  readonly record: string
  /** The head of the log at registration: messages to everyone up to it are not this user's. */
  readonly since: number
  /** Milliseconds since 1970. */
  readonly registered: number
  readonly lastSeen: number | null
  readonly delivered: number
  /** When the account was deleted, milliseconds since 1970. */
  readonly gone: number | null
}

export interface StoredDevice {
  readonly fingerprint: string
  readonly user: UserId
  /** What the program said it is. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly enrolled: number
  /** Milliseconds since 1970. */
  readonly lastSeen: number | null
}

/** A one-time code, as its hash. */
export interface StoredInvite {
  readonly hash: string
  /** Whose password it replaces; null: it lets somebody register. */
  readonly user: UserId | null
  /** Milliseconds since 1970. */
  readonly expires: number
}

export interface NewPassword {
  readonly user: UserId
  readonly record: string
  /** Which of its devices stay enrolled: all, one (its fingerprint), none. */
  readonly keep: 'all' | string | null
  /** Hash of the code that is used up by it. */
  readonly invite?: string
}

export interface StoredConversation {
  readonly id: string
  /** JSON of the audience: `"everyone"`, the sorted ids, or `{"room": id}`. */
  readonly audience: string
}

export interface StoredOffer {
  readonly transfer: string
  readonly author: UserId
  readonly conversation: string
  readonly position: number
  readonly withdrawn: boolean
}

export interface NewRoom {
  readonly id: RoomId
  readonly name: string
  readonly open: boolean
  readonly members: readonly UserId[]
}

export interface StoredRoom extends Omit<NewRoom, 'members'> {
  /** Each sees what stands after `since` in the log. */
  readonly members: readonly { readonly user: UserId; readonly since: number }[]
}

/** Who was not there yet, and the head of the log when they came. */
export interface Entered {
  readonly added: readonly UserId[]
  readonly since: number
}

export interface StoredRead {
  readonly user: UserId
  readonly conversation: string
  readonly position: number
}

/** A message on its way into the log. */
export interface Draft {
  readonly id: string
  readonly stamp: string
  readonly author: UserId
  readonly conversation: StoredConversation
  /** Canonical JSON of the body. */
  readonly body: string
  /** The transfer this message offers, or takes back. */
  readonly offers?: string
  readonly withdraws?: string
  /** The message it is about, and as what. */
  readonly refers?: { readonly as: 'reply' | 'edit' | 'take-back' | 'reaction'; readonly message: string }
}

/** Where the message is in the log; `repeated` when it already was. */
export interface Appended {
  readonly position: number
  readonly stamp: string
  readonly repeated: boolean
  /** The transfer of the offer that it took back. */
  readonly withdrew?: string
}

export interface DeliveredQuery {
  /** A stamp: messages from it on are kept. */
  readonly before: string
  /** Positions up to this one were looked at already. */
  readonly after: number
}

export interface PageQuery {
  readonly user: UserId
  /** Positions up to this one are not wanted. */
  readonly after: number
}

/** Some of the messages of a user, in order. */
export interface Page {
  readonly rows: readonly { readonly position: number; readonly author: UserId; readonly conversation: string; readonly frame: string }[]
  /** Everything for the user up to here is in this page or came before. */
  readonly through: number
  /** Nothing was stored beyond `through` when the page was read. */
  readonly done: boolean
}

export interface Snapshot {
  readonly registry: string
  /** Position and stamp of the newest message; 0 and null when there never was one. */
  readonly head: number
  readonly lastStamp: string | null
  /** What was believed last (see BelievedTime), milliseconds since 1970; null: nothing ever. */
  readonly believed: number | null
  /** Who may register; null when that was never said. */
  readonly registration: Registration | null
  readonly users: readonly StoredUser[]
  readonly devices: readonly StoredDevice[]
  readonly invites: readonly StoredInvite[]
  readonly conversations: readonly StoredConversation[]
  readonly offers: readonly StoredOffer[]
  readonly rooms: readonly StoredRoom[]
  readonly reads: readonly StoredRead[]
}

export interface Forgotten {
  readonly messages: number
  /** All messages up to here are gone. */
  readonly through: number
  /** Conversations of which nothing is left. */
  readonly conversations: readonly string[]
  /** More is to be forgotten: ask again. */
  readonly more: boolean
}

/** Everything that can be asked of a store: what goes in, what comes out. */
export interface Operations {
  /** All that the registry keeps in memory. A database that is new takes `registry` as its id. */
  load(registry: string): Snapshot
  /** @param invite hash of the code that is used up by it. @throws OptiChatError `name-taken`, `invite-refused` */
  addUser(user: Omit<StoredUser, 'gone'>, invite?: string): void
  /** @throws OptiChatError `invite-refused` */
  changePassword(change: NewPassword): void
  /** Signs its devices out, empties its places in rooms; what it said stays, and its name. */
  removeUser(user: UserId, at: number): void
  /** Lets others have the names of who was removed before that time. */
  freeNames(before: number): void
  /** Also forgets those that are over. */
  addInvite(invite: StoredInvite, now: number): void
  setRegistration(registration: Registration): void
  /** Writes down the time that is believed (see BelievedTime), milliseconds since 1970. */
  believe(time: number): void
  /** Writes down whose this device is, whoever's it was. */
  enrol(device: Omit<StoredDevice, 'lastSeen'>): void
  revoke(fingerprint: string): void
  seen(user: UserId, at: number): void
  deviceSeen(fingerprint: string, at: number): void
  /**
   * What it refers to is checked against the log as it is then: `edit` and `take-back` are for the author of a text (or an offer),
   * a take-back within TAKE_BACK_TIME of stamps; what is taken back is erased, with its edits, to the body `gone`. A reply may be to
   * what is no longer kept, but not to another conversation.
   * @throws OptiChatError `id-taken`: another message has the id, or the transfer was offered before; `message-unknown`, `not-yours`, `too-late`
   */
  append(draft: Draft): Appended
  page(query: PageQuery): Page
  createRoom(room: NewRoom): Entered
  /** @throws OptiChatError `room-unknown`, `room-full` */
  enterRoom(room: RoomId, users: readonly UserId[]): Entered
  /** `ended`: nobody is left in it, so it is no room any more. */
  leaveRoom(room: RoomId, user: UserId): { readonly ended: boolean }
  /** @throws OptiChatError `room-unknown` */
  renameRoom(room: RoomId, name: string): void
  /** Forward only. */
  delivered(user: UserId, position: number): void
  /** Forward only. */
  read(read: StoredRead): void
  /** Deletes messages with a stamp below this one, always keeping the newest so that positions and stamps go on from it. */
  forget(stamp: string): Forgotten
  /**
   * Deletes messages that have reached all their recipients, within one batch of positions; always keeping the newest, and offers.
   * `more`: ask again after `through`.
   */
  forgetDelivered(query: DeliveredQuery): Pick<Forgotten, 'messages' | 'through' | 'more'>
}

export type Operation = keyof Operations

/**
 * The operations, asked for at any time and done in the order asked. What is asked for together is committed together (group
 * commit): one fsync for all. A promise resolves when its change is on disk; it rejects with `registry-full` when the disk takes
 * no more and with `internal` when the store is broken, and then nothing of the change is kept.
 */
export type Store = {
  [O in Operation]: (...input: Parameters<Operations[O]>) => Promise<ReturnType<Operations[O]>>
} & {
  /** Finishes what was asked for, leaves a clean database. */
  close(): Promise<void>
}
