/** An account's database, opened: cached statements, transactions, and the few facts that several rooms share. */
import { type DatabaseSync, migrate, type StatementSync, transaction } from '../sqlite.ts'
import { realDisk } from './disk.ts'
import { STORE_SCHEMA } from './store-schema.ts'

export type Row = Record<string, string | number | null>
type Value = string | number | null

export class Store {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** @throws OptiChatError `data-unreadable`, `data-in-use` */
  constructor(file: string, disk = realDisk) {
    this.#database = disk.database(file)
    // The log at the registry is the durable copy: after a power cut this side catches up again, and nothing waits for a sync here.
    this.#database.exec('PRAGMA synchronous = NORMAL')
    migrate(this.#database, STORE_SCHEMA)
  }

  run(sql: string, ...values: Value[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  /** All of `work` or nothing; inside another one it is part of that. */
  transaction<T>(work: () => T): T {
    return this.#database.isTransaction ? work() : transaction(this.#database, work)
  }

  /** As `transaction`, and on the disk when it returns, also if the power fails: for what is nowhere else yet. */
  durably<T>(work: () => T): T {
    this.#database.exec('PRAGMA synchronous = FULL')
    try {
      return this.transaction(work)
    } finally {
      this.#database.exec('PRAGMA synchronous = NORMAL')
    }
  }

  /** Another one than before when another process (or another connection here) has changed something since. */
  version(): number {
    return Number(this.get('PRAGMA data_version')?.data_version ?? 0)
  }

  cursor(name: 'synced' | 'taken'): number {
    return Number(this.get('SELECT position FROM cursors WHERE name = ?', name)?.position ?? 0)
  }

  /** Moves a cursor forward; a lower position changes nothing. */
  advance(name: 'synced' | 'taken', position: number): void {
    this.run(
      `INSERT INTO cursors (name, position) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE excluded.position > position`,
      name,
      position,
    )
  }

  /** Moves a cursor back; one that is behind stays. */
  rewind(name: 'synced' | 'taken', position: number): void {
    this.run('UPDATE cursors SET position = ? WHERE name = ? AND position > ?', position, name, position)
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
