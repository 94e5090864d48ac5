/** The transfer engine, started when a file is first to move, and the registry's knowledge of where it listens. */
import { OptiChatError } from '../protocol/errors.ts'
import type { Caps, EngineEvents, TransferEngine } from '../transfer/engine.ts'
import type { Session } from './session.ts'

type Listeners = { [E in keyof EngineEvents]?: (...args: EngineEvents[E]) => void }

export class EngineRoom {
  readonly #start: () => Promise<TransferEngine>
  readonly #fault: (error: unknown) => void
  readonly #endpoints: (port: number) => string[]
  readonly #caps: () => Caps
  readonly #started: () => void
  readonly #listeners: Listeners[] = []
  #starting: Promise<TransferEngine> | null = null
  #running: TransferEngine | null = null
  #closed = false
  #declared = new WeakMap<Session, Promise<unknown>>()

  /**
   * @param options.caps how fast it may be; asked when it starts and at `recap`
   * @param options.started told whenever one has started
   * @param options.fault told when a listener could not do its work (the disk is full, say)
   */
  constructor(options: {
    start(): Promise<TransferEngine>
    endpoints(port: number): string[]
    caps(): Caps
    started(): void
    fault(error: unknown): void
  }) {
    this.#fault = options.fault
    this.#start = options.start
    this.#endpoints = options.endpoints
    this.#caps = () => options.caps()
    this.#started = () => options.started()
  }

  /** The engine if it runs: what nobody started has nothing to stop. */
  get running(): TransferEngine | null {
    return this.#running
  }

  /** Says who hears the engine; before it starts. */
  hear(listeners: Listeners): void {
    this.#listeners.push(listeners)
  }

  /** The engine, started if need be. A failed start is tried again at the next call. */
  ready(): Promise<TransferEngine> {
    if (this.#closed) return Promise.reject(new OptiChatError('cancelled'))
    this.#starting ??= this.#run().catch((error) => {
      this.#starting = null
      throw error
    })
    return this.#starting
  }

  /** Starts the engine if need be and makes sure that this session's registry knows its endpoints. */
  async meet(session: Session): Promise<TransferEngine> {
    const engine = await this.ready()
    let declared = this.#declared.get(session)
    if (!declared) {
      declared = session.request('endpoints', { endpoints: this.#endpoints(engine.port) })
      this.#declared.set(session, declared)
    }
    await declared
    return engine
  }

  /** Tells a session's registry where this device can be dialled now, if it was ever told. */
  async readdress(session: Session): Promise<void> {
    if (!this.#declared.delete(session)) return
    try {
      await this.meet(session)
    } catch (error) {
      if (!session.ended) throw error
    }
  }

  /** The caps may be others than before. */
  recap(): void {
    this.#running?.cap(this.#caps())
  }

  async close(): Promise<void> {
    this.#closed = true
    const engine = await this.#starting?.catch(() => null)
    await engine?.close()
    this.#running = null
  }

  async #run(): Promise<TransferEngine> {
    const engine = await this.#start()
    // First of all: what the others do about it meets a new one.
    engine.on('died', () => {
      this.#starting = null
      this.#running = null
      this.#declared = new WeakMap()
    })
    for (const listeners of this.#listeners)
      for (const event of Object.keys(listeners) as (keyof EngineEvents)[]) this.#attach(engine, event, listeners)
    this.#running = engine
    this.recap()
    this.#started()
    return engine
  }

  #attach<E extends keyof EngineEvents>(engine: TransferEngine, event: E, listeners: Listeners): void {
    const listener = listeners[event]
    if (!listener) return
    engine.on(event, (...args: EngineEvents[E]) => {
      try {
        listener(...args)
      } catch (error) {
        this.#fault(error)
      }
    })
  }
}
