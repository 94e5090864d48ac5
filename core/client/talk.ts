/** What a person does in conversations: say, queue, edit, take back, react, write, and be in rooms. */
import type { Clock } from '../protocol/clock.ts'
import { audienceOf, conversationId, EVERYONE, isRoom } from '../protocol/conversation.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_TEXT } from '../protocol/limits.ts'
import type { Audience, Body, Request, RoomId, SessionPresence, To, UserId, Verb } from '../protocol/messages.ts'
import { roomName } from '../protocol/name.ts'
import { because } from '../protocol/reasons.ts'
import type { ClientEvents, HistoryMessage, RoomEntry, User } from './client.ts'
import type { StandingConnection } from './connection.ts'
import type { Emitter } from './emitter.ts'
import type { History } from './history.ts'
import type { Outbox } from './outbox.ts'
import type { Roster } from './roster.ts'
import type { Sending } from './sending.ts'
import type { Session } from './session.ts'
import type { Store } from './store.ts'
import type { Typing } from './typing.ts'

/** Milliseconds that a change to a room waits for a connection that is being made. */
const PATIENCE = 5_000

export interface TalkRooms {
  readonly store: Store
  readonly roster: Roster
  readonly history: History
  readonly connection: StandingConnection
  readonly sending: Sending
  readonly outbox: Outbox
  readonly typing: Typing
  readonly me: User
  readonly clock: Clock
  readonly events: Emitter<ClientEvents>
  /** Takes care of what nobody waits for. */
  background(work: Promise<unknown>): void
}

export class Talk {
  readonly #rooms: TalkRooms
  #presence: SessionPresence = 'online'

  constructor(rooms: TalkRooms) {
    this.#rooms = rooms
  }

  /** Resolves when the registry has stored it; what was queued goes first. */
  async send(to: To, text: string, reply?: string): Promise<{ id: string; position: number }> {
    const { connection, outbox, sending, typing, me } = this.#rooms
    if (connection.session) await outbox.flush()
    typing.sent(conversationId(audienceOf(me.id, to)))
    return sending.sendNew(to, textBody(text, reply))
  }

  /** Keeps a text on the disk until it is sent. @throws OptiChatError `too-large`, `nothing-to-send` */
  queue(to: To, text: string, reply?: string): { id: string } {
    const { store, history, outbox, typing, me, clock, background } = this.#rooms
    const body = textBody(text, reply)
    const id = store.durably(() => outbox.put(to, body, { conversation: history.begin(audienceOf(me.id, to)), at: clock.now() }))
    typing.sent(conversationId(audienceOf(me.id, to)))
    this.#changed(history.queued(id))
    background(outbox.flush())
    return { id }
  }

  cancelQueued(id: string): boolean {
    const { history, outbox, events } = this.#rooms
    const queued = history.queued(id)
    if (!queued || !outbox.remove(id)) return false
    events.emit('removed', { id, conversation: queued.conversation })
    return true
  }

  /** @throws OptiChatError `message-unknown`, `not-yours`, `too-large`, … */
  async edit(id: string, text: string): Promise<void> {
    const { conversation, body } = this.#own(id)
    if (body.kind !== 'text') throw new OptiChatError('message-unknown', 'it is no text')
    await this.#rooms.sending.sendNew(this.#to(conversation), { kind: 'edit', message: id, text: textBody(text).text })
  }

  /** @throws OptiChatError `message-unknown`, `not-yours`, `too-late`, … */
  async takeBack(id: string): Promise<void> {
    if (this.cancelQueued(id)) return
    const { conversation, gone } = this.#own(id)
    if (gone) return
    await this.#rooms.sending.sendNew(this.#to(conversation), { kind: 'take-back', message: id })
  }

  /** @throws OptiChatError `message-unknown`, … */
  async react(id: string, emoji: string, on: boolean): Promise<void> {
    const { conversation } = this.#known(id)
    await this.#rooms.sending.sendNew(this.#to(conversation), { kind: 'reaction', message: id, emoji, on })
  }

  // ── being there ────────────────────────────────────────────────────────────

  setPresence(state: SessionPresence): void {
    this.#presence = state
    const { session } = this.#rooms.connection
    if (session) this.#present(session)
  }

  /** Tells a new session what it cannot know. */
  online(session: Session): void {
    if (this.#presence !== 'online') this.#present(session)
  }

  sendTyping(to: To): void {
    const { connection, typing, me, background } = this.#rooms
    const { session } = connection
    if (session && typing.due(conversationId(audienceOf(me.id, to)))) background(this.#tell(session, 'typing', { to }))
  }

  // ── rooms ──────────────────────────────────────────────────────────────────

  async createRoom(name: string, { open, members = [] }: { open: boolean; members?: readonly UserId[] }): Promise<RoomEntry> {
    const { roster, me } = this.#rooms
    const shown = roomName(name)
    const { room } = await (await this.#session()).request('room-create', { name: shown, open, members: [...members] })
    // The registry's own word follows; until then it is known to be so.
    roster.rooms.set({ id: room, name: shown, open, members: [...new Set([me.id, ...members])] })
    const entry = roster.rooms.get(room)
    if (!entry) throw new OptiChatError('room-unknown')
    return entry
  }

  async joinRoom(room: RoomId): Promise<void> {
    await this.#changeRoom('room-join', { room }, room, (members) => [...members, this.#rooms.me.id])
  }

  async inviteToRoom(room: RoomId, users: readonly UserId[]): Promise<void> {
    if (users.length > 0) await this.#changeRoom('room-invite', { room, users: [...users] }, room, (members) => [...members, ...users])
  }

  async leaveRoom(room: RoomId): Promise<void> {
    // The registry tells what comes of it.
    await (await this.#session()).request('room-leave', { room })
  }

  async renameRoom(room: RoomId, name: string): Promise<void> {
    const shown = roomName(name)
    await this.#changeRoom('room-rename', { room, name: shown }, room, (members) => members, shown)
  }

  /** Shows at once what the registry has agreed to, where the room is known; its own word follows. */
  async #changeRoom<V extends 'room-join' | 'room-invite' | 'room-rename'>(
    verb: V,
    request: Request<V>,
    id: RoomId,
    members: (before: UserId[]) => UserId[],
    name?: string,
  ): Promise<void> {
    await (await this.#session()).request(verb, request)
    const { rooms } = this.#rooms.roster
    const room = rooms.get(id)
    if (room)
      rooms.set({ id, name: name ?? room.name, open: room.open, members: [...new Set(members(room.members.map((user) => user.id)))] })
  }

  // ── parts ──────────────────────────────────────────────────────────────────

  #present(session: Session): void {
    this.#rooms.background(this.#tell(session, 'presence', { state: this.#presence }))
  }

  #session(): Promise<Session> {
    return this.#rooms.connection.ready(PATIENCE)
  }

  /** Says what is worth nothing any more when its session ends. */
  async #tell<V extends Verb>(session: Session, verb: V, request: Request<V>): Promise<void> {
    try {
      await session.request(verb, request)
    } catch (error) {
      if (!session.ended) throw error
    }
  }

  #known(id: string): HistoryMessage {
    const message = this.#rooms.history.get(id)
    if (!message || message.state) throw new OptiChatError('message-unknown')
    return message
  }

  #own(id: string): HistoryMessage {
    const message = this.#known(id)
    if (message.from.id !== this.#rooms.me.id) throw new OptiChatError('not-yours')
    return message
  }

  #to(conversation: string): To {
    return addressees(this.#rooms.history.audience(conversation), this.#rooms.me.id)
  }

  #changed(message: HistoryMessage | null): void {
    if (message) this.#rooms.events.emit('changed', message)
  }
}

/** As one sends to an audience: the sender need not be named, but for notes to oneself. */
function addressees(audience: Audience, me: UserId): To {
  if (audience === EVERYONE || isRoom(audience)) return audience
  const others = audience.filter((user) => user !== me)
  return others.length > 0 ? others : [me]
}

function textBody(text: string, reply?: string): Extract<Body, { kind: 'text' }> {
  if (text.length === 0) throw new OptiChatError('nothing-to-send')
  if (text.length > MAX_TEXT) throw new OptiChatError('too-large', because('text-long', { length: text.length, most: MAX_TEXT }))
  return { kind: 'text', text, ...(reply === undefined ? {} : { reply }) }
}
