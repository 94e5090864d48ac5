/** The store's operations on users, their devices, and the codes that let them in. */
import { OptiChatError } from '../../protocol/errors.ts'
import type { Registration, UserId } from '../../protocol/messages.ts'
import { Facts } from './facts.ts'
import type { Sql } from './sql.ts'
import type { NewPassword, Snapshot, StoredDevice, StoredInvite, StoredUser } from './store.ts'

const REGISTRATIONS: readonly Registration[] = ['open', 'invite', 'closed']

export class AccountOperations {
  readonly #sql: Sql
  readonly #facts: Facts

  constructor(sql: Sql) {
    this.#sql = sql
    this.#facts = new Facts(sql)
  }

  load(): Pick<Snapshot, 'registration' | 'users' | 'devices' | 'invites'> {
    const stored = this.#facts.get('registration')
    return {
      // A word that is not known can only have been stricter.
      registration: stored === null ? null : (REGISTRATIONS.find((one) => one === stored) ?? 'closed'),
      users: this.#sql.all<StoredUser>(
        'SELECT id, name, key, record, since, registered, last_seen AS lastSeen, delivered, gone FROM users',
      ),
      devices: this.#sql.all<StoredDevice>('SELECT fingerprint, user, name, enrolled, last_seen AS lastSeen FROM devices'),
      invites: this.#sql.all<StoredInvite>('SELECT hash, user, expires FROM invites'),
    }
  }

  addUser({ id, name, key, record, since, registered, lastSeen, delivered }: Omit<StoredUser, 'gone'>, invite?: string): void {
    if (this.#sql.get('SELECT 1 FROM users WHERE key = ?', key)) throw new OptiChatError('name-taken', name)
    this.#useUp(invite)
    this.#sql.run(
      'INSERT INTO users (id, name, key, record, since, registered, last_seen, delivered) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      name,
      key,
      record,
      since,
      registered,
      lastSeen,
      delivered,
    )
  }

  changePassword({ user, record, keep, invite }: NewPassword): void {
    this.#useUp(invite)
    this.#sql.run('UPDATE users SET record = ? WHERE id = ? AND gone IS NULL', record, user)
    if (keep !== 'all') this.#sql.run('DELETE FROM devices WHERE user = ? AND fingerprint IS NOT ?', user, keep)
  }

  /** Its messages stay, and its name beside them. */
  removeUser(id: UserId, at: number): void {
    this.#sql.run(`UPDATE users SET gone = ?, record = '' WHERE id = ?`, at, id)
    this.#sql.run('DELETE FROM devices WHERE user = ?', id)
    this.#sql.run('DELETE FROM invites WHERE user = ?', id)
    this.#sql.run('DELETE FROM members WHERE user = ? AND conversation IN (SELECT conversation FROM rooms)', id)
    this.#sql.run('DELETE FROM rooms WHERE NOT EXISTS (SELECT 1 FROM members WHERE members.conversation = rooms.conversation)')
  }

  freeNames(before: number): void {
    // No name has a line break, so nobody is refused because of these.
    this.#sql.run(`UPDATE users SET key = char(10) || id WHERE gone < ? AND substr(key, 1, 1) <> char(10)`, before)
  }

  enrol({ fingerprint, user, name, enrolled }: Omit<StoredDevice, 'lastSeen'>): void {
    this.#sql.run(
      'INSERT OR REPLACE INTO devices (fingerprint, user, name, enrolled) VALUES (?, ?, ?, ?)',
      fingerprint,
      user,
      name,
      enrolled,
    )
  }

  revoke(fingerprint: string): void {
    this.#sql.run('DELETE FROM devices WHERE fingerprint = ?', fingerprint)
  }

  seen(user: UserId, at: number): void {
    this.#sql.run('UPDATE users SET last_seen = ? WHERE id = ?', at, user)
  }

  deviceSeen(fingerprint: string, at: number): void {
    this.#sql.run('UPDATE devices SET last_seen = ? WHERE fingerprint = ?', at, fingerprint)
  }

  setRegistration(registration: Registration): void {
    this.#facts.set('registration', registration)
  }

  addInvite({ hash, user, expires }: StoredInvite, now: number): void {
    this.#sql.run('DELETE FROM invites WHERE expires <= ?', now)
    this.#sql.run('INSERT INTO invites (hash, user, expires) VALUES (?, ?, ?)', hash, user, expires)
  }

  #useUp(invite: string | undefined): void {
    if (invite === undefined) return
    if (Number(this.#sql.run('DELETE FROM invites WHERE hash = ?', invite).changes) === 0) throw new OptiChatError('invite-refused')
  }
}
