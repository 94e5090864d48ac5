/**
 * Simulated disks: SQLite in memory, where a process that dies leaves what it committed, and a machine that dies what was synced.
 * Databases are used again from run to run, since making one costs more than a run's share of time: all of a run happens in one
 * transaction that is rolled back, so transactions of the code under test are savepoints in it.
 */
import { STORE_SCHEMA } from '../../core/client/store-schema.ts'
import { SCHEMA } from '../../core/registry/store/schema.ts'
import { type DatabaseSync, migrate, openDatabase, type StatementSync } from '../../core/sqlite.ts'

export type Kind = 'registry' | 'profile' | 'history'

const SCHEMAS: Record<Kind, readonly string[]> = { registry: SCHEMA, profile: [], history: STORE_SCHEMA }

/** The process died at this very statement. Nothing it still does has an effect. */
export class SimulatedCrash extends Error {}

interface Pooled {
  readonly database: DatabaseSync
  readonly statements: Map<string, StatementSync>
}

const pool: Record<Kind, Pooled[]> = { registry: [], profile: [], history: [] }

export class Disk {
  readonly #kind: Kind
  readonly #pooled: Pooled
  #connection: Connection | null = null

  constructor(kind: Kind) {
    this.#kind = kind
    this.#pooled = pool[kind].pop() ?? make(kind)
    this.#pooled.database.exec('BEGIN; SAVEPOINT synced')
  }

  /** What the code under test gets as its database; one at a time. */
  connect(): Connection {
    if (this.#connection?.open) throw new Error('the database is open already')
    this.#connection = new Connection(this.#pooled.database, this.#pooled.statements)
    return this.#connection
  }

  /** The process that has it open dies: its unfinished transaction is undone. */
  crash(): void {
    this.#connection?.die()
  }

  /** What was committed until now survives also a power cut. */
  sync(): void {
    this.#pooled.database.exec('RELEASE synced; SAVEPOINT synced')
  }

  /** The machine dies: what was not synced is gone. */
  losePower(): void {
    this.crash()
    this.#pooled.database.exec('ROLLBACK TO synced')
  }

  /** Reads as from outside. */
  read<T>(sql: string): T[] {
    return statement(this.#pooled, sql).all() as T[]
  }

  /** As it was made, for the next run. */
  release(): void {
    this.crash()
    this.#pooled.database.exec('ROLLBACK')
    pool[this.#kind].push(this.#pooled)
  }
}

/** The part of a database that the code under test uses. */
class Connection {
  /** Counts down with each statement; the process dies at 0. */
  crashAfter = Number.POSITIVE_INFINITY
  onCrash: () => void = () => undefined
  readonly #database: DatabaseSync
  readonly #statements: Map<string, StatementSync>
  #state: 'open' | 'closed' | 'dead' = 'open'
  #inTransaction = false

  constructor(database: DatabaseSync, statements: Map<string, StatementSync>) {
    this.#database = database
    this.#statements = statements
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  get isTransaction(): boolean {
    return this.#inTransaction
  }

  exec(sql: string): void {
    this.#step()
    const [word] = sql.trim().split(/\s/)
    if (word === 'BEGIN') {
      this.#database.exec('SAVEPOINT own')
      this.#inTransaction = true
    } else if (word === 'COMMIT') {
      this.#database.exec('RELEASE own')
      this.#inTransaction = false
    } else if (word === 'ROLLBACK') this.#rollBack()
    // How a file is kept means nothing in memory.
    else if (!/^PRAGMA (synchronous|wal_checkpoint|journal_mode|optimize)/.test(sql)) this.#database.exec(sql)
  }

  prepare(sql: string): Pick<StatementSync, 'run' | 'get' | 'all'> {
    const prepared = statement({ database: this.#database, statements: this.#statements }, sql)
    return {
      run: (...values: Parameters<StatementSync['run']>) => {
        this.#step()
        return prepared.run(...values)
      },
      get: (...values: Parameters<StatementSync['get']>) => {
        this.#step()
        return prepared.get(...values)
      },
      all: (...values: Parameters<StatementSync['all']>) => {
        this.#step()
        return prepared.all(...values)
      },
    }
  }

  close(): void {
    this.#step()
    if (this.#inTransaction) this.#rollBack()
    this.#state = 'closed'
  }

  die(): void {
    if (this.#state === 'open' && this.#inTransaction) this.#rollBack()
    this.#state = 'dead'
  }

  #step(): void {
    if (this.#state === 'dead') throw new SimulatedCrash('the process is dead')
    if (this.#state === 'closed') throw new Error('database is not open')
    if (--this.crashAfter > 0) return
    this.die()
    this.onCrash()
    throw new SimulatedCrash('the process dies here')
  }

  #rollBack(): void {
    this.#database.exec('ROLLBACK TO own; RELEASE own')
    this.#inTransaction = false
  }
}

/** The type the code under test asks for, of which it uses these members only. */
export function asDatabase(connection: Connection): DatabaseSync {
  return connection as unknown as DatabaseSync
}

function make(kind: Kind): Pooled {
  const database = openDatabase(':memory:')
  migrate(database, SCHEMAS[kind])
  return { database, statements: new Map() }
}

function statement({ database, statements }: Pooled, sql: string): StatementSync {
  let prepared = statements.get(sql)
  if (!prepared) {
    prepared = database.prepare(sql)
    statements.set(sql, prepared)
  }
  return prepared
}
