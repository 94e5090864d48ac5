import type { Clock } from '../protocol/clock.ts'
import type { Ticket } from '../protocol/messages.ts'

/** A sender's half of the tickets it was told of: each good once, for its lifetime. */
export class Tickets {
  readonly #clock: Clock
  readonly #admitted = new Map<string, Ticket>()
  readonly #used = new Set<string>()
  readonly #waiting = new Map<string, Set<(ticket: Ticket | null) => void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  admit(ticket: Ticket): void {
    if (this.#admitted.has(ticket.id) || this.#used.has(ticket.id)) return
    this.#admitted.set(ticket.id, ticket)
    this.#clock.after(
      ticket.lifetime,
      () => {
        this.#admitted.delete(ticket.id)
        this.#used.delete(ticket.id)
      },
      true,
    )
    for (const answer of this.#waiting.get(ticket.id) ?? []) answer(ticket)
  }

  /** An admitted ticket that was not used up, or null. */
  find(id: string): Ticket | null {
    return this.#admitted.get(id) ?? null
  }

  use(id: string): void {
    this.#admitted.delete(id)
    this.#used.add(id)
  }

  /** Like `find`, but gives a ticket that nobody has heard of yet some time to come. `answer` is called once, at once where it can be. */
  await(id: string, millis: number, answer: (ticket: Ticket | null) => void): void {
    const known = this.find(id)
    if (known || this.#used.has(id)) {
      answer(known)
      return
    }
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting)
    const settle = (ticket: Ticket | null) => {
      cancel()
      waiting.delete(settle)
      if (waiting.size === 0) this.#waiting.delete(id)
      answer(ticket)
    }
    const cancel = this.#clock.after(millis, () => settle(null))
    waiting.add(settle)
  }
}
