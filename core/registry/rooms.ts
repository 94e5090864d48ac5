/** The rooms there are: who is in them since when, and who is told of their changes. */
import type { Clock } from '../protocol/clock.ts'
import { roomConversation } from '../protocol/conversation.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_MEMBERS_NAMED, PRESENCE_INTERVAL } from '../protocol/limits.ts'
import type { Room, RoomId, UserId } from '../protocol/messages.ts'
import { formatEvent } from '../protocol/parse.ts'
import { because } from '../protocol/reasons.ts'
import type { Account } from './accounts.ts'
import type { Conversation, Conversations } from './conversations.ts'
import { Gather } from './gather.ts'
import { MAX_ROOMS, MAX_ROOMS_OF_USER } from './limits.ts'
import type { Sessions } from './sessions.ts'
import type { Entered, NewRoom, Store, StoredRoom } from './store/store.ts'

class RoomState implements Conversation {
  readonly room: RoomId
  readonly id: string
  readonly audience: string
  readonly open: boolean
  name: string
  readonly members = new Set<UserId>()
  readonly since = new Map<UserId, number>()
  readonly gather: Gather

  constructor({ id, name, open }: Omit<StoredRoom, 'members'>, clock: Clock, tell: (room: RoomState) => void) {
    this.room = id
    this.id = roomConversation(id)
    this.audience = JSON.stringify({ room: id })
    this.open = open
    this.name = name
    this.gather = new Gather(clock, PRESENCE_INTERVAL, () => tell(this))
  }

  /** As a user sees it: who isn't in it is named only some of its members. */
  shownTo(user: UserId): Room {
    return this.members.has(user) ? this.shown : this.brief
  }

  get shown(): Room {
    return { id: this.room, name: this.name, open: this.open, members: [...this.members] }
  }

  get brief(): Room {
    const members: UserId[] = []
    for (const member of this.members) if (members.push(member) >= MAX_MEMBERS_NAMED) break
    return { id: this.room, name: this.name, open: this.open, members, size: this.members.size }
  }
}

export class Rooms {
  readonly #conversations: Conversations
  readonly #sessions: Sessions
  readonly #store: Store
  readonly #clock: Clock
  readonly #rooms = new Map<RoomId, RoomState>()
  /** In how many rooms each user is. */
  readonly #places = new Map<UserId, number>()

  constructor(stored: readonly StoredRoom[], conversations: Conversations, sessions: Sessions, store: Store, clock: Clock) {
    this.#conversations = conversations
    this.#sessions = sessions
    this.#store = store
    this.#clock = clock
    for (const room of stored) {
      const state = this.#add(room)
      for (const { user, since } of room.members) this.#enter(state, { added: [user], since })
    }
  }

  /** Those that a user is in, and the open ones. */
  *visibleTo(user: UserId): Iterable<Room> {
    for (const room of this.#rooms.values()) if (room.open || room.members.has(user)) yield room.shownTo(user)
  }

  /** One of them, as the user sees it. */
  seenBy(user: UserId, id: RoomId): Room | null {
    const room = this.#rooms.get(id)
    return room && (room.open || room.members.has(user)) ? room.shownTo(user) : null
  }

  /**
   * A room as the conversation of one of its members.
   * @throws OptiChatError `room-unknown` (also for one that is by invitation), `not-a-member`
   */
  of(member: UserId, id: RoomId): RoomState {
    const room = this.#rooms.get(id)
    if (!room || !(room.open || room.members.has(member))) throw new OptiChatError('room-unknown')
    if (!room.members.has(member)) throw new OptiChatError('not-a-member')
    return room
  }

  /** @throws OptiChatError `registry-full` when there are too many, `room-full` */
  async create(room: NewRoom): Promise<void> {
    if (this.#rooms.size >= MAX_ROOMS) throw new OptiChatError('registry-full', because('rooms-full', { most: MAX_ROOMS }))
    this.#checkPlaces(room.members)
    const entered = await this.#store.createRoom(room)
    this.#entered(this.#add(room), entered)
  }

  /** @throws OptiChatError `room-unknown` unless it is open, `room-full` */
  async join(account: Account, id: RoomId): Promise<RoomState> {
    const room = this.#rooms.get(id)
    if (!room || !(room.open || room.members.has(account.id))) throw new OptiChatError('room-unknown')
    if (room.members.has(account.id)) return room
    this.#checkPlaces([account.id])
    this.#entered(room, await this.#store.enterRoom(id, [account.id]))
    return room
  }

  /** @throws OptiChatError `room-unknown`, `not-a-member`, `room-full` */
  async invite(account: Account, id: RoomId, users: readonly UserId[]): Promise<RoomState> {
    const room = this.of(account.id, id)
    this.#checkPlaces(users.filter((user) => !room.members.has(user)))
    this.#entered(room, await this.#store.enterRoom(id, [...new Set(users)]))
    return room
  }

  /** @throws OptiChatError `room-unknown`, `not-a-member` */
  async rename(account: Account, id: RoomId, name: string): Promise<RoomState> {
    const room = this.of(account.id, id)
    await this.#store.renameRoom(id, name)
    room.name = name
    room.gather.changed()
    return room
  }

  /** @throws OptiChatError `room-unknown`, `not-a-member` */
  async leave(account: Account, id: RoomId): Promise<RoomState> {
    const room = this.of(account.id, id)
    const { ended } = await this.#store.leaveRoom(id, account.id)
    this.#left(room, account.id, ended)
    return room
  }

  /** An account is deleted, in the store too: its places are free. */
  forgetMember(user: UserId): void {
    for (const room of this.#rooms.values()) if (room.members.has(user)) this.#left(room, user, room.members.size === 1)
  }

  /** @throws OptiChatError `room-full` when one of them is in very many */
  #checkPlaces(users: readonly UserId[]): void {
    const full = users.some((user) => (this.#places.get(user) ?? 0) >= MAX_ROOMS_OF_USER)
    if (full) throw new OptiChatError('room-full', because('member-of-many', { most: MAX_ROOMS_OF_USER }))
  }

  #add(room: Omit<StoredRoom, 'members'>): RoomState {
    const state = new RoomState(room, this.#clock, (changed) => this.#tell(changed))
    this.#rooms.set(room.id, state)
    this.#conversations.keep(state)
    return state
  }

  #enter(room: RoomState, { added, since }: Entered): void {
    for (const user of added) {
      room.members.add(user)
      room.since.set(user, since)
      this.#places.set(user, (this.#places.get(user) ?? 0) + 1)
      this.#conversations.enter(room, user)
    }
  }

  #entered(room: RoomState, entered: Entered): void {
    this.#enter(room, entered)
    if (entered.added.length > 0) room.gather.changed()
  }

  #left(room: RoomState, user: UserId, ended: boolean): void {
    // It may have left twice at once.
    if (!room.members.delete(user)) return
    room.since.delete(user)
    const places = (this.#places.get(user) ?? 1) - 1
    if (places > 0) this.#places.set(user, places)
    else this.#places.delete(user)
    this.#conversations.exit(room, user)
    const frame = formatEvent('room-left', { room: room.room })
    if (ended) {
      this.#rooms.delete(room.room)
      this.#conversations.forget(room.id)
    }
    for (const session of ended && room.open ? this.#sessions.synced() : this.#sessions.syncedOf([user])) session.send(frame)
    if (!ended) room.gather.changed()
  }

  #tell(room: RoomState): void {
    if (!this.#rooms.has(room.room)) return
    const frame = formatEvent('room', { room: room.shown })
    for (const session of this.#sessions.syncedOf(room.members)) session.send(frame)
    if (!room.open) return
    const brief = formatEvent('room', { room: room.brief })
    for (const session of this.#sessions.synced()) if (session.account && !room.members.has(session.account.id)) session.send(brief)
  }
}
