/**
 * The client's half of OPAQUE (RFC 9807), in a worker thread: the stretching (Argon2id, 64 MiB) takes a third of a second and
 * is synchronous. The password goes to the worker and nowhere else.
 */
import { Worker } from 'node:worker_threads'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import type { OpaqueAnswer, OpaqueJob, OpaqueJobs } from './opaque-worker.ts'

export class PasswordWorker {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: OptiChatError): void }>()
  #count = 0
  #failed: OptiChatError | null = null

  constructor() {
    this.#worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './opaque-worker.ts' : './opaque-worker.js', import.meta.url))
    this.#worker.unref()
    this.#worker.on('message', (answer: OpaqueAnswer) => {
      const waiting = this.#waiting.get(answer.n)
      this.#waiting.delete(answer.n)
      if ('error' in answer) waiting?.reject(new OptiChatError('bad-frame', answer.error))
      else waiting?.resolve(answer.result)
    })
    this.#worker.on('error', (error) => this.#fail(asOptiChatError(error)))
    this.#worker.on('exit', () => this.#fail(new OptiChatError('internal', 'the password worker ended')))
  }

  /** First step of a registration: `request` goes to the registry, `state` to `finishRegistration`. */
  startRegistration(password: string): Promise<OpaqueJobs['startRegistration']['result']> {
    return this.#run('startRegistration', { password })
  }

  /** @returns the record for the registry. @throws OptiChatError `bad-frame` when the response is none. */
  finishRegistration(of: OpaqueJobs['finishRegistration']['input']): Promise<OpaqueJobs['finishRegistration']['result']> {
    return this.#run('finishRegistration', of)
  }

  /** First step of a login: `request` is KE1. */
  startLogin(password: string): Promise<OpaqueJobs['startLogin']['result']> {
    return this.#run('startLogin', { password })
  }

  /** @returns KE3 and the session key, or null when the password (or the name) is wrong. */
  finishLogin(of: OpaqueJobs['finishLogin']['input']): Promise<OpaqueJobs['finishLogin']['result']> {
    return this.#run('finishLogin', of)
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #run<J extends OpaqueJob>(job: J, input: OpaqueJobs[J]['input']): Promise<OpaqueJobs[J]['result']> {
    if (this.#failed) return Promise.reject(this.#failed)
    const n = ++this.#count
    // Kept alive only while there is something to wait for.
    this.#worker.ref()
    const result = new Promise((resolve, reject) => this.#waiting.set(n, { resolve, reject }))
    this.#worker.postMessage({ n, job, input })
    return result.finally(() => {
      if (this.#waiting.size === 0) this.#worker.unref()
    }) as Promise<OpaqueJobs[J]['result']>
  }

  #fail(error: OptiChatError): void {
    this.#failed ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#failed)
    this.#waiting.clear()
  }
}
