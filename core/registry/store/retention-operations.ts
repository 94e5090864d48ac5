/** The store's operations that delete what is kept no longer. */
import { RETENTION_BATCH } from '../limits.ts'
import { Facts } from './facts.ts'
import { EVERYONE_AUDIENCE } from './schema.ts'
import type { Sql } from './sql.ts'
import type { DeliveredQuery, Forgotten, Snapshot } from './store.ts'

/** Positions for which one change of a conversation's `newest` is enough: what is looked through to know that nothing is left of it. */
export const NEWEST_STEP = 1_024

export class RetentionOperations {
  readonly #sql: Sql
  readonly #facts: Facts

  constructor(sql: Sql) {
    this.#sql = sql
    this.#facts = new Facts(sql)
  }

  load(): Pick<Snapshot, 'believed'> {
    const believed = this.#facts.get('believed time')
    return { believed: believed === null ? null : Number(believed) }
  }

  believe(time: number): void {
    this.#facts.set('believed time', `${time}`)
  }

  forget(stamp: string): Forgotten {
    const range = this.#range()
    const old = this.#sql.get<{ position: number | null }>(
      `SELECT max(position) AS position FROM (SELECT position, stamp FROM messages ORDER BY position LIMIT ?) WHERE stamp < ?`,
      RETENTION_BATCH,
      stamp,
    )
    if (!range || old?.position == null) return { messages: 0, through: 0, conversations: [], more: false }
    const through = Math.min(old.position, range.last - 1)
    const { changes } = this.#sql.run('DELETE FROM messages WHERE position <= ?', through)
    const empty = this.#sql
      .all<{ id: string }>(
        `SELECT id FROM conversations WHERE audience <> ? AND newest < ?
         AND NOT EXISTS (SELECT 1 FROM rooms WHERE conversation = number)
         AND NOT EXISTS (SELECT 1 FROM messages WHERE position > ? AND position <= newest AND conversation = number)`,
        EVERYONE_AUDIENCE,
        // Of the others there is something up to NEWEST_STEP before newest, or there will soon be nothing.
        through + 2 * NEWEST_STEP,
        through,
      )
      .map(({ id }) => id)
    for (const id of empty) {
      this.#sql.run('DELETE FROM reads WHERE conversation = ?', id)
      this.#sql.run('DELETE FROM conversations WHERE id = ?', id)
    }
    return { messages: Number(changes), through, conversations: empty, more: Number(changes) >= RETENTION_BATCH }
  }

  forgetDelivered({ before, after }: DeliveredQuery): Pick<Forgotten, 'messages' | 'through' | 'more'> {
    const range = this.#range()
    if (!range || range.last <= after) return { messages: 0, through: after, more: false }
    const through = Math.min(Math.max(after, range.first - 1) + RETENTION_BATCH, range.last - 1)
    // Who registered later has it delivered up to there from the start, so of everybody only the two who lag most can count: the
    // second of them for what the first one wrote.
    const [first, second] = this.#sql.all<{ id: string; delivered: number }>(
      'SELECT id, delivered FROM users WHERE gone IS NULL ORDER BY delivered LIMIT 2',
    )
    const { changes } = this.#sql.run(
      `DELETE FROM messages WHERE position > ? AND position <= ? AND stamp < ?
       AND NOT EXISTS (SELECT 1 FROM offers WHERE offers.position = messages.position AND NOT withdrawn)
       AND CASE WHEN (SELECT audience FROM conversations WHERE number = messages.conversation) = ?
         THEN position <= CASE author WHEN ? THEN ? ELSE ? END
         ELSE NOT EXISTS (
           SELECT 1 FROM members JOIN users ON users.id = members.user
           WHERE members.conversation = messages.conversation AND members.since < messages.position AND users.id <> messages.author
             AND users.gone IS NULL AND users.delivered < messages.position) END`,
      after,
      through,
      before,
      EVERYONE_AUDIENCE,
      first?.id ?? '',
      second?.delivered ?? Number.MAX_SAFE_INTEGER,
      first?.delivered ?? Number.MAX_SAFE_INTEGER,
    )
    return { messages: Number(changes), through, more: through < range.last - 1 }
  }

  #range(): { first: number; last: number } | null {
    const range = this.#sql.get<{ first: number | null; last: number | null }>(
      'SELECT min(position) AS first, max(position) AS last FROM messages',
    )
    return range?.first == null || range.last == null ? null : { first: range.first, last: range.last }
  }
}
