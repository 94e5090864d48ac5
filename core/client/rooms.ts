/** Named rooms as the registry tells of them: those one is in, and those anybody can join. On disk, so that their names outlive them. */
import { roomConversation } from '../protocol/conversation.ts'
import type { Room, RoomId, UserId } from '../protocol/messages.ts'
import type { ClientEvents, RoomEntry, User } from './client.ts'
import type { Emitter } from './emitter.ts'
import type { Store } from './store.ts'

export class Rooms {
  readonly #store: Store
  readonly #me: User
  readonly #events: Emitter<ClientEvents>
  readonly #user: (id: UserId) => User
  /** `listed`: one is in it or may join it; others are kept for their names in the history. */
  readonly #rooms = new Map<RoomId, Room & { listed: boolean }>()

  constructor(options: { store: Store; me: User; events: Emitter<ClientEvents>; user(id: UserId): User }) {
    this.#store = options.store
    this.#me = options.me
    this.#events = options.events
    this.#user = options.user
    for (const row of this.#store.all('SELECT * FROM rooms')) {
      const [id, name, open, listed] = [`${row.id}`, `${row.name}`, row.open === 1, row.listed === 1]
      const members = JSON.parse(`${row.members}`) as UserId[]
      this.#rooms.set(id, { id, name, open, listed, members, ...(row.size === null ? {} : { size: Number(row.size) }) })
    }
  }

  /** By name. */
  list(): RoomEntry[] {
    return [...this.#rooms.values()]
      .filter(({ listed }) => listed)
      .map((room) => this.#entry(room))
      .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
  }

  /** One that is or was known. */
  get(id: RoomId): RoomEntry | null {
    const room = this.#rooms.get(id)
    return room ? this.#entry(room) : null
  }

  members(id: RoomId): readonly UserId[] {
    return this.#rooms.get(id)?.members ?? []
  }

  /** The registry's whole word on what rooms there are. Part of the caller's transaction; `tell` follows. */
  online(rooms: readonly Room[]): void {
    this.#store.run('UPDATE rooms SET listed = 0')
    for (const room of this.#rooms.values()) room.listed = false
    for (const room of rooms) this.#keep(room, true)
  }

  /** A room is so now. */
  set(room: Room): void {
    this.#keep(room, true)
    this.tell()
  }

  /** It is no more, or one is not in it any more. */
  left(id: RoomId): void {
    const room = this.#rooms.get(id)
    if (!room) return
    const { size, ...left } = room
    this.#keep({ ...left, members: room.members.filter((user) => user !== this.#me.id) }, false)
    this.tell()
  }

  tell(): void {
    this.#events.emit('rooms', this.list())
  }

  #keep({ id, name, open, members, size }: Room, listed: boolean): void {
    this.#rooms.set(id, { id, name, open, members, listed, ...(size === undefined ? {} : { size }) })
    this.#store.run(
      `INSERT INTO rooms (id, name, open, members, size, listed) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE
         SET name = excluded.name, open = excluded.open, members = excluded.members, size = excluded.size, listed = excluded.listed`,
      id,
      name,
      open ? 1 : 0,
      JSON.stringify(members),
      size ?? null,
      listed ? 1 : 0,
    )
  }

  #entry({ id, name, open, members, size }: Room): RoomEntry {
    return {
      id,
      conversation: roomConversation(id),
      name,
      open,
      members: members.map((user) => this.#user(user)),
      size: Math.max(size ?? 0, members.length),
      member: members.includes(this.#me.id),
    }
  }
}
