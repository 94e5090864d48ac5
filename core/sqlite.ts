/** SQLite for the registry and the client: one API (`node:sqlite`'s), whichever of the two implementations this runtime has. */
import { createRequire } from 'node:module'
import type * as sqlite from '@photostructure/sqlite'
import { OptiChatError } from './protocol/errors.ts'
import { because } from './protocol/reasons.ts'

export type DatabaseSync = InstanceType<typeof sqlite.DatabaseSync>
export type StatementSync = ReturnType<DatabaseSync['prepare']>

/** Node 22.5 and later (Electron's too) bring `node:sqlite`; on older ones a native package has the same API. */
function implementation(): typeof sqlite.DatabaseSync {
  const builtin = process.getBuiltinModule?.('node:sqlite' as string) as typeof sqlite | undefined
  // The first versions of node:sqlite cannot say whether a transaction is open.
  if (builtin && 'isTransaction' in builtin.DatabaseSync.prototype) return builtin.DatabaseSync
  return (createRequire(import.meta.url)('@photostructure/sqlite') as typeof sqlite).DatabaseSync
}

/**
 * Opens or creates a database in WAL mode with foreign keys on; a lock held by somebody else is waited for up to 5 seconds.
 * Commits are durable when they return (synchronous=FULL).
 * @throws OptiChatError `data-in-use` when another process holds it exclusively, `data-unreadable` when it is none or unreachable.
 */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new (implementation())(path)
    database.exec('PRAGMA busy_timeout = 5000')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA foreign_keys = ON')
    return database
  } catch (cause) {
    database?.close()
    throw unusable(path, cause)
  }
}

/**
 * Opens a database that nobody writes to, for reading.
 * @throws OptiChatError `data-in-use`, `data-unreadable`
 */
export function openForReading(path: string): DatabaseSync {
  try {
    return new (implementation())(path, { readOnly: true })
  } catch (cause) {
    throw unusable(path, cause)
  }
}

function unusable(path: string, cause: unknown): OptiChatError {
  const why = cause instanceof Error ? cause.message : String(cause)
  if (/database is locked/.test(why)) return new OptiChatError('data-in-use', path, { cause })
  return new OptiChatError('data-unreadable', because('system', { path, message: why }), { cause })
}

/**
 * Takes a lock that the operating system frees when this process ends, however it ends; holds between processes and within one.
 * @returns what frees it
 * @throws OptiChatError `data-in-use` when somebody has it, `data-unreadable` when the file cannot be made.
 */
export function lockFile(path: string): () => void {
  let database: DatabaseSync | undefined
  try {
    database = new (implementation())(path)
    database.exec('PRAGMA busy_timeout = 200')
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return () => held.close()
  } catch (cause) {
    database?.close()
    throw unusable(path, cause)
  }
}

/** Runs `work` in one transaction: all of it is committed, or none and the error is thrown on. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite itself has rolled back after some errors (a full disk): then there is no transaction left to end.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/**
 * Brings a database to the newest schema. `steps[i]` leads from version i to i + 1 (`PRAGMA user_version`), each in a transaction and
 * once, however many processes open it at the same time.
 * @throws OptiChatError `data-unreadable` when a newer program made it.
 */
export function migrate(database: DatabaseSync, steps: readonly string[]): void {
  const versionNow = () => Number(database.prepare('PRAGMA user_version').get()?.user_version)
  const version = versionNow()
  if (version > steps.length) throw new OptiChatError('data-unreadable', because('newer-version', { version }))
  for (const [index, step] of steps.entries()) {
    if (index < version) continue
    transaction(database, () => {
      // Another process was quicker.
      if (versionNow() > index) return
      database.exec(step)
      database.exec(`PRAGMA user_version = ${index + 1}`)
    })
  }
}
