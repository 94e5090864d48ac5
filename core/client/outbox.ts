/** Answers and withdrawals, kept on disk until the registry has them: a transfer that ended offline is still told of. */
import { asOptiChatError, type ErrorCode } from '../protocol/errors.ts'
import type { Body, To } from '../protocol/messages.ts'
import type { Sending } from './sending.ts'
import type { Store } from './store.ts'

/** Sent again later. All else is the registry's last word on this message. */
const LATER: ReadonlySet<ErrorCode> = new Set(['not-connected', 'timed-out', 'registry-stopping', 'registry-full', 'slow-down', 'internal'])

export class Outbox {
  readonly #store: Store
  readonly #sending: Sending
  readonly #newId: () => string
  #busy = false
  #done: Promise<void> = Promise.resolve()

  constructor(store: Store, sending: Sending, newId: () => string) {
    this.#store = store
    this.#sending = sending
    this.#newId = newId
  }

  /** Keeps it; part of the caller's transaction. Call `flush` after that. */
  put(to: To, body: Body): void {
    this.#store.run('INSERT INTO outbox (id, recipients, body) VALUES (?, ?, ?)', this.#newId(), JSON.stringify(to), JSON.stringify(body))
  }

  /** Sends what waits, in order, if there is a connection; resolves when done for now. */
  flush(): Promise<void> {
    if (!this.#busy) {
      this.#busy = true
      this.#done = this.#send()
    }
    return this.#done
  }

  async #send(): Promise<void> {
    try {
      for (;;) {
        const row = this.#store.get('SELECT * FROM outbox ORDER BY n LIMIT 1')
        if (!row) return
        try {
          await this.#sending.send(`${row.id}`, JSON.parse(`${row.recipients}`) as To, JSON.parse(`${row.body}`) as Body)
        } catch (error) {
          // It stays, and the next connection takes it along.
          if (LATER.has(asOptiChatError(error).code)) return
        }
        this.#store.run('DELETE FROM outbox WHERE id = ?', `${row.id}`)
      }
    } finally {
      this.#busy = false
    }
  }
}
