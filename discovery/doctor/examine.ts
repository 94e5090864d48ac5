/** One examination: the checks in their order, each with a limit of its own, until all is done or somebody stops it. */
import { type Clock, systemClock } from '../../core/protocol/clock.ts'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import { approach } from './approach.ts'
import { diagnose } from './diagnose.ts'
import type { Evidence, Target } from './evidence.ts'
import { CHECKS, type CheckId, type CheckView, type DoctorView } from './finding.ts'
import type { Address, Help, Meeting } from './help.ts'
import { type Probes, realProbes } from './probes.ts'
import { Surveyor } from './surveyor.ts'

export interface ExamineOptions {
  readonly help: Help
  /** The interface that the person chose, a name or an address. */
  readonly chosen?: string | null
  /** The registry that the person typed. Default: the profile's, else the one that is found. */
  readonly registry?: Address & { readonly fingerprint?: string }
  /** The name of a person to whom the way is looked at. */
  readonly peer?: string | null
  /** False: nothing is sent or heard by multicast. Default: true. */
  readonly discovery?: boolean
  /** Each change, as a whole. */
  changed?(view: DoctorView): void
  readonly clock?: Clock
  readonly probes?: Probes
}

export interface Examination {
  readonly view: DoctorView
  /** Resolves with the last view, done or cancelled; never rejects for what it finds. */
  readonly done: Promise<DoctorView>
  stop(): void
}

/** Milliseconds each check may take; what is not known by then is left out. */
const LIMITS: Readonly<Record<CheckId, number>> = {
  interfaces: 8_000,
  registry: 30_000,
  certificate: 1_000,
  clock: 5_000,
  multicast: 5_000,
  inbound: 10_000,
  peer: 25_000,
}

/** Milliseconds to wait for the registry's answer by multicast. */
const HEAR = 1_200

export function examine(options: ExamineOptions): Examination {
  const clock = options.clock ?? systemClock
  const examiner = new Examiner(options, clock, options.probes ?? realProbes(clock))
  const done = examiner.run()
  return {
    get view() {
      return examiner.view
    },
    done,
    stop: () => examiner.stop(),
  }
}

class Examiner {
  readonly #o: ExamineOptions
  readonly #clock: Clock
  readonly #probes: Probes
  readonly #stopping = new AbortController()
  readonly #checks = new Map<CheckId, CheckView>(CHECKS.map((id) => [id, { id, state: 'waiting' }]))
  #state: DoctorView['state'] = 'running'
  #evidence: Evidence
  #meeting: Meeting | null = null

  constructor(options: ExamineOptions, clock: Clock, probes: Probes) {
    this.#o = options
    this.#clock = clock
    this.#probes = probes
    this.#evidence = {
      // Until it is read: no fix is told before it is.
      system: { platform: process.platform, firewall: 'unknown', program: process.execPath, publicNetworks: [] },
      chosen: options.chosen ?? null,
      wanted: options.peer ?? null,
      me: options.help.user?.name ?? null,
    }
  }

  get view(): DoctorView {
    const { target } = this.#evidence
    const name = this.#evidence.meeting?.met ? this.#evidence.meeting.name : target?.name
    return {
      state: this.#state,
      registry: target ? { host: target.host, port: target.port, ...(name ? { name } : {}) } : null,
      peer: this.#evidence.wanted,
      checks: [...this.#checks.values()],
      findings: diagnose(this.#evidence),
    }
  }

  stop(): void {
    this.#stopping.abort()
  }

  async run(): Promise<DoctorView> {
    const { signal } = this.#stopping
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    const target = await this.#target()
    const surveyor = new Surveyor(this.#probes, this.#clock, this.#o.discovery === false || isLoopback(target?.host))
    try {
      await Promise.race([this.#all(surveyor, target), stopped])
    } finally {
      this.#meeting?.close()
      await surveyor.close()
    }
    this.#state = signal.aborted ? 'cancelled' : 'done'
    for (const check of this.#checks.values()) if (check.state !== 'done') this.#check(check.id, 'skipped')
    this.#tell()
    return this.view
  }

  async #all(surveyor: Surveyor, known: Target | null): Promise<void> {
    await this.#step('interfaces', async () => {
      const chosen = this.#evidence.chosen
      const [system, interfaces] = await Promise.all([this.#probes.system(), this.#probes.interfaces(chosen)])
      this.#note({ system, interfaces })
    })
    await this.#step('registry', async (signal) => {
      const { help, clock } = { help: this.#o.help, clock: this.#clock }
      this.#meeting = await approach({ known, help, clock, probes: this.#probes, surveyor, signal, note: (seen) => this.#note(seen) })
    })
    const meeting = this.#meeting
    if (!meeting) return
    await this.#step('certificate', async () => undefined)
    if (!meeting.trusted) return
    await this.#step('clock', async () => this.#note({ ahead: await meeting.clockAhead() }))
    if (surveyor.listens) await this.#step('multicast', () => this.#multicast(surveyor, meeting))
    await this.#step('inbound', () => this.#inbound(meeting))
    if (this.#evidence.wanted !== null && meeting.user) await this.#step('peer', () => this.#peer(meeting))
  }

  /** Which registry is meant, where that is known before looking. */
  async #target(): Promise<Target | null> {
    const { registry: typed, help } = this.#o
    if (typed) {
      const { host, port } = typed
      const known = help.knownAt(typed)
      const name = known?.name
      return { host, port, source: 'typed', pin: typed.fingerprint ?? known?.fingerprint ?? null, known, ...(name ? { name } : {}) }
    }
    const known = help.registry
    return known && { host: known.host, port: known.port, source: 'known', pin: known.fingerprint, name: known.name, known }
  }

  async #multicast(surveyor: Surveyor, meeting: Meeting): Promise<void> {
    await surveyor.ask('heard')
    // A question takes its time through a switch that sleeps; and when it is asked, the registry says aloud that it was.
    const out = await meeting.heard(surveyor.token)
    const answer = await surveyor.answer((one) => one.fingerprint === meeting.fingerprint, HEAR)
    this.#note({ ...surveyor.seen(), multicast: { out, in: answer !== null, listens: out !== null } })
  }

  async #inbound(meeting: Meeting): Promise<void> {
    // The way to a person tells this by the way.
    if (this.#evidence.wanted !== null && meeting.user) return
    this.#note({ reach: await meeting.reach() })
  }

  async #peer(meeting: Meeting): Promise<void> {
    try {
      const { peer, ...reach } = await meeting.reach(this.#evidence.wanted ?? undefined)
      if (!peer) return
      const route = await this.#probes.route(peer.address ?? peer.seen)
      this.#note({ reach, peer: { ...peer, route, neighbour: await this.#probes.neighbour(peer.seen) } })
    } catch (error) {
      this.#note({ refused: asOptiChatError(error).code })
      // At least whether anybody reaches this computer.
      this.#note({ reach: await meeting.reach() })
    }
  }

  /** Does a check until it is done, its time is over, or all is stopped. What it could not find out is left out. */
  async #step(id: CheckId, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#check(id, 'running')
    const began = this.#clock.elapsed()
    const step = new AbortController()
    let over: () => void = () => undefined
    const late = new Promise<void>((resolve) => {
      over = () => {
        step.abort()
        resolve()
      }
    })
    const cancel = this.#clock.after(LIMITS[id], over)
    this.#stopping.signal.addEventListener('abort', over, { once: true })
    try {
      await Promise.race([work(step.signal), late])
    } catch (error) {
      // What fails in the middle of it (the registry ends the connection, say) leaves what was seen before.
      if (asOptiChatError(error).code === 'internal') throw error
    } finally {
      cancel()
      this.#stopping.signal.removeEventListener('abort', over)
    }
    if (!this.#stopping.signal.aborted) this.#check(id, 'done', Math.round(this.#clock.elapsed() - began))
  }

  #check(id: CheckId, state: CheckView['state'], millis?: number): void {
    this.#checks.set(id, { id, state, ...(millis === undefined ? {} : { millis }) })
    this.#tell()
  }

  #note(seen: Partial<Evidence>): void {
    if (this.#stopping.signal.aborted) return
    this.#evidence = { ...this.#evidence, ...seen }
    this.#tell()
  }

  #tell(): void {
    this.#o.changed?.(this.view)
  }
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(127\.|::1$|localhost$)/.test(host)
}
