/** The thread of the worker store: opens the database, commits batches, closes it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { OptiChatError } from '../../protocol/errors.ts'
import { openDatabase } from '../../sqlite.ts'
import { type Asked, readable, SqliteOperations } from './sqlite-operations.ts'
import type { FromWorker, ToWorker, Travelling } from './worker-store.ts'

const send = (message: FromWorker) => parentPort?.postMessage(message)
const travelling = (error: OptiChatError): Travelling => ({ code: error.code, detail: error.detail })

function serve(operations: SqliteOperations): void {
  let waiting: Asked[] = []

  // Batches that came while the last commit waited for the disk are committed together.
  const flush = () => {
    const batch = waiting
    waiting = []
    if (batch.length > 0) {
      send({ outcomes: operations.run(batch).map((done) => ('error' in done ? travelling(done.error) : { result: done.result })) })
    }
  }

  parentPort?.on('message', (message: ToWorker) => {
    if ('batch' in message) {
      if (waiting.length === 0) setImmediate(flush)
      waiting = waiting.concat(message.batch)
    } else {
      flush()
      operations.close()
      send({ closed: true })
    }
  })
}

try {
  serve(new SqliteOperations(openDatabase((workerData as { path: string }).path)))
  send({ opened: true })
} catch (error) {
  send({ failed: travelling(readable(error)) })
}
