/** The thread in which databases of backups are copied and looked at: its end closes them for sure, statements and all. */
import { parentPort, workerData } from 'node:worker_threads'
import { OptiChatError } from '../protocol/errors.ts'
import { openDatabase, openForReading } from '../sqlite.ts'
import type { DatabaseFacts, DatabaseJob, JobOutcome } from './backup-thread.ts'
import { SCHEMA } from './store/schema.ts'
import { readable } from './store/sqlite-operations.ts'

function copy(from: string, to: string): null {
  const database = openDatabase(from)
  try {
    database.prepare('VACUUM INTO ?').run(to)
    return null
  } finally {
    database.close()
  }
}

function inspect(path: string): DatabaseFacts {
  const damaged = (what: string) => new OptiChatError('backup-damaged', `${path}: ${what.replace(/\s+/g, ' ')}`)
  const database = openForReading(path)
  try {
    const one = <T>(sql: string) => Object.values(database.prepare(sql).get() ?? {})[0] as T
    const integrity = one<string>('PRAGMA integrity_check(1)')
    if (integrity !== 'ok') throw damaged(integrity)
    const schema = one<number>('PRAGMA user_version')
    if (schema > SCHEMA.length) throw damaged(`a newer OptiChat made it (schema ${schema})`)
    return {
      registry: one<string>("SELECT value FROM facts WHERE name = 'registry'"),
      schema,
      users: one<number>('SELECT count(*) FROM users'),
      messages: one<number>('SELECT count(*) FROM messages'),
      head: one<number | null>('SELECT max(position) FROM messages') ?? 0,
    }
  } catch (error) {
    throw error instanceof OptiChatError ? error : damaged((error as Error).message)
  } finally {
    database.close()
  }
}

function work(job: DatabaseJob): JobOutcome {
  try {
    return { result: 'to' in job ? copy(job.from, job.to) : inspect(job.inspect) }
  } catch (error) {
    const { code, detail } = readable(error)
    return { code, detail }
  }
}

parentPort?.postMessage(work(workerData as DatabaseJob))
