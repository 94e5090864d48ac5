/**
 * What the registry has not acknowledged yet, on disk: texts written while offline, answers and withdrawals of transfers. Sent in
 * order, by whichever process of the profile is online first; two that send one at once send one id, which is one message.
 */
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Body, To } from '../protocol/messages.ts'
import type { Sending } from './sending.ts'
import type { Row, Store } from './store.ts'

/** The connection ended: the next one takes it along, and nobody knows whether the registry has it. */
const UNKNOWN: ReadonlySet<ErrorCode> = new Set(['not-connected', 'timed-out', 'registry-stopping'])
/** The registry has not taken it, but may later. All else is its last word on this message. */
const LATER: ReadonlySet<ErrorCode> = new Set(['registry-full', 'slow-down', 'internal'])
/** Milliseconds until it is tried again where the registry named no time. */
const PAUSE = 5_000

export class Outbox {
  readonly #store: Store
  readonly #sending: Sending
  readonly #clock: Clock
  readonly #newId: () => string
  readonly #refused: (id: string, code: ErrorCode) => void
  #busy = false
  #done: Promise<void> = Promise.resolve()
  #cancel: (() => void) | null = null

  /** @param rooms.refused told of a text that the registry will not have: it stays, and shows why */
  constructor(rooms: { store: Store; sending: Sending; clock: Clock; newId(): string; refused(id: string, code: ErrorCode): void }) {
    this.#store = rooms.store
    this.#sending = rooms.sending
    this.#clock = rooms.clock
    this.#newId = rooms.newId
    this.#refused = rooms.refused
  }

  /**
   * Keeps it; part of the caller's transaction. Call `flush` after that.
   * @param shown where and when it was written (milliseconds since 1970), if people see it wait
   * @param id the one it has, where the registry may have it already
   * @returns its id
   */
  put(to: To, body: Body, shown?: { conversation: string; at: number }, id = this.#newId()): string {
    this.#store.run(
      'INSERT INTO outbox (id, recipients, body, conversation, queued_at) VALUES (?, ?, ?, ?, ?)',
      id,
      JSON.stringify(to),
      JSON.stringify(body),
      shown?.conversation ?? null,
      shown?.at ?? null,
    )
    return id
  }

  /** Takes back what nobody else has seen. @returns false when it is on its way already, or not there */
  remove(id: string): boolean {
    return this.#store.run('DELETE FROM outbox WHERE id = ? AND queued_at IS NOT NULL AND (tried = 0 OR refused IS NOT NULL)', id) > 0
  }

  /** Sends what waits, in order, if there is a connection; resolves when done for now. */
  flush(): Promise<void> {
    if (!this.#busy) {
      this.#busy = true
      this.#done = this.#send()
    }
    return this.#done
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  async #send(): Promise<void> {
    this.close()
    try {
      for (;;) {
        const row = this.#store.get('SELECT * FROM outbox WHERE refused IS NULL ORDER BY n LIMIT 1')
        if (!row || !(await this.#sendOne(row))) return
      }
    } finally {
      this.#busy = false
    }
  }

  /** @returns whether the next one may go */
  async #sendOne(row: Row): Promise<boolean> {
    const id = `${row.id}`
    const starting = () => {
      // Cancelled, or sent by another process, while this one waited for its connection.
      if (this.#store.run('UPDATE outbox SET tried = 1 WHERE id = ?', id) === 0) throw new OptiChatError('cancelled')
    }
    try {
      await this.#sending.send(id, JSON.parse(`${row.recipients}`) as To, JSON.parse(`${row.body}`) as Body, starting)
    } catch (error) {
      const { code, retryAfter } = asOptiChatError(error)
      if (UNKNOWN.has(code)) return false
      if (LATER.has(code)) {
        this.#store.run('UPDATE outbox SET tried = 0 WHERE id = ?', id)
        this.#cancel = this.#clock.after(retryAfter ?? PAUSE, () => void this.flush(), true)
        return false
      }
      if (row.queued_at !== null && code !== 'cancelled') {
        if (this.#store.run('UPDATE outbox SET refused = ? WHERE id = ?', code, id) > 0) this.#refused(id, code)
        return true
      }
    }
    this.#store.run('DELETE FROM outbox WHERE id = ?', id)
    return true
  }
}
