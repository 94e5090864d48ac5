/**
 * A profile folder: who this device is, the registries it knows and their pins, and who is signed in where. Several processes
 * may use one at once, so what changes is in SQLite; each account's history is a database of its own beside it.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Identity } from '../identity/certificate.ts'
import type { UserId } from '../protocol/messages.ts'
import { type DatabaseSync, migrate, transaction } from '../sqlite.ts'
import type { KnownRegistry, RegistryAddress, User } from './client.ts'
import { type ProfileDisk, realDisk } from './disk.ts'

/** A sign-in of this profile. `token` tells one from a later one of the same user. */
export interface Account {
  readonly registry: KnownRegistry
  readonly user: User
  readonly token: string
}

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS registries (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL
   ) STRICT;
   -- The address a certificate was seen at outlives a registry's move, so that nobody else can take its place unnoticed.
   CREATE TABLE IF NOT EXISTS addresses (
     host TEXT NOT NULL, port INTEGER NOT NULL, registry TEXT NOT NULL REFERENCES registries (id), PRIMARY KEY (host, port)
   ) STRICT;
   CREATE TABLE IF NOT EXISTS sign_in (
     only INTEGER PRIMARY KEY CHECK (only = 1), token TEXT NOT NULL,
     registry TEXT NOT NULL REFERENCES registries (id), user TEXT NOT NULL, name TEXT NOT NULL
   ) STRICT`,
  // Where this device is signed in too, besides the registry it is at now (which is among them).
  `CREATE TABLE sign_ins (
     registry TEXT PRIMARY KEY REFERENCES registries (id), token TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL
   ) STRICT;
   INSERT INTO sign_ins SELECT registry, token, user, name FROM sign_in`,
  // What a person set, as JSON.
  'CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
]

type Row = Record<string, unknown>

export class Profile {
  readonly folder: string
  readonly disk: ProfileDisk
  readonly identity: Identity
  readonly #database: DatabaseSync

  /** @throws OptiChatError `data-unreadable`, `data-in-use` */
  static async open(folder: string, disk: ProfileDisk = realDisk): Promise<Profile> {
    const identity = await disk.identity(folder)
    const database = disk.database(join(folder, 'profile.db'))
    migrate(database, SCHEMA)
    return new Profile(folder, disk, identity, database)
  }

  private constructor(folder: string, disk: ProfileDisk, identity: Identity, database: DatabaseSync) {
    this.folder = folder
    this.disk = disk
    this.identity = identity
    this.#database = database
  }

  /** Who is signed in, as the disk has it now. */
  account(): Account | null {
    const row = this.#database
      .prepare(
        `SELECT s.token, s.user, s.name AS user_name, r.id, r.name, r.fingerprint, r.host, r.port
         FROM sign_in s JOIN registries r ON r.id = s.registry`,
      )
      .get() as Row | undefined
    return row ? accountOf(row) : null
  }

  /** Where this device is signed in, by the registries' names; one of them is `account()`. */
  accounts(): Account[] {
    const rows = this.#database
      .prepare(
        `SELECT s.token, s.user, s.name AS user_name, r.id, r.name, r.fingerprint, r.host, r.port
         FROM sign_ins s JOIN registries r ON r.id = s.registry ORDER BY r.name COLLATE NOCASE, r.id`,
      )
      .all() as Row[]
    return rows.map(accountOf)
  }

  registry(id: string): KnownRegistry | null {
    const row = this.#database.prepare('SELECT * FROM registries WHERE id = ?').get(id) as Row | undefined
    return row ? registryOf(row) : null
  }

  /** The registry that was last met at an address, even if it lives elsewhere now. */
  registryAt(address: RegistryAddress): KnownRegistry | null {
    const row = this.#database
      .prepare('SELECT r.* FROM addresses a JOIN registries r ON r.id = a.registry WHERE a.host = ? AND a.port = ?')
      .get(address.host.toLowerCase(), address.port) as Row | undefined
    return row ? registryOf(row) : null
  }

  /** Remembers a registry whose certificate has been proven: its pin, and where it is now. */
  remember(registry: KnownRegistry): void {
    transaction(this.#database, () => {
      this.#database
        .prepare(
          `INSERT INTO registries (id, name, fingerprint, host, port) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, fingerprint = excluded.fingerprint, host = excluded.host, port = excluded.port`,
        )
        .run(registry.id, registry.name, registry.fingerprint, registry.host, registry.port)
      this.#database
        .prepare(
          'INSERT INTO addresses (host, port, registry) VALUES (?, ?, ?) ON CONFLICT (host, port) DO UPDATE SET registry = excluded.registry',
        )
        .run(registry.host.toLowerCase(), registry.port, registry.id)
    })
  }

  signedIn(registry: KnownRegistry, user: User): Account {
    this.remember(registry)
    const account = { registry, user, token: randomUUID() }
    this.enter(account)
    return account
  }

  /** Makes an account the one that is used from now on. */
  enter({ registry, user, token }: Account): void {
    transaction(this.#database, () => {
      this.#database
        .prepare('INSERT OR REPLACE INTO sign_in (only, token, registry, user, name) VALUES (1, ?, ?, ?, ?)')
        .run(token, registry.id, user.id, user.name)
      this.#database
        .prepare('INSERT OR REPLACE INTO sign_ins (registry, token, user, name) VALUES (?, ?, ?, ?)')
        .run(registry.id, token, user.id, user.name)
    })
  }

  /** Forgets a sign-in, unless another has taken its place by now. History stays. */
  forget(account: Account): void {
    transaction(this.#database, () => {
      this.#database.prepare('DELETE FROM sign_in WHERE token = ?').run(account.token)
      this.#database.prepare('DELETE FROM sign_ins WHERE token = ?').run(account.token)
    })
  }

  /** What was set under a name, as JSON; null: nothing was. */
  setting(name: string): string | null {
    const row = this.#database.prepare('SELECT value FROM settings WHERE name = ?').get(name) as Row | undefined
    return row ? `${row.value}` : null
  }

  set(name: string, value: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(name, value)
  }

  /** Where an account's history is; ids are base64url, so they are file names. */
  historyFile(registry: string, user: UserId): string {
    return join(this.folder, 'accounts', `${registry}.${user}.db`)
  }

  close(): void {
    this.#database.close()
  }
}

function accountOf(row: Row): Account {
  return { registry: registryOf(row), user: { id: `${row.user}`, name: `${row.user_name}` }, token: `${row.token}` }
}

function registryOf(row: Row): KnownRegistry {
  return { id: `${row.id}`, name: `${row.name}`, fingerprint: `${row.fingerprint}`, host: `${row.host}`, port: Number(row.port) }
}
