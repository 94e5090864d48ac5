/** What the window says about an error's code: whatever brings one brings no other words, or English ones whose advice may name commands of a terminal. */
import type { BridgeError } from '../bridge.ts'
import { apart, msg, phrase } from './i18n/text.ts'
import { reasonSentence } from './reason-words.ts'

type Code = BridgeError['code']

/** Codes of commands for a terminal, which the window has none of. */
export type TerminalCode = 'several-registries' | 'folder-not-empty' | 'backup-failed' | 'backup-damaged'

/** What happened, and what to do. */
const WORDS: Record<Exclude<Code, TerminalCode>, readonly [message: string, next: string]> = {
  'registry-unreachable': [phrase('The registry does not answer.'), phrase('Check that it runs and that this computer is on its network.')],
  'registry-untrusted': [
    phrase('This registry shows another certificate than before.'),
    phrase('Somebody may be in between, or it was set up anew. Ask whoever runs it for its fingerprint before you sign in again.'),
  ],
  'registry-stopping': [phrase('The registry was stopped.'), phrase('It is joined again by itself when it is back.')],
  'registry-full': [phrase('The registry has no room left.'), phrase('Ask whoever runs it to free disk space.')],
  'no-registry': [phrase('No registry was found on this network.'), phrase('Type its address, or start one on this computer.')],
  'not-optichat': [phrase('Something else than an OptiChat registry answers there.'), phrase('Check the address and the port.')],
  'bad-address': [phrase('This is no address of a registry.'), phrase('Write a host, host:port, or paste an optichat:// invite.')],
  'protocol-version': [phrase('This app and the registry speak different versions.'), phrase('Update the older one.')],
  'man-in-the-middle': [
    phrase('The connection to the registry is being intercepted.'),
    phrase('Do not go on. Tell whoever runs the network.'),
  ],
  'device-revoked': [
    phrase('This device was signed out of the registry.'),
    phrase('Sign out here, then sign in again with your password.'),
  ],
  'not-signed-in': [phrase('You are not signed in.'), phrase('Sign in first.')],
  'not-connected': [phrase('There is no connection to the registry just now.'), phrase('It comes back by itself; try again then.')],
  'bad-frame': [phrase('Something was not understood.'), phrase('Update OptiChat on both sides.')],
  'out-of-state': [phrase('This cannot be done just now.'), phrase('Sign in first.')],
  'too-large': [phrase('This is too long for a message.'), phrase('Send it as a file.')],
  'slow-down': [phrase('Too many attempts in a short time.'), phrase('Wait a little, then try again.')],
  'was-asleep': [phrase('This computer was asleep.'), ''],
  'address-changed': [phrase('The network address of this computer changed.'), ''],
  'name-taken': [phrase('This name is taken.'), phrase('Choose another name, or sign in if it is yours.')],
  'name-refused': [
    phrase('This name cannot be used.'),
    phrase('Use letters of one alphabet, digits, spaces, dots, dashes or underscores.'),
  ],
  'password-refused': [phrase('This password cannot be used.'), phrase('Use at least 8 characters.')],
  'sign-in-failed': [phrase('The name or the password is wrong.'), phrase('Check both; after several failures wait a little.')],
  'registration-closed': [phrase('This registry takes no new people.'), phrase('Ask whoever runs it.')],
  'invite-refused': [phrase('This registry takes new people by invitation only.'), phrase('Ask whoever runs it for a code.')],
  'login-needed': [phrase('This needs your password again.'), phrase('Type it, then try again within five minutes.')],
  'device-unknown': [phrase('This device is no longer signed in.'), ''],
  'message-unknown': [
    phrase('This message is not there any more.'),
    phrase('It may have been taken back, or be older than the registry keeps.'),
  ],
  'not-yours': [phrase('This message is not yours.'), phrase('Only who wrote a message can change it or take it back.')],
  'too-late': [phrase('This message can no longer be taken back.'), phrase('Messages can be taken back for 15 minutes.')],
  'room-unknown': [phrase('There is no such room any more.'), ''],
  'room-full': [phrase('The room has no place left.'), phrase('Make another room.')],
  'not-a-member': [phrase('You are not a member of this conversation.'), phrase('Join the room, or ask a member to bring you in.')],
  'id-taken': [phrase('Another message was already sent under this one’s id.'), phrase('Remove it and write it again.')],
  'too-slow': [phrase('The connection could not keep up.'), phrase('It goes on where it stopped.')],
  'timed-out': [phrase('No answer came in time.'), phrase('Check the network.')],
  'user-unknown': [phrase('There is no such person here.'), phrase('Choose from the list of people.')],
  'interface-unknown': [phrase('There is no such network interface any more.'), phrase('Choose another one.')],
  'data-in-use': [phrase('Another OptiChat on this computer uses the same data.'), phrase('Close it first.')],
  'peer-away': [phrase('The sender is offline.'), phrase('It goes on when both of you are online; or try again then.')],
  'peer-unreachable': [phrase('The other computer could not be reached.'), phrase('A firewall may block it; both must be on one network.')],
  'peer-untrusted': [
    phrase('The other computer showed an unexpected certificate.'),
    phrase('Try again; if it stays so, somebody is in between.'),
  ],
  'peer-protocol': [phrase('The other computer broke the rules of the transfer.'), phrase('Update OptiChat on both sides.')],
  'ticket-refused': [phrase('The permission for this transfer had run out.'), phrase('Try again.')],
  'connection-lost': [phrase('The connection to the other computer was lost.'), phrase('It goes on where it stopped when tried again.')],
  'file-unreadable': [phrase('A file could not be read.'), phrase('It must be there and readable on the sender’s computer.')],
  'file-changed': [phrase('A file changed while it was being sent.'), phrase('It has to be sent again.')],
  'block-damaged': [phrase('Part of it arrived damaged.'), phrase('Try again; only that part is fetched anew.')],
  'disk-full': [phrase('The disk is full.'), phrase('Free some space, then try again: it goes on where it stopped.')],
  'folder-unwritable': [phrase('The download folder cannot be written to.'), phrase('Choose another one in the settings.')],
  'nothing-to-send': [phrase('There is nothing to send there.'), phrase('Choose at least one file or folder that exists.')],
  'too-many-files': [
    phrase('These are more files than can be sent at once.'),
    phrase('Send them in several parts, or packed into one archive.'),
  ],
  'port-taken': [phrase('The port is used by another program on this computer.'), phrase('Stop that program first.')],
  'data-unreadable': [
    phrase('OptiChat’s data on this computer cannot be used.'),
    phrase('Check that the disk is well and the folder is yours.'),
  ],
  'transfer-unknown': [phrase('This transfer is no longer known.'), phrase('It may have been withdrawn.')],
  cancelled: [phrase('It was cancelled.'), ''],
  paused: [phrase('The other side paused the transfer.'), phrase('It goes on when they continue it.')],
  'files-missing': [
    phrase('Some files could not be handed over.'),
    phrase('The others are in place. Ask the sender for those that are missing.'),
  ],
  'too-many-offers': [
    phrase('Too many offers to one person are unanswered.'),
    phrase('Wait until some of them are answered, or take some back.'),
  ],
  'bad-setting': [phrase('This is no value for this setting.'), ''],
  internal: [phrase('Something went wrong inside OptiChat.'), phrase('What it was is in the log; see “About” in the settings.')],
  declined: [phrase('It was declined.'), ''],
}

export interface Words {
  readonly message: string
  readonly next: string
}

const known: Partial<Record<Code, readonly [message: string, next: string]>> = WORDS

/** What happened, and what to do about it. Of no known code: at least that something did. */
export function wordsFor(code: Code | undefined): Words {
  const [message, next] = (code && known[code]) ?? [phrase('Something went wrong.'), '']
  return { message: msg(message), next: next ? msg(next) : code && !known[code] ? `(${code})` : '' }
}

/** Codes whose detail is a name, a path or an address, the same in every language; of others it is a text for a log. */
const NAMED: ReadonlySet<Code> = new Set([
  ...(['registry-unreachable', 'registry-untrusted', 'not-optichat', 'bad-address', 'interface-unknown', 'port-taken'] as const),
  ...(['name-taken', 'user-unknown', 'device-unknown', 'bad-setting', 'data-in-use', 'data-unreadable'] as const),
  ...([
    'file-unreadable',
    'file-changed',
    'block-damaged',
    'disk-full',
    'folder-unwritable',
    'nothing-to-send',
    'connection-lost',
  ] as const),
])

/** Whatever a bridge call rejected with, as something to show: in the window's own words, with the particulars; in whatever language is spoken when they are read. */
export function asBridgeError(thrown: unknown): BridgeError {
  const given = typeof thrown === 'object' && thrown !== null ? (thrown as Partial<BridgeError>) : {}
  const code = typeof given.code === 'string' ? given.code : 'internal'
  const { reason, detail } = given
  // What the page itself met is in no log.
  const own = typeof given.code === 'string' ? detail && NAMED.has(code) && detail : (given.message ?? String(thrown))
  return {
    code,
    get message() {
      const { message } = wordsFor(code)
      if (reason) return `${message} ${reasonSentence(reason)}`
      return own ? `${message} (${apart(own)})` : message
    },
    get next() {
      return wordsFor(code).next
    },
  }
}
