import { type Reason, reasonInEnglish } from './reasons.ts'

/**
 * Every error a person or a peer can meet: a code for programs, a sentence that says what happened, and what to do next.
 * The code travels on the wire; the words are the receiver's own, so they can be translated.
 */
const TABLE = {
  // reaching a registry
  'registry-unreachable': [
    'The registry did not answer.',
    'Check the address, that the registry runs, and that no firewall blocks its port.',
  ],
  'registry-untrusted': [
    'This registry shows another certificate than before.',
    'Somebody may be in between, or the registry was set up anew. Ask whoever runs it for its fingerprint before you go on.',
  ],
  'registry-stopping': ['The registry is stopping.', 'It will be joined again by itself when it is back.'],
  'registry-full': ['The registry has no room for this now.', 'Ask whoever runs it to free disk space, then try again.'],
  'no-registry': [
    'No registry was found on this network.',
    'Start one with "optichat registry", or give its address with --registry HOST.',
  ],
  'several-registries': ['More than one registry was found.', 'Say which one with --registry NAME or HOST.'],
  'bad-address': ['This is no address of a registry.', 'Write HOST, HOST:PORT, [IPv6]:PORT or an optichat:// invite.'],
  'not-optichat': ['Something else than an OptiChat registry answers there.', 'Check the address and the port.'],
  'protocol-version': ['The two sides speak different versions of the protocol.', 'Update the older one.'],
  // frames
  'bad-frame': ['A message was not understood.', 'This is a fault in the program that sent it; update it.'],
  'too-large': ['This is larger than the registry takes.', 'Send it as a file.'],
  'out-of-state': ['This cannot be asked for at this point of the conversation.', 'Sign in first.'],
  'slow-down': ['Too many attempts in a short time.', 'Wait a little, then try again.'],
  'too-slow': ['The connection could not keep up and was closed.', 'It is joined again by itself and goes on where it stopped.'],
  'timed-out': ['No answer came in time.', 'Check the network, then try again.'],
  'was-asleep': ['This computer was asleep.', 'The connection is made again by itself.'],
  'address-changed': ['The network address of this computer changed.', 'The connection is made again by itself.'],
  // accounts
  'name-taken': ['This name is taken.', 'Choose another name, or sign in if it is yours.'],
  'name-refused': [
    'This name cannot be used.',
    'Use 1 to 40 letters, digits, spaces, dots, dashes or underscores, with letters of one alphabet.',
  ],
  'password-refused': ['This password cannot be used.', 'Use at least 8 characters.'],
  'sign-in-failed': ['The name or the password is wrong.', 'Check both; after several failures wait a little.'],
  'man-in-the-middle': [
    'The connection to the registry is being intercepted: its certificate is not the one the registry itself uses.',
    'Do not go on. Tell whoever runs the network.',
  ],
  'not-signed-in': ['You are not signed in.', 'Sign in with "optichat login NAME", or register first.'],
  'device-revoked': ['This device was signed out.', 'Sign in again with your password.'],
  'registration-closed': ['This registry takes no new users.', 'Ask whoever runs it.'],
  'invite-refused': [
    'The invitation code is missing, wrong or was used before.',
    'Ask whoever runs the registry for a new code ("optichat admin invite").',
  ],
  'login-needed': ['This needs your password again.', 'Type your password, then try again within five minutes.'],
  'device-unknown': ['You have no such device.', 'See "optichat devices" for the ones you have.'],
  // messages
  'user-unknown': ['There is no such user here.', 'See "optichat who" for the names.'],
  'message-unknown': ['There is no such message in this conversation.', 'It may have been taken back or be older than the registry keeps.'],
  'not-yours': ['This message is not yours.', 'Only who wrote a message can edit it or take it back.'],
  'too-late': ['This message can no longer be taken back.', 'Messages can be taken back for 15 minutes.'],
  'room-unknown': ['There is no such room.', 'See "optichat room list" for the rooms you can see.'],
  'room-full': ['The room has no place left.', 'Make another room.'],
  'not-a-member': ['You are not a member of this conversation.', 'Join the room, or ask a member to invite you.'],
  'id-taken': ['A different message was already sent with this id.', 'This is a fault in the program that sent it; update it.'],
  'not-connected': ['There is no connection to the registry just now.', 'It is joined again by itself; try again when it is back.'],
  // transfers
  'transfer-unknown': ['There is no such transfer.', 'It may have been withdrawn or be older than the registry keeps.'],
  'peer-away': ['The sender is not online.', 'The transfer goes on when both of you are.'],
  'peer-unreachable': [
    'The other computer could not be reached in either direction.',
    'A firewall may block it; both must be on one network.',
  ],
  'peer-untrusted': [
    'The other computer showed a certificate that is not the expected one.',
    'Try again; if it stays so, somebody is in between.',
  ],
  'ticket-refused': [
    'The permission for this transfer was used up, out of date or not meant for this device.',
    'Accept the transfer again.',
  ],
  'peer-protocol': ['The other computer broke the rules of the transfer.', 'Update the program on both sides.'],
  'connection-lost': ['The connection to the other computer was lost.', 'Accept the transfer again: it goes on where it stopped.'],
  declined: ['The offer was declined.', ''],
  cancelled: ['The transfer was cancelled.', ''],
  paused: ['The other side paused the transfer.', 'It goes on when they let it.'],
  'file-unreadable': ['A file could not be read.', 'Check that it is there and that you may read it.'],
  'file-changed': ['A file changed while it was being sent.', 'Send it again.'],
  'block-damaged': ['Part of the file arrived damaged.', 'Accept the transfer again; only the damaged part is fetched anew.'],
  'disk-full': ['The disk is full.', 'Free some space, then accept the transfer again: it goes on where it stopped.'],
  'folder-unwritable': ['The folder cannot be written to.', 'Choose another folder, or change its permissions.'],
  'nothing-to-send': ['There is nothing to send there.', 'Name at least one file or folder that exists.'],
  'files-missing': ['Some files could not be handed over; all the others are in place.', 'Ask for them to be offered again.'],
  'too-many-offers': [
    'Too many offers to them are still open.',
    'Wait until some have been answered, or take some back ("optichat transfers cancel").',
  ],
  'too-many-files': ['These are more files than one transfer takes.', 'Send them in several parts, or packed into one archive.'],
  // this machine
  'port-taken': ['The port is used by another program.', 'Choose another port, or stop the other program.'],
  'data-unreadable': ['The data folder cannot be used.', 'Check that it exists, is yours, and is not damaged.'],
  'data-in-use': ['Another OptiChat uses this data folder.', 'Stop it first, or choose another folder.'],
  'folder-not-empty': ['This folder is there already and not empty.', 'Name one that is empty or does not exist yet.'],
  'backup-failed': ['The backup could not be written.', 'Check that the disk has room and that you may write there, then try again.'],
  'backup-damaged': ['This is no backup of a registry, or it is damaged.', 'Use another backup.'],
  'bad-setting': ['This setting cannot have that value.', 'See "optichat settings --help" for what it can be.'],
  'interface-unknown': ['There is no such network interface.', 'See "optichat interfaces" for the ones there are.'],
  internal: ['Something went wrong inside OptiChat.', 'Please report it with the lines above.'],
} as const satisfies Record<string, readonly [string, string]>

export type ErrorCode = keyof typeof TABLE

export const ERROR_CODES = Object.keys(TABLE) as ErrorCode[]

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(TABLE, code)
}

/** What to do about an error, one sentence or none. */
export function nextStep(code: ErrorCode): string {
  return TABLE[code][1]
}

/** An error with a code of the table; `message` is the sentence for people, made particular by `about`. */
export class OptiChatError extends Error {
  readonly code: ErrorCode
  /** To what it happened (a name, a path, an address: the same in every language), or why. A text that is neither is for a log. */
  readonly about: string | Reason | undefined
  /** Milliseconds after which trying again makes sense, where that is known. */
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, about?: string | Reason, options: { cause?: unknown; retryAfter?: number } = {}) {
    const detail = detailOf(about)
    super(detail ? `${TABLE[code][0]} (${detail})` : TABLE[code][0], { cause: options.cause })
    this.name = 'OptiChatError'
    this.code = code
    this.about = about
    this.retryAfter = options.retryAfter
  }

  /** `about` in English. */
  get detail(): string | undefined {
    return detailOf(this.about)
  }

  get reason(): Reason | undefined {
    return typeof this.about === 'string' ? undefined : this.about
  }

  get next(): string {
    return nextStep(this.code)
  }
}

const detailOf = (about: string | Reason | undefined): string | undefined => (typeof about === 'object' ? reasonInEnglish(about) : about)

/** Any thrown thing as an OptiChatError; one that is none becomes `internal` and keeps its cause. */
export function asOptiChatError(error: unknown): OptiChatError {
  if (error instanceof OptiChatError) return error
  return new OptiChatError('internal', error instanceof Error ? error.message : String(error), { cause: error })
}
