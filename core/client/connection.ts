/** Stays connected as one account: dials, says hello, syncs, and begins again when that ends, until it is stopped. */
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/messages.ts'
import type { EventFrame } from '../protocol/parse.ts'
import type { Absence, Connection, KnownRegistry, RegistryAddress } from './client.ts'
import { type Caller, sayHello } from './handshake.ts'
import type { Account } from './profile.ts'
import { type Locate, reach } from './reach.ts'
import { Backoff } from './reconnect.ts'
import type { Session } from './session.ts'
import { type Disturbance, Surroundings } from './surroundings.ts'

/** What trying again does not mend. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'registry-untrusted',
  'man-in-the-middle',
  'device-revoked',
  'not-signed-in',
  'protocol-version',
])
/** Says that the registry is not at this address (any more), not that it refuses us. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['registry-unreachable', 'registry-untrusted', 'not-optichat', 'timed-out'])
/** Milliseconds online after which a failure is a new one: a registry that ends each session at once is not knocked at without pause. */
const SETTLED = 10_000
/** Milliseconds for an answer when a machine that woke up, or moved, asks whether its link still lives. */
const PROBE_TIMEOUT = 4_000

interface Met {
  readonly session: Session
  readonly registry: KnownRegistry
}

export interface ConnectionHandlers {
  changed(state: Connection): void
  /** The position to catch up from. */
  after(): number
  /** The session is on; called before any of its events. Throwing ends it. */
  online(session: Session, start: Reply<'sync'>): void
  /** An event of the session. Throwing ends it with the error's code. */
  event(frame: EventFrame): void
  /** The session ended. */
  offline(): void
  /** The registry was met at another address, by its pin. */
  moved(registry: KnownRegistry): void
  /** This computer has other addresses than before, and the session is still on. */
  readdressed(session: Session): void
  /** This computer slept, or has other addresses than before. */
  disturbed(): void
  /** The registry says that this device is no longer signed in. */
  revoked(): void
}

export interface ConnectionOptions extends Caller {
  readonly random: () => number
  /** This computer's own addresses. */
  addresses(): readonly string[]
  /** Where else the registry may be, asked when its last address does not answer at once. */
  readonly locate?: Locate
}

export class StandingConnection {
  readonly #options: ConnectionOptions
  readonly #handlers: ConnectionHandlers
  readonly #backoff: Backoff
  readonly #waiters = new Set<{ resolve(session: Session): void; reject(error: OptiChatError): void }>()
  readonly #surroundings: Surroundings
  #account: Account
  #state: Connection
  #session: Session | null = null
  #attempt: AbortController | null = null
  #trying: Promise<void> | null = null
  #unsettle: (() => void) | null = null
  #running = false
  /** Since when and why there is no session, once there was one. */
  #absence: Absence | null = null

  constructor(account: Account, options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#account = account
    this.#options = options
    this.#handlers = handlers
    this.#backoff = new Backoff(options.clock, options.random)
    this.#state = { at: 'connecting', registry: account.registry }
    this.#surroundings = new Surroundings({
      clock: options.clock,
      addresses: () => options.addresses(),
      noticed: (what) => this.#disturbed(what),
    })
  }

  get state(): Connection {
    return this.#state
  }

  /** The session while online. */
  get session(): Session | null {
    return this.#session
  }

  /** Begins, and goes on by itself. Rejects with why the first attempt failed. */
  async start(): Promise<void> {
    if (this.#session) return
    this.#running = true
    await this.#try()
  }

  /** Begins with a session that has just signed in. */
  async adopt(session: Session): Promise<void> {
    this.#running = true
    try {
      await this.#enter(session)
    } catch (error) {
      throw this.#failed(asOptiChatError(error))
    }
  }

  /**
   * The session, as soon as there is one.
   * @throws OptiChatError `not-connected` after `millis`; why the registry refused; `not-connected` when stopped
   */
  ready(millis: number): Promise<Session> {
    if (this.#session) return Promise.resolve(this.#session)
    if (this.#state.at === 'refused') return Promise.reject(new OptiChatError(this.#state.code))
    if (!this.#running) return Promise.reject(new OptiChatError('not-connected'))
    return new Promise((resolve, reject) => {
      const settle = () => {
        cancel()
        this.#waiters.delete(waiter)
      }
      const waiter = {
        resolve: (session: Session) => {
          settle()
          resolve(session)
        },
        reject: (error: OptiChatError) => {
          settle()
          reject(error)
        },
      }
      const cancel = this.#options.clock.after(millis, () => waiter.reject(new OptiChatError('not-connected')))
      this.#waiters.add(waiter)
    })
  }

  /** Tries at once where it waits or was refused; asks whether the link still lives where it is on. */
  retryNow(): void {
    if (this.#session) this.#probe(this.#session)
    else if (this.#backoff.waiting) this.#backoff.now()
    // What comes of it is told as a state.
    else if (this.#running && this.#state.at === 'refused') void this.#try().catch(() => undefined)
  }

  /** Ends for good, but leaves the session, if there is one, to whoever asked. */
  release(): Session | null {
    this.#running = false
    const session = this.#session
    this.#leave()
    return session
  }

  /** Ends for good; resolves when the link is closed (or a second later). */
  async stop(): Promise<void> {
    this.#running = false
    this.#surroundings.close()
    this.#backoff.cancel()
    this.#attempt?.abort()
    const session = this.#session
    this.#leave()
    for (const waiter of [...this.#waiters]) waiter.reject(new OptiChatError('not-connected'))
    if (!session) return
    session.close()
    let cancel: () => void = () => undefined
    await Promise.race([session.gone, new Promise<void>((resolve) => (cancel = this.#options.clock.after(1_000, resolve)))])
    cancel()
  }

  /** One attempt at a time: who asks while one is under way gets that one. */
  #try(): Promise<void> {
    this.#backoff.cancel()
    this.#trying ??= this.#attemptOnce().finally(() => {
      this.#trying = null
    })
    return this.#trying
  }

  async #attemptOnce(): Promise<void> {
    this.#set({ at: 'connecting', registry: this.#account.registry, ...this.#away })
    const attempt = new AbortController()
    this.#attempt = attempt
    try {
      await this.#enter(await this.#reach(attempt.signal))
    } catch (error) {
      throw this.#failed(asOptiChatError(error))
    } finally {
      if (this.#attempt === attempt) this.#attempt = null
    }
  }

  /** At the last address, or wherever `locate` says that the same registry may be. */
  async #reach(signal: AbortSignal): Promise<Session> {
    const { locate, clock } = this.#options
    const known = this.#account.registry
    const greet = (address: RegistryAddress, until: AbortSignal) => this.#greet(address, until)
    const isElsewhere = ({ code }: OptiChatError) => ELSEWHERE.has(code)
    const discard = ({ session }: Met) => session.close()
    const met = locate ? await reach({ known, clock, signal, locate, greet, discard, isElsewhere }) : await greet(known, signal)
    const { session, registry } = met
    if (registry.host !== known.host || registry.port !== known.port || registry.name !== known.name) {
      this.#account = { ...this.#account, registry }
      this.#handlers.moved(registry)
    }
    return session
  }

  async #greet(address: RegistryAddress, signal: AbortSignal): Promise<Met> {
    const { session, registry, user } = await sayHello(this.#options, address, signal)
    const known = this.#account.registry
    const refuse = (code: ErrorCode) => {
      session.close()
      return new OptiChatError(code)
    }
    if (!this.#running) throw refuse('cancelled')
    if (registry.id !== known.id) throw refuse('registry-untrusted')
    if (!user) throw refuse('device-revoked')
    if (user.id !== this.#account.user.id) throw refuse('not-signed-in')
    return { session, registry }
  }

  async #enter(session: Session): Promise<void> {
    if (!this.#running) {
      session.close()
      throw new OptiChatError('cancelled')
    }
    let entered = false
    session.listen({
      event: (frame) => {
        if (this.#session === session) this.#handlers.event(frame)
      },
      ended: (code) => {
        // Until it is on, its end is this attempt's failure.
        if (!entered || this.#session !== session) return
        this.#absent(code)
        this.#leave()
        this.#failed(new OptiChatError(code))
      },
    })
    try {
      await session.request(
        'sync',
        { after: this.#handlers.after() },
        {
          arrived: (start) => {
            if (!this.#running) throw new OptiChatError('cancelled')
            this.#session = session
            this.#unsettle = this.#options.clock.after(SETTLED, () => this.#backoff.reset(), true)
            this.#handlers.online(session, start)
            const absence = this.#absence && { ...this.#absence, until: this.#options.clock.now() }
            this.#absence = null
            this.#set({ at: 'online', registry: this.#account.registry, ...(absence ? { away: absence } : {}) })
            for (const waiter of [...this.#waiters]) waiter.resolve(session)
          },
        },
      )
      if (session.ended) throw new OptiChatError('not-connected')
      entered = true
    } catch (error) {
      this.#leave()
      session.close()
      throw session.why && asOptiChatError(error).code === 'not-connected' ? new OptiChatError(session.why) : error
    }
  }

  #leave(): void {
    this.#unsettle?.()
    this.#unsettle = null
    if (!this.#session) return
    this.#session = null
    this.#handlers.offline()
  }

  /** After an attempt or a session failed: waits or gives up. */
  #failed(error: OptiChatError): OptiChatError {
    if (!this.#running) return error
    const registry = this.#account.registry
    if (FINAL.has(error.code)) {
      if (error.code === 'device-revoked') this.#handlers.revoked()
      this.#set({ at: 'refused', registry, code: error.code })
      for (const waiter of [...this.#waiters]) waiter.reject(new OptiChatError(error.code))
    } else {
      // What comes of it is told as a state.
      const retryAt = this.#backoff.schedule(() => void this.#try().catch(() => undefined), error.retryAfter)
      this.#set({ at: 'waiting', registry, retryAt, code: error.code, ...this.#away })
    }
    return error
  }

  /** A session that was on ended. What happened to this computer explains more than what the link says of it. */
  #absent(code: ErrorCode): void {
    const { now } = this.#options.clock
    const disturbance = this.#surroundings.recent()
    // A clock that was set back since would make it a time to come.
    this.#absence = { since: Math.min(disturbance?.since ?? now(), now()), code: disturbance?.code ?? code }
  }

  get #away(): { away?: Absence } {
    return this.#absence ? { away: this.#absence } : {}
  }

  #disturbed({ code }: Disturbance): void {
    this.#handlers.disturbed()
    if (this.#backoff.waiting) {
      const retryAt = this.#backoff.soon()
      if (this.#state.at === 'waiting') this.#set({ ...this.#state, retryAt })
    }
    const session = this.#session
    if (!session) return
    this.#probe(session, () => {
      if (code === 'address-changed' && this.#session === session) this.#handlers.readdressed(session)
    })
  }

  /** A timeout ends the session, and the rest follows. */
  #probe(session: Session, alive: () => void = () => undefined): void {
    session.request('receipt', {}, { timeout: PROBE_TIMEOUT }).then(alive, () => undefined)
  }

  #set(state: Connection): void {
    this.#state = state
    this.#handlers.changed(state)
  }
}
