import { Worker } from 'node:worker_threads'
import { OptiChatError } from '../protocol/errors.ts'
import type { EngineEvents, EngineOptions, OfferSummary, TransferEngine } from './engine.ts'
import { YOUNG_MEMORY } from './limits.ts'
import type { Command, EngineEvent, Report, WorkerSetup } from './thread.ts'

/** Milliseconds that `close` waits for files and sockets before it ends the thread with force; all it had is on disk either way. */
const CLOSE_TIMEOUT = 10_000

/**
 * Starts the engine's thread and its peer server.
 * @throws OptiChatError `port-taken`, `interface-unknown`, `internal`
 */
export function startEngine(options: EngineOptions): Promise<TransferEngine> {
  const { identity, listen, cap = {} } = options
  const setup: WorkerSetup = { identity, host: listen?.host, port: listen?.port ?? 0, cap }
  const file = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  return EngineFace.start(new Worker(file, { workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEMORY } }))
}

type Listener = (...args: unknown[]) => void

interface Pending {
  resolve(value: OfferSummary | undefined): void
  reject(error: OptiChatError): void
}

/** The engine as the main thread sees it. When the thread dies, all that it was doing fails with `internal`: nothing waits for ever. */
export class EngineFace implements TransferEngine {
  port = 0
  readonly #worker: Worker
  readonly #listeners = new Map<keyof EngineEvents, Set<Listener>>()
  readonly #pending = new Map<number, Pending>()
  /** What would hang if the thread died: transfers being received, and tickets being sent on. */
  readonly #receiving = new Set<string>()
  readonly #sending = new Map<string, { readonly transfer: string; readonly user: string }>()
  readonly #exited: Promise<void>
  #dead: OptiChatError | null = null
  #closing: Promise<void> | null = null
  #n = 0

  private constructor(worker: Worker) {
    this.#worker = worker
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()))
  }

  /** @param worker runs worker.ts, or in tests something that speaks like it */
  static start(worker: Worker): Promise<TransferEngine> {
    const face = new EngineFace(worker)
    return new Promise((resolve, reject) => {
      worker.on('message', (report: Report) => {
        if (report.say === 'ready') {
          face.port = report.port
          resolve(face)
          /** Later, so that whoever awaits the engine can subscribe first. */
          setImmediate(() => face.#tell({ event: 'listening', args: [{ port: report.port }] }))
        } else if (report.say === 'refused') reject(new OptiChatError(report.code, report.about))
        else face.#report(report)
      })
      worker.on('error', (cause) => {
        face.#die(new OptiChatError('internal', `the transfer engine stopped: ${cause.message}`, { cause }))
        reject(face.#dead)
      })
      worker.on('exit', (code) => {
        face.#die(new OptiChatError('internal', `the transfer engine ended with ${code}`))
        reject(face.#dead)
      })
    })
  }

  on<E extends keyof EngineEvents>(event: E, listener: (...args: EngineEvents[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners)
    /** `#tell` calls those of one event with that event's arguments only. */
    const stored = listener as unknown as Listener
    listeners.add(stored)
    return () => listeners.delete(stored)
  }

  async serve(transfer: string, paths: readonly string[]): Promise<OfferSummary> {
    return (await this.#ask((n) => ({ do: 'serve', n, transfer, paths }))) as OfferSummary
  }

  unserve(transfer: string): void {
    this.#send({ do: 'unserve', transfer })
  }

  admit(ticket: Parameters<TransferEngine['admit']>[0]): void {
    this.#send({ do: 'admit', ticket })
  }

  dialBack(ticket: string): void {
    this.#send({ do: 'dialBack', ticket })
  }

  relay(call: Parameters<TransferEngine['relay']>[0]): void {
    this.#send({ do: 'relay', call })
  }

  cap(caps: Parameters<TransferEngine['cap']>[0]): void {
    this.#send({ do: 'cap', caps })
  }

  nudge(): void {
    this.#send({ do: 'nudge' })
  }

  fetch({ ticket, into, expect }: Parameters<TransferEngine['fetch']>[0]): void {
    const { transfer } = ticket
    if (this.#closing) return
    this.#receiving.add(transfer)
    if (this.#dead) setImmediate(() => this.#failReceiving(transfer, this.#dead as OptiChatError))
    else this.#send({ do: 'fetch', ticket, into, expect })
  }

  async stop(transfer: string, { into, remove }: { into: string; remove: boolean }): Promise<void> {
    await this.#ask((n) => ({ do: 'stop', n, transfer, into, remove }))
    this.#receiving.delete(transfer)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#send({ do: 'close' })
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT)
    await this.#exited
    clearTimeout(timer)
  }

  #send(command: Command): void {
    if (!this.#dead) this.#worker.postMessage(command)
  }

  #ask(command: (n: number) => Command): Promise<OfferSummary | undefined> {
    if (this.#dead) return Promise.reject(this.#dead)
    const n = ++this.#n
    return new Promise((resolve, reject) => {
      this.#pending.set(n, { resolve, reject })
      this.#send(command(n))
    })
  }

  #report(report: Exclude<Report, { say: 'ready' | 'refused' }>): void {
    if (report.say === 'event') {
      this.#note(report.what)
      const { event } = report.what
      if (!this.#closing || event === 'received' || event === 'sent') this.#tell(report.what)
      return
    }
    const pending = this.#pending.get(report.n)
    this.#pending.delete(report.n)
    if (report.say === 'served') pending?.resolve(report.summary)
    else if (report.say === 'stopped') pending?.resolve(undefined)
    else pending?.reject(new OptiChatError(report.code, report.about))
  }

  #note(what: EngineEvent): void {
    if (what.event === 'received' || what.event === 'failed') this.#receiving.delete(what.args[0].transfer)
    else if (what.event === 'sent' || what.event === 'sendingFailed') this.#sending.delete(what.args[0].ticket)
    else if (what.event === 'sending') this.#sending.set(what.args[0].ticket, what.args[0])
  }

  #tell({ event, args }: EngineEvent): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args)
  }

  #failReceiving(transfer: string, { code, message }: OptiChatError): void {
    if (this.#receiving.delete(transfer)) this.#tell({ event: 'failed', args: [{ transfer, code, message }] })
  }

  #die(error: OptiChatError): void {
    if (this.#dead) return
    this.#dead = error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
    if (this.#closing) return
    for (const transfer of [...this.#receiving]) this.#failReceiving(transfer, error)
    for (const [ticket, { transfer, user }] of this.#sending) {
      this.#tell({ event: 'sendingFailed', args: [{ transfer, ticket, user, code: error.code, message: error.message }] })
    }
    this.#sending.clear()
    this.#tell({ event: 'died', args: [{ code: error.code, message: error.message }] })
  }
}
