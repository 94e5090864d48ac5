/** One-time codes: to register where that needs an invitation, or to give an account a new password. Only their hashes are kept. */
import { createHash, randomInt } from 'node:crypto'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { UserId } from '../protocol/messages.ts'
import { INVITE_LIFETIME, RESET_LIFETIME } from './limits.ts'
import type { Store, StoredInvite } from './store/store.ts'

/** Crockford's base 32: no letters that are read as digits. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new code of 80 random bits, `XXXX-XXXX-XXXX-XXXX`. */
function newCode(): string {
  const letters = Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)])
  return [0, 4, 8, 12].map((start) => letters.slice(start, start + 4).join('')).join('-')
}

/** However it was typed. */
function hashOf(code: string): string {
  const plain = code
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '')
  return createHash('sha256').update(plain).digest('base64url')
}

export class Invites {
  readonly #store: Store
  readonly #clock: Clock
  readonly #invites = new Map<string, StoredInvite>()

  constructor(stored: readonly StoredInvite[], store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
    for (const invite of stored) this.#invites.set(invite.hash, invite)
  }

  /** @param user whose password it is to replace; null: it lets somebody register. `expires`: milliseconds since 1970 */
  async create(user: UserId | null): Promise<{ code: string; expires: number }> {
    const now = this.#clock.now()
    const code = newCode()
    const invite = { hash: hashOf(code), user, expires: now + (user === null ? INVITE_LIFETIME : RESET_LIFETIME) }
    for (const { hash, expires } of this.#invites.values()) if (expires <= now) this.#invites.delete(hash)
    await this.#store.addInvite(invite, now)
    this.#invites.set(invite.hash, invite)
    return { code, expires: invite.expires }
  }

  /** @throws OptiChatError `invite-refused` */
  check(code: string): StoredInvite {
    const invite = this.#invites.get(hashOf(code))
    if (!invite || invite.expires <= this.#clock.now()) throw new OptiChatError('invite-refused')
    return invite
  }

  /** It was used, in the store too. */
  used(hash: string): void {
    this.#invites.delete(hash)
  }
}
