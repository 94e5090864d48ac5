/** The thread of the worker store: opens the database, commits batches, closes it. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../protocol/clock.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { type DatabaseSync, openDatabase } from '../../sqlite.ts'
import { giveBackWhenQuiet } from '../give-back.ts'
import type { CommitReport } from '../metrics.ts'
import { type Asked, type Done, readable, SqliteOperations } from './sqlite-operations.ts'
import type { Appended } from './store.ts'
import { packOutcomes, travellingError, unpack } from './travel.ts'
import type { FromWorker, ToWorker } from './worker-store.ts'

const send = (message: FromWorker) => parentPort?.postMessage(message)

/** The codes that tell of the disk, not of what was asked for. */
const DISK_TROUBLE: ReadonlySet<string> = new Set(['registry-full', 'data-unreadable', 'internal'])

function reportOf(batch: readonly Asked[], outcomes: readonly Done[]): Pick<CommitReport, 'rows' | 'messages' | 'wrote' | 'failed'> {
  let messages = 0
  let wrote = false
  let failed: CommitReport['failed'] = null
  for (const [index, done] of outcomes.entries()) {
    const operation = batch[index]?.operation
    if ('error' in done) {
      if (DISK_TROUBLE.has(done.error.code)) failed = done.error.code
    } else {
      if (operation !== 'load' && operation !== 'page') wrote = true
      if (operation === 'append' && !(done.result as Appended).repeated) messages++
    }
  }
  return { rows: batch.length, messages, wrote, failed }
}

function serve(operations: SqliteOperations): void {
  const work = (batch: readonly Asked[]) => {
    const commits = operations.commits
    const start = performance.now()
    const outcomes = operations.run(batch)
    const seconds = (performance.now() - start) / 1_000
    send({
      outcomes: packOutcomes(batch, outcomes),
      report: { ...reportOf(batch, outcomes), seconds, commits: operations.commits - commits },
    })
  }

  parentPort?.on('message', (message: ToWorker) => {
    if ('batch' in message) work(unpack(message.batch))
    else {
      operations.close()
      send({ closed: true })
    }
  })
}

/**
 * Looks at the structure of every page: a tenth of a second for 100,000 messages. A damaged database is told of at the start, by name,
 * not in the middle of somebody's catching up, and nothing is written to it.
 * @throws OptiChatError `data-unreadable`
 */
function openSound(path: string): DatabaseSync {
  const database = openDatabase(path)
  try {
    const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
    if (found === 'ok') return database
    throw new OptiChatError('data-unreadable', `${path} is damaged, put a backup back: ${found.replace(/\s+/g, ' ')}`)
  } catch (error) {
    database.close()
    throw error
  }
}

try {
  serve(new SqliteOperations(openSound((workerData as { path: string }).path)))
  giveBackWhenQuiet(systemClock)
  send({ opened: true })
} catch (error) {
  send({ failed: travellingError(readable(error)) })
}
