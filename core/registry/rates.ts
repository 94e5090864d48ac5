/**
 * How often is too often: token buckets, by device for who is signed in, by address for who is not. What is refused says when to
 * try again.
 */
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_REMEMBERED_BUCKETS } from './limits.ts'

/** What is counted by itself. */
export type Rated = 'send' | 'audience' | 'change' | 'other' | 'connect' | 'register' | 'reach'

export interface Rate {
  /** At once, after a quiet time. */
  readonly burst: number
  /** In the long run. */
  readonly perSecond: number
}

export type RateTable = Readonly<Record<Rated, Rate>>

/** `connect`, `register` and `reach` are by address, the others by device. */
export const RATES: RateTable = {
  /** Messages: a person pastes, a script reports; a loop that went wild is slowed down. */
  send: { burst: 200, perSecond: 50 },
  /** Members of audiences that were never written to: each is remembered for as long as its messages. */
  audience: { burst: 5_000, perSecond: 20 },
  /** What is stored for good and told to many: rooms, passwords, devices. */
  change: { burst: 20, perSecond: 20 / 60 },
  /** All else: receipts, presence, tickets, what a client asks by itself. */
  other: { burst: 2_000, perSecond: 200 },
  /** Connections of devices that are not enrolled: each costs a handshake and a place for 30 s. */
  connect: { burst: 200, perSecond: 20 },
  /** Accounts: a class registers at once, a script doesn't fill the disk. */
  register: { burst: 100, perSecond: 1 / 6 },
  /** Doctors that have somebody dialled, by who asks and by who is asked for: a person tries it some times in a row. */
  reach: { burst: 12, perSecond: 1 / 5 },
}

export class Rates {
  readonly #clock: Clock
  readonly #table: RateTable | null
  /** Least recently used first. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  /** @param table null: nothing is too often */
  constructor(clock: Clock, table: RateTable | null) {
    this.#clock = clock
    this.#table = table
  }

  /**
   * Counts it.
   * @param whose a fingerprint or an address
   * @param cost how many it counts as
   * @throws OptiChatError `slow-down` with `retryAfter`
   */
  take(rated: Rated, whose: string, cost = 1): void {
    if (!this.#table) return
    const { burst, perSecond } = this.#table[rated]
    const key = `${rated} ${whose}`
    const now = this.#clock.elapsed()
    const before = this.#buckets.get(key)
    const tokens = before ? Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond) : burst
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: tokens >= cost ? tokens - cost : tokens, at: now })
    if (this.#buckets.size > MAX_REMEMBERED_BUCKETS) this.#forgetOldest()
    if (tokens < cost) {
      throw new OptiChatError('slow-down', undefined, { retryAfter: Math.ceil(((cost - tokens) / perSecond) * 1_000) })
    }
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key)
      return
    }
  }
}
