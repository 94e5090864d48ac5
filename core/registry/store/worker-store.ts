/** The store in a worker thread, so that an fsync never holds up the registry's event loop. */
import { Worker } from 'node:worker_threads'
import { asOptiChatError, OptiChatError } from '../../protocol/errors.ts'
import type { CommitReport } from '../metrics.ts'
import { GroupCommit, storeOver } from './group-commit.ts'
import type { Asked } from './sqlite-operations.ts'
import type { Store } from './store.ts'
import { arrivedError, type Batch, pack, type Travelling, type travellingError, unpackOutcomes } from './travel.ts'

export type ToWorker = { readonly batch: Batch } | { readonly close: true }
export type FromWorker =
  | { readonly opened: true }
  | { readonly outcomes: Travelling[]; readonly report: CommitReport }
  | { readonly closed: true }
  | { readonly failed: ReturnType<typeof travellingError> }

export interface WorkerStoreOptions {
  /** Path of the database. */
  readonly path: string
  /** The worker ended by itself: nothing is stored any more, everything asked for is rejected. Called at most once, after `workerStore` resolved. */
  onBroken(error: OptiChatError): void
  /** Told after each batch. */
  onCommit?(report: CommitReport): void
}

/** @throws OptiChatError `data-unreadable`, `data-in-use` */
export async function workerStore(options: WorkerStoreOptions): Promise<Store> {
  const url = new URL(import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js', import.meta.url)
  const worker = new Worker(url, { workerData: { path: options.path } })
  const send = (message: ToWorker) => worker.postMessage(message)
  /** What is in the worker's hands. */
  let under: readonly Asked[] = []
  const commit = new GroupCommit((batch) => {
    under = batch
    send({ batch: pack(batch) })
  })
  let opened = false
  let closing = false
  let reportClosed: () => void = () => undefined

  await new Promise<void>((resolve, reject) => {
    const broken = (error: OptiChatError) => {
      if (!opened) return reject(error)
      commit.fail(error)
      reportClosed()
      if (!closing) options.onBroken(error)
      closing = true
    }
    worker.on('message', (message: FromWorker) => {
      if ('outcomes' in message) {
        options.onCommit?.(message.report)
        commit.done(unpackOutcomes(under, message.outcomes))
      } else if ('closed' in message) reportClosed()
      else if ('failed' in message) broken(arrivedError(message.failed))
      else {
        opened = true
        resolve()
      }
    })
    worker.on('error', (error) => broken(asOptiChatError(error)))
    worker.on('exit', (code) => {
      if (!closing) broken(new OptiChatError('internal', `the store's thread ended (${code})`))
    })
  })

  return storeOver(commit, async () => {
    if (closing) return
    await commit.finish()
    closing = true
    await new Promise<void>((resolve) => {
      reportClosed = resolve
      send({ close: true })
    })
    await worker.terminate()
  })
}
