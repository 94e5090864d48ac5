/** Work on the database of a backup, in a thread of its own: it is synchronous and may take its time. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, OptiChatError } from '../protocol/errors.ts'

export interface DatabaseFacts {
  readonly registry: string
  /** Version of the tables. */
  readonly schema: number
  readonly users: number
  readonly messages: number
  /** Position of the newest message. */
  readonly head: number
}

export type DatabaseJob = { readonly from: string; readonly to: string } | { readonly inspect: string }
/** An error as its code: it would lose its class on the way. */
export type JobOutcome = { readonly result: DatabaseFacts | null } | { readonly code: ErrorCode; readonly detail: string | undefined }

async function inThread(workerData: DatabaseJob): Promise<DatabaseFacts | null> {
  const url = new URL(import.meta.url.endsWith('.ts') ? './backup-worker.ts' : './backup-worker.js', import.meta.url)
  const worker = new Worker(url, { workerData })
  const ended = once(worker, 'exit')
  const [outcome] = (await once(worker, 'message')) as [JobOutcome]
  await ended
  if ('code' in outcome) throw new OptiChatError(outcome.code, outcome.detail)
  return outcome.result
}

/** Copies a database that others may be writing to, as it is in one moment. @throws OptiChatError `registry-full`, `data-unreadable` */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await inThread({ from, to })
}

/** Looks at every page. @throws OptiChatError `backup-damaged`, `data-unreadable` */
export async function inspectDatabase(path: string): Promise<DatabaseFacts> {
  const facts = await inThread({ inspect: path })
  if (facts === null) throw new OptiChatError('internal', 'no facts')
  return facts
}
