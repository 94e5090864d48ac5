/** Snapshots for tests of the window: a small team, its messages and transfers. */
import type { Conversation, HistoryMessage, RoomEntry, RosterEntry, Transfer, TransferPart, User } from '../../../core/client/client.ts'
import type { AppView } from '../../../desktop/bridge.ts'

const id = (name: string): string => name.toLowerCase().padEnd(22, '_').slice(0, 22)

export const person = (name: string): User => ({ id: id(name), name })
export const me = person('Alice')
export const bob = person('Bob')
export const carol = person('Carol')
export const dan = person('Dan')

export const START = new Date(2025, 4, 12, 9, 30).getTime()
export const FINGERPRINT = '3fa9c05e1177b2d84c6e90aa51f0d2837be4196d0c5f8a23e91b47d6608fca1d'

export const registry = { id: id('registry'), name: 'Workshop', host: '192.168.1.20', port: 6784, fingerprint: FINGERPRINT }

export function entry(user: User, presence: RosterEntry['presence'] = 'online', lastSeen?: number): RosterEntry {
  return { ...user, presence, self: user.id === me.id, ...(lastSeen === undefined ? {} : { lastSeen }) }
}

let made = 0

/** A message; `n` orders it. Without `to` it goes to everyone. */
export function message(n: number, from: User, text: string, more: Partial<HistoryMessage> = {}): HistoryMessage {
  const sentAt = more.sentAt ?? START + n * 60_000
  return {
    id: `m${n}-${++made}`,
    position: n + 1,
    stamp: `${sentAt.toString(16).padStart(12, '0')}${(n % 65536).toString(16).padStart(4, '0')}@r`,
    sentAt,
    from,
    conversation: 'everyone',
    to: 'everyone',
    body: { kind: 'text', text },
    ...more,
  }
}

export function offerMessage(n: number, from: User, transfer: Transfer): HistoryMessage {
  const { id: id_, files, count, bytes } = transfer
  return message(n, from, '', {
    conversation: transfer.conversation,
    body: { kind: 'offer', transfer: id_, files: [...files], count, bytes },
  })
}

export function transfer(
  name: string,
  direction: 'send' | 'receive',
  from: User,
  parts: TransferPart[],
  more: Partial<Transfer> = {},
): Transfer {
  return {
    id: name,
    message: `message of ${name}`,
    conversation: 'everyone',
    direction,
    from,
    files: [{ path: `${name}.pdf`, bytes: 12_400_000 }],
    count: 1,
    bytes: 12_400_000,
    parts,
    ...more,
  }
}

export function conversation(id_: string, with_: Conversation['with'], last: HistoryMessage, unread = 0): Conversation {
  return { id: id_, with: with_, last, unread, read: last.position - unread }
}

export function room(name: string, members: readonly User[], open = false): RoomEntry {
  return {
    id: id(name),
    conversation: `room:${id(name)}`,
    name,
    open,
    members,
    size: members.length,
    member: members.some((user) => user.id === me.id),
  }
}

/** What is said in a room. */
export function inRoom({ id: room_, name, conversation: of, members }: RoomEntry, n: number, from: User, text: string): HistoryMessage {
  return message(n, from, text, { conversation: of, to: members.filter((user) => user.id !== from.id), room: { id: room_, name } })
}

export function roomConversation(of: RoomEntry, last: HistoryMessage, unread = 0): Conversation {
  const others = of.members.filter((user) => user.id !== me.id)
  return { ...conversation(of.conversation, others, last, unread), room: { id: of.id, name: of.name } }
}

const interfaces: AppView['interfaces'] = [
  {
    name: 'eth0',
    address: '192.168.1.31',
    kind: 'wired',
    reasons: ['chosen', 'private', 'router'],
    speed: 1_000,
    accepted: true,
    chosen: true,
  },
  { name: 'wlan0', address: '192.168.1.77', kind: 'wireless', reasons: ['private', 'router'], speed: null, accepted: true, chosen: false },
  {
    name: 'docker0',
    address: '172.17.0.1',
    kind: 'virtual',
    reasons: ['virtual', 'private'],
    speed: null,
    accepted: true,
    chosen: false,
  },
]

export function signedOut(more: Partial<AppView> = {}): AppView {
  return {
    version: '0.1.0',
    versions: [
      ['OptiChat', '0.1.0'],
      ['Node.js', '20.20.2'],
    ],
    deviceFingerprint: FINGERPRINT,
    me: null,
    connection: { at: 'signed-out' },
    interfaces,
    found: [],
    hosts: [],
    hosted: { state: 'stopped', log: [] },
    roster: [],
    rooms: [],
    conversations: [],
    transfers: [],
    settings: {
      downloadFolder: '/home/alice/Downloads',
      theme: 'system',
      language: 'system',
      interface: null,
      registryPort: 6784,
      presence: 'online',
      idleMinutes: 10,
      notifications: true,
      previews: true,
      sound: false,
      tray: true,
      autostart: false,
      transfers: { accept: [], up: null, down: null, peerPort: 0, atOnce: 4 },
    },
    registries: [],
    suggestedName: 'Alice',
    link: null,
    doctor: null,
    desk: { drafts: {}, muted: [], favourites: [], askedEveryone: true },
    trouble: null,
    shell: { kind: 'browser', filePaths: false, tray: false, autostart: false },
    ...more,
  }
}

export function signedIn(more: Partial<AppView> = {}): AppView {
  return signedOut({
    me,
    connection: { at: 'online', registry },
    roster: [entry(me), entry(bob), entry(carol), entry(dan, 'offline', START)],
    ...more,
  })
}

export const found = [
  { key: 'a', name: 'Workshop', host: '192.168.1.20', port: 6784, fingerprint: FINGERPRINT, interface: 'eth0', known: true },
  { key: 'b', name: 'Drawing office', host: '192.168.1.44', port: 6784, fingerprint: FINGERPRINT, interface: 'wlan0', known: false },
]
