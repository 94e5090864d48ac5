/**
 * What the window says about an error's code. A bridge error brings its own words, but its advice may name commands of a terminal;
 * a connection or a transfer brings only the code.
 */
import type { BridgeError } from '../bridge.ts'

type Code = BridgeError['code']

/** Codes of commands for a terminal, which the window has none of. */
export type TerminalCode = 'several-registries' | 'folder-not-empty' | 'backup-failed' | 'backup-damaged'

/** What happened, and what to do. */
const WORDS: Record<Exclude<Code, TerminalCode>, readonly [message: string, next: string]> = {
  'registry-unreachable': ['The registry does not answer.', 'Check that it runs and that this computer is on its network.'],
  'registry-untrusted': [
    'This registry shows another certificate than before.',
    'Somebody may be in between, or it was set up anew. Ask whoever runs it for its fingerprint before you sign in again.',
  ],
  'registry-stopping': ['The registry was stopped.', 'It is joined again by itself when it is back.'],
  'registry-full': ['The registry has no room left.', 'Ask whoever runs it to free disk space.'],
  'no-registry': ['No registry was found on this network.', 'Type its address, or start one on this computer.'],
  'not-optichat': ['Something else than an OptiChat registry answers there.', 'Check the address and the port.'],
  'bad-address': ['This is no address of a registry.', 'Write a host, host:port, or paste an optichat:// invite.'],
  'protocol-version': ['This app and the registry speak different versions.', 'Update the older one.'],
  'man-in-the-middle': ['The connection to the registry is being intercepted.', 'Do not go on. Tell whoever runs the network.'],
  'device-revoked': ['This device was signed out of the registry.', 'Sign out here, then sign in again with your password.'],
  'not-signed-in': ['You are not signed in.', 'Sign in first.'],
  'not-connected': ['There is no connection to the registry just now.', 'It comes back by itself; try again then.'],
  'bad-frame': ['Something was not understood.', 'Update OptiChat on both sides.'],
  'out-of-state': ['This cannot be done just now.', 'Sign in first.'],
  'too-large': ['This is too long for a message.', 'Send it as a file.'],
  'slow-down': ['Too many attempts in a short time.', 'Wait a little, then try again.'],
  'was-asleep': ['This computer was asleep.', ''],
  'address-changed': ['The network address of this computer changed.', ''],
  'name-taken': ['This name is taken.', 'Choose another name, or sign in if it is yours.'],
  'name-refused': ['This name cannot be used.', 'Use letters of one alphabet, digits, spaces, dots, dashes or underscores.'],
  'password-refused': ['This password cannot be used.', 'Use at least 8 characters.'],
  'sign-in-failed': ['The name or the password is wrong.', 'Check both; after several failures wait a little.'],
  'registration-closed': ['This registry takes no new people.', 'Ask whoever runs it.'],
  'invite-refused': ['This registry takes new people by invitation only.', 'Ask whoever runs it for a code.'],
  'login-needed': ['This needs your password again.', 'Type it, then try again within five minutes.'],
  'device-unknown': ['This device is no longer signed in.', ''],
  'message-unknown': ['This message is not there any more.', 'It may have been taken back, or be older than the registry keeps.'],
  'not-yours': ['This message is not yours.', 'Only who wrote a message can change it or take it back.'],
  'too-late': ['This message can no longer be taken back.', 'Messages can be taken back for 15 minutes.'],
  'room-unknown': ['There is no such room any more.', ''],
  'room-full': ['The room has no place left.', 'Make another room.'],
  'not-a-member': ['You are not a member of this conversation.', 'Join the room, or ask a member to bring you in.'],
  'id-taken': ['Another message was already sent under this one’s id.', 'Remove it and write it again.'],
  'too-slow': ['The connection could not keep up.', 'It goes on where it stopped.'],
  'timed-out': ['No answer came in time.', 'Check the network.'],
  'user-unknown': ['There is no such person here.', 'Choose from the list of people.'],
  'interface-unknown': ['There is no such network interface any more.', 'Choose another one.'],
  'data-in-use': ['Another OptiChat on this computer uses the same data.', 'Close it first.'],
  'peer-away': ['The sender is offline.', 'It goes on when both of you are online; or try again then.'],
  'peer-unreachable': ['The other computer could not be reached.', 'A firewall may block it; both must be on one network.'],
  'peer-untrusted': ['The other computer showed an unexpected certificate.', 'Try again; if it stays so, somebody is in between.'],
  'peer-protocol': ['The other computer broke the rules of the transfer.', 'Update OptiChat on both sides.'],
  'ticket-refused': ['The permission for this transfer had run out.', 'Try again.'],
  'connection-lost': ['The connection to the other computer was lost.', 'It goes on where it stopped when tried again.'],
  'file-unreadable': ['A file could not be read.', 'It must be there and readable on the sender’s computer.'],
  'file-changed': ['A file changed while it was being sent.', 'It has to be sent again.'],
  'block-damaged': ['Part of it arrived damaged.', 'Try again; only that part is fetched anew.'],
  'disk-full': ['The disk is full.', 'Free some space, then try again: it goes on where it stopped.'],
  'folder-unwritable': ['The download folder cannot be written to.', 'Choose another one in the settings.'],
  'nothing-to-send': ['There is nothing to send there.', 'Choose at least one file or folder that exists.'],
  'too-many-files': ['These are more files than can be sent at once.', 'Send them in several parts, or packed into one archive.'],
  'port-taken': ['The port is used by another program on this computer.', 'Stop that program first.'],
  'data-unreadable': ['OptiChat’s data on this computer cannot be used.', 'Check that the disk is well and the folder is yours.'],
  'transfer-unknown': ['This transfer is no longer known.', 'It may have been withdrawn.'],
  cancelled: ['It was cancelled.', ''],
  internal: ['Something went wrong inside OptiChat.', ''],
  declined: ['It was declined.', ''],
}

export interface Words {
  readonly message: string
  readonly next: string
}

const known: Partial<Record<Code, readonly [message: string, next: string]>> = WORDS

export function wordsFor(code: Code | undefined): Words {
  const words = code && known[code]
  return words ? { message: words[0], next: words[1] } : { message: 'Something went wrong.', next: code ? `(${code})` : '' }
}

/** Whatever a bridge call rejected with, as something to show. Advice made for a terminal is replaced by the window's own. */
export function asBridgeError(thrown: unknown): BridgeError {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') {
    const code = 'code' in thrown && typeof thrown.code === 'string' ? (thrown.code as Code) : 'internal'
    const given = 'next' in thrown && typeof thrown.next === 'string' ? thrown.next : ''
    return { code, message: thrown.message, next: known[code]?.[1] ?? given }
  }
  return { code: 'internal', message: String(thrown), next: '' }
}
