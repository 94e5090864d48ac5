/** The store's operations on the log: messages going in, pages of them coming out. */
import { OptiChatError } from '../../protocol/errors.ts'
import { TAKE_BACK_TIME } from '../../protocol/limits.ts'
import type { Audience, LoggedBody } from '../../protocol/messages.ts'
import { stampTime } from '../../protocol/stamp.ts'
import { PAGE_CHARACTERS, PAGE_ROWS, PAGE_WINDOW } from '../limits.ts'
import { messageFrame } from './message-frame.ts'
import { NEWEST_STEP } from './retention-operations.ts'
import { EVERYONE_AUDIENCE } from './schema.ts'
import type { Sql } from './sql.ts'
import type { Asked } from './sqlite-operations.ts'
import type { Appended, Draft, Page, PageQuery, StoredConversation } from './store.ts'

/** The body of what was taken back. */
const GONE = '{"kind":"gone"}'

/** Messages that one statement puts into the log: a statement has costs of its own, and so has each call of SQLite. */
export const TOGETHER = 16

const VALUES = '(?, ?, ?, ?, ?)'
const INSERT = `INSERT INTO messages (stamp, id, author, conversation, body) VALUES ${VALUES}`
const INSERT_TOGETHER = `${INSERT}${`, ${VALUES}`.repeat(TOGETHER - 1)}`

/** A conversation's number, and a position after which there is nothing of it. */
interface Known {
  readonly number: number
  newest: number
}

interface LoggedMessage {
  readonly position: number
  readonly stamp: string
  readonly author: string
  readonly body: string
  readonly conversation: string
}

/** SQLite's extended result code CONSTRAINT_UNIQUE: nothing came of the one statement, not even a position used up. */
const UNIQUE = 2067

/** The table's own constraint says whether an id is taken. @returns null when one is, and then nothing was done */
function unlessTaken<T>(insert: () => T): T | null {
  try {
    return insert()
  } catch (error) {
    if ((error as { errcode?: number }).errcode === UNIQUE) return null
    throw error
  }
}

export class MessageOperations {
  readonly #sql: Sql
  /** Conversations by id. */
  readonly #conversations = new Map<string, Known>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** A transaction failed: it may have made some of the conversations. */
  undone(): void {
    this.#conversations.clear()
  }

  forgotten(conversations: readonly string[]): void {
    for (const id of conversations) this.#conversations.delete(id)
  }

  append(draft: Draft): Appended {
    const known = this.#plain(draft)
    return (known && unlessTaken(() => this.#insert(draft, known))) ?? this.#appendAfterALook(draft)
  }

  /**
   * Appends TOGETHER messages at once, if all that is asked for are so many that are plain and new.
   * @returns null when they aren't, and then nothing was done
   */
  appendTogether(asked: readonly Asked[]): Appended[] | null {
    if (asked.length !== TOGETHER) return null
    const appended: { readonly stamp: string; readonly conversation: Known }[] = []
    const values: (string | number)[] = []
    for (const { operation, input } of asked) {
      if (operation !== 'append') return null
      const [draft] = input
      const conversation = this.#plain(draft)
      if (!conversation) return null
      appended.push({ stamp: draft.stamp, conversation })
      values.push(draft.stamp, draft.id, draft.author, conversation.number, draft.body)
    }
    const last = unlessTaken(() => Number(this.#sql.run(INSERT_TOGETHER, ...values).lastInsertRowid))
    if (last === null) return null
    return appended.map(({ stamp, conversation }, index) => this.#appended(last - TOGETHER + 1 + index, stamp, conversation))
  }

  /** Most messages are about no other, and in a known conversation. @returns that one; null for others */
  #plain({ conversation, offers, withdraws, refers }: Draft): Known | null {
    if (offers !== undefined || withdraws !== undefined || refers) return null
    return this.#conversations.get(conversation.id) ?? null
  }

  #insert({ stamp, id, author, body }: Draft, conversation: Known): Appended {
    const { lastInsertRowid } = this.#sql.run(INSERT, stamp, id, author, conversation.number, body)
    return this.#appended(Number(lastInsertRowid), stamp, conversation)
  }

  #appended(position: number, stamp: string, conversation: Known): Appended {
    if (position > conversation.newest) {
      conversation.newest = position + NEWEST_STEP - 1
      this.#sql.run('UPDATE conversations SET newest = ? WHERE number = ?', conversation.newest, conversation.number)
    }
    return { position, stamp, repeated: false }
  }

  #appendAfterALook(draft: Draft): Appended {
    const before = this.#message(draft.id)
    if (before) {
      const same = before.author === draft.author && before.conversation === draft.conversation.id
      // What was taken back is no longer there to compare.
      if (!same || (before.body !== draft.body && before.body !== GONE)) throw new OptiChatError('id-taken', draft.id)
      return { position: before.position, stamp: before.stamp, repeated: true }
    }
    const target = draft.refers ? this.#target(draft, draft.refers) : undefined
    if (draft.offers && this.#sql.get('SELECT 1 FROM offers WHERE transfer = ?', draft.offers)) {
      throw new OptiChatError('id-taken', `transfer ${draft.offers}`)
    }
    const { position } = this.#insert(draft, this.#conversation(draft.conversation))
    if (draft.offers)
      this.#sql.run('INSERT INTO offers (transfer, author, position) VALUES (?, ?, ?)', draft.offers, draft.author, position)
    if (draft.withdraws) this.#sql.run('UPDATE offers SET withdrawn = 1 WHERE transfer = ? AND author = ?', draft.withdraws, draft.author)
    if (target && draft.refers?.as === 'edit')
      this.#sql.run('INSERT INTO edits (target, position) VALUES (?, ?)', target.position, position)
    const withdrew = target && draft.refers?.as === 'take-back' ? this.#erase(target.position) : undefined
    return { position, stamp: draft.stamp, repeated: false, ...(withdrew === undefined ? {} : { withdrew }) }
  }

  #message(id: string): LoggedMessage | undefined {
    return this.#sql.get<LoggedMessage>(
      `SELECT position, stamp, author, body, conversations.id AS conversation FROM messages
       JOIN conversations ON conversations.number = messages.conversation WHERE messages.id = ?`,
      id,
    )
  }

  /** The message that another one is about, if that may be. */
  #target(draft: Draft, { as, message }: NonNullable<Draft['refers']>): LoggedMessage | undefined {
    const target = this.#message(message)
    const here = target?.conversation === draft.conversation.id
    if (as === 'reply') {
      if (target && !here) throw new OptiChatError('message-unknown')
      return target
    }
    const { kind } = here && target ? (JSON.parse(target.body) as LoggedBody) : { kind: 'gone' }
    if (!target || !(kind === 'text' || (kind === 'offer' && as !== 'edit'))) throw new OptiChatError('message-unknown')
    if (as !== 'reaction' && target.author !== draft.author) throw new OptiChatError('not-yours')
    if (as === 'take-back' && stampTime(draft.stamp) - stampTime(target.stamp) > TAKE_BACK_TIME) throw new OptiChatError('too-late')
    return target
  }

  /** Leaves nothing of a message and its edits but their places. @returns the transfer, when it was an offer */
  #erase(position: number): string | undefined {
    this.#sql.run(
      'UPDATE messages SET body = ? WHERE position = ? OR position IN (SELECT position FROM edits WHERE target = ?)',
      GONE,
      position,
      position,
    )
    const offer = this.#sql.get<{ transfer: string }>('SELECT transfer FROM offers WHERE position = ?', position)
    this.#sql.run('UPDATE offers SET withdrawn = 1 WHERE position = ?', position)
    return offer?.transfer
  }

  page({ user, after }: PageQuery): Page {
    const { head } = this.#sql.get<{ head: number | null }>('SELECT max(position) AS head FROM messages') ?? { head: null }
    const { first } = this.#sql.get<{ first: number | null }>('SELECT min(position) AS first FROM messages WHERE position > ?', after) ?? {
      first: null,
    }
    if (head === null || first === null) return { rows: [], through: Math.max(after, head ?? 0), done: true }
    const window = Math.min(first - 1 + PAGE_WINDOW, head)
    const rows = this.#sql.all<{
      position: number
      stamp: string
      id: string
      author: string
      body: string
      conversation: string
      audience: string
    }>(
      `SELECT m.position, m.stamp, m.id, m.author, m.body, c.id AS conversation, c.audience FROM messages m
       JOIN conversations c ON c.number = m.conversation
       WHERE m.position > ? AND m.position <= ?
         AND (c.audience = ? OR EXISTS (
           SELECT 1 FROM members WHERE members.user = ? AND members.conversation = m.conversation AND members.since < m.position))
       ORDER BY m.position LIMIT ?`,
      after,
      window,
      EVERYONE_AUDIENCE,
      user,
      PAGE_ROWS,
    )
    let through = rows.length < PAGE_ROWS ? window : (rows.at(-1)?.position ?? window)
    let characters = 0
    const taken: Page['rows'][number][] = []
    for (const row of rows) {
      const frame = messageFrame(row)
      characters += frame.length
      if (characters > PAGE_CHARACTERS && taken.length > 0) {
        through = taken.at(-1)?.position ?? through
        break
      }
      taken.push({ position: row.position, author: row.author, conversation: row.conversation, frame })
    }
    return { rows: taken, through, done: through >= head }
  }

  #conversation({ id, audience }: StoredConversation): Known {
    const before = this.#conversations.get(id)
    if (before) return before
    let known = this.#sql.get<Known>('SELECT number, newest FROM conversations WHERE id = ?', id)
    if (!known) {
      const number = Number(this.#sql.run('INSERT INTO conversations (id, audience) VALUES (?, ?)', id, audience).lastInsertRowid)
      const members = JSON.parse(audience) as Audience
      if (Array.isArray(members)) {
        for (const user of members) this.#sql.run('INSERT INTO members (user, conversation) VALUES (?, ?)', user, number)
      }
      known = { number, newest: 0 }
    }
    this.#conversations.set(id, known)
    return known
  }
}
