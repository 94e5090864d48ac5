/** The people of a registry: their names, who is online, and how far each has got and read. On disk, so that it is there offline too. */
import { EVERYONE, isRoom } from '../protocol/conversation.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Audience, EventOf, Presence, Read, Reply, RosterUser, UserId } from '../protocol/messages.ts'
import { nameKey } from '../protocol/name.ts'
import type { ClientEvents, RosterEntry, User } from './client.ts'
import type { Emitter } from './emitter.ts'
import { Rooms } from './rooms.ts'
import type { Store } from './store.ts'

interface Person {
  name: string
  presence: Presence
  lastSeen: number | undefined
  delivered: number
  listed: boolean
}

export class Roster {
  readonly rooms: Rooms
  readonly #store: Store
  readonly #me: User
  readonly #events: Emitter<ClientEvents>
  readonly #people = new Map<UserId, Person>()
  /** conversation → user → position */
  readonly #reads = new Map<string, Map<UserId, number>>()

  constructor(store: Store, me: User, events: Emitter<ClientEvents>) {
    this.#store = store
    this.#me = me
    this.#events = events
    this.rooms = new Rooms({ store, me, events, user: (id) => this.user(id) })
    for (const row of store.all('SELECT * FROM users'))
      this.#people.set(`${row.id}`, {
        name: `${row.name}`,
        presence: 'offline',
        lastSeen: row.last_seen === null ? undefined : Number(row.last_seen),
        delivered: Number(row.delivered),
        listed: row.listed === 1,
      })
    for (const row of store.all('SELECT * FROM reads')) this.#readsOf(`${row.conversation}`).set(`${row.user}`, Number(row.position))
  }

  /** By name, oneself among them. */
  list(): RosterEntry[] {
    const entries: RosterEntry[] = []
    for (const [id, { name, presence, lastSeen, listed }] of this.#people) {
      if (!listed) continue
      const seen = presence === 'offline' && lastSeen !== undefined ? { lastSeen } : {}
      entries.push({ id, name, presence, ...seen, self: id === this.#me.id })
    }
    return entries.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
  }

  /** Everybody else who is listed. */
  others(): UserId[] {
    return [...this.#people].filter(([id, person]) => person.listed && id !== this.#me.id).map(([id]) => id)
  }

  /** All whom a message of `from` to an audience is for, as far as they are known. */
  recipients(audience: Audience, from: UserId): UserId[] {
    if (audience === EVERYONE) return this.others()
    return (isRoom(audience) ? this.rooms.members(audience.room) : audience).filter((user) => user !== from)
  }

  /** A user by id; one never heard of shows by its id. */
  user(id: UserId): User {
    return { id, name: this.#people.get(id)?.name ?? (id === this.#me.id ? this.#me.name : id) }
  }

  /** @throws OptiChatError `user-unknown`, naming all who are unknown */
  resolve(names: readonly string[]): UserId[] {
    const ids = new Map<string, UserId>()
    for (const [id, person] of this.#people) if (person.listed) ids.set(nameKey(person.name), id)
    ids.set(nameKey(this.#me.name), this.#me.id)
    const unknown = names.filter((name) => !ids.has(nameKey(name)))
    if (unknown.length > 0) throw new OptiChatError('user-unknown', unknown.join(', '))
    return [...new Set(names.map((name) => ids.get(nameKey(name)) ?? ''))]
  }

  /** Of these users, who has got what stands at `position` in a conversation, and who has read it. */
  receipts(users: Iterable<UserId>, conversation: string, position: number): { delivered: UserId[]; read: UserId[] } {
    const reads = this.#reads.get(conversation)
    const all = [...users]
    return {
      delivered: all.filter((user) => (this.#people.get(user)?.delivered ?? 0) >= position),
      read: all.filter((user) => (reads?.get(user) ?? 0) >= position),
    }
  }

  delivered(user: UserId): number {
    return this.#people.get(user)?.delivered ?? 0
  }

  /** How far a user has read a conversation; 0 for nothing. */
  read(user: UserId, conversation: string): number {
    return this.#reads.get(conversation)?.get(user) ?? 0
  }

  /** What we have read ourselves: conversation → position. */
  ownReads(): Map<string, number> {
    const own = new Map<string, number>()
    for (const [conversation, reads] of this.#reads) {
      const position = reads.get(this.#me.id)
      if (position !== undefined) own.set(conversation, position)
    }
    return own
  }

  /** The registry's whole word on who there is. */
  online(start: Pick<Reply<'sync'>, 'users' | 'reads' | 'rooms'>): void {
    this.#store.transaction(() => {
      this.#store.run('UPDATE users SET listed = 0')
      for (const person of this.#people.values()) person.listed = false
      for (const user of start.users) this.#set(user)
      for (const read of start.reads) this.setRead(read)
      this.rooms.online(start.rooms)
    })
    this.#events.emit('roster', this.list())
    this.rooms.tell()
  }

  /** Nobody is known to be online without a registry. */
  offline(): void {
    for (const person of this.#people.values()) person.presence = 'offline'
    this.#events.emit('roster', this.list())
  }

  presence(users: readonly RosterUser[]): void {
    const moved = users.filter(({ id, delivered }) => delivered > this.delivered(id))
    this.#store.transaction(() => {
      for (const user of users) this.#set(user)
    })
    this.#events.emit('roster', this.list())
    for (const { id } of moved) this.#events.emit('receipt', { user: id })
  }

  receipt(receipt: EventOf<'receipt'>): void {
    const person = this.#people.get(receipt.user)
    let moved = false
    if (person && receipt.delivered !== undefined && receipt.delivered > person.delivered) {
      person.delivered = receipt.delivered
      this.#store.run('UPDATE users SET delivered = ? WHERE id = ?', receipt.delivered, receipt.user)
      moved = true
    }
    const read = receipt.read
    if (read && this.setRead(read)) moved = true
    if (moved) this.#events.emit('receipt', { user: receipt.user, ...(read ? { conversation: read.conversation } : {}) })
  }

  /** Moves a read position forward. @returns whether it moved */
  setRead({ user, conversation, position }: Read): boolean {
    const reads = this.#readsOf(conversation)
    if (position <= (reads.get(user) ?? 0)) return false
    this.#store.run(
      `INSERT INTO reads (user, conversation, position) VALUES (?, ?, ?)
       ON CONFLICT (user, conversation) DO UPDATE SET position = max(position, excluded.position)`,
      user,
      conversation,
      position,
    )
    reads.set(user, position)
    return true
  }

  #set(user: RosterUser): void {
    const before = this.#people.get(user.id)
    const person: Person = {
      name: user.name,
      presence: user.presence,
      lastSeen: user.lastSeen ?? before?.lastSeen,
      delivered: Math.max(user.delivered, before?.delivered ?? 0),
      listed: !user.gone,
    }
    this.#people.set(user.id, person)
    this.#store.run(
      `INSERT INTO users (id, name, last_seen, delivered, listed) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, last_seen = excluded.last_seen, listed = excluded.listed,
         delivered = max(delivered, excluded.delivered)`,
      user.id,
      person.name,
      person.lastSeen ?? null,
      person.delivered,
      person.listed ? 1 : 0,
    )
  }

  #readsOf(conversation: string): Map<UserId, number> {
    const reads = this.#reads.get(conversation) ?? new Map<UserId, number>()
    this.#reads.set(conversation, reads)
    return reads
  }
}
