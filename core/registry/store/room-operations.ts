/** The store's operations on rooms: each is a conversation whose members come and go, with a name. */
import { roomConversation } from '../../protocol/conversation.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { MAX_ROOM_MEMBERS } from '../../protocol/limits.ts'
import type { RoomId, UserId } from '../../protocol/messages.ts'
import { because } from '../../protocol/reasons.ts'
import type { Sql } from './sql.ts'
import type { Entered, NewRoom, StoredRoom } from './store.ts'

export class RoomOperations {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  load(): StoredRoom[] {
    const rooms = this.#sql.all<{ number: number; id: string; name: string; open: number }>(
      'SELECT conversation AS number, id, name, open FROM rooms',
    )
    return rooms.map(({ number, id, name, open }) => ({
      id,
      name,
      open: open !== 0,
      members: this.#sql.all<{ user: string; since: number }>('SELECT user, since FROM members WHERE conversation = ?', number),
    }))
  }

  create({ id, name, open, members }: NewRoom): Entered {
    const { lastInsertRowid } = this.#sql.run(
      'INSERT INTO conversations (id, audience) VALUES (?, ?)',
      roomConversation(id),
      JSON.stringify({ room: id }),
    )
    this.#sql.run('INSERT INTO rooms (conversation, id, name, open) VALUES (?, ?, ?, ?)', Number(lastInsertRowid), id, name, open ? 1 : 0)
    return this.enter(id, members)
  }

  /** @throws OptiChatError `room-unknown`, `room-full` */
  enter(id: RoomId, users: readonly UserId[]): Entered {
    const number = this.#number(id)
    const since = this.#sql.get<{ head: number | null }>('SELECT max(position) AS head FROM messages')?.head ?? 0
    const fresh = users.filter((user) => !this.#sql.get('SELECT 1 FROM members WHERE user = ? AND conversation = ?', user, number))
    const { count } = this.#sql.get<{ count: number }>('SELECT count(*) AS count FROM members WHERE conversation = ?', number) ?? {
      count: 0,
    }
    // Checked before anything is written: a refused operation has to leave no trace in the transaction.
    if (count + fresh.length > MAX_ROOM_MEMBERS)
      throw new OptiChatError('room-full', because('room-members-full', { most: MAX_ROOM_MEMBERS }))
    for (const user of fresh) this.#sql.run('INSERT INTO members (user, conversation, since) VALUES (?, ?, ?)', user, number, since)
    return { added: fresh, since }
  }

  /** Who isn't there leaves nothing. A room that nobody is in any more is no room; its messages are forgotten in their time. */
  leave(id: RoomId, user: UserId): { ended: boolean } {
    const room = this.#sql.get<{ number: number }>('SELECT conversation AS number FROM rooms WHERE id = ?', id)
    if (!room) return { ended: true }
    this.#sql.run('DELETE FROM members WHERE user = ? AND conversation = ?', user, room.number)
    const ended = !this.#sql.get('SELECT 1 FROM members WHERE conversation = ? LIMIT 1', room.number)
    if (ended) this.#sql.run('DELETE FROM rooms WHERE id = ?', id)
    return { ended }
  }

  rename(id: RoomId, name: string): void {
    this.#sql.run('UPDATE rooms SET name = ? WHERE conversation = ?', name, this.#number(id))
  }

  #number(id: RoomId): number {
    const room = this.#sql.get<{ number: number }>('SELECT conversation AS number FROM rooms WHERE id = ?', id)
    if (!room) throw new OptiChatError('room-unknown')
    return room.number
  }
}
