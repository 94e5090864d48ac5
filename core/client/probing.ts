/** Answers the doctors of others: dials where the registry says, listens for a while, and says what came of it. */
import type { Identity } from '../identity/certificate.ts'
import { listenForProbes, probeDevice } from '../link/probe.ts'
import type { Clock } from '../protocol/clock.ts'
import { PROBE_LISTENING, REGISTRY_ALPN } from '../protocol/limits.ts'
import type { EventOf, Outcome } from '../protocol/messages.ts'
import type { KnownRegistry } from './client.ts'
import { parseDialable } from './dialable.ts'
import type { Session } from './session.ts'

/** Answers at once; more are left unanswered, whoever asks for them. */
const MOST_AT_ONCE = 4
/** Milliseconds over which, at most, MOST_IN_A_WHILE are answered: a registry cannot make a scanner of this device. */
const WHILE = 60_000
const MOST_IN_A_WHILE = 30

export interface ProbingOptions {
  readonly identity: Identity
  readonly clock: Clock
  /** The one address to listen on, where it is not all of them. */
  readonly host?: string
}

export class Probing {
  readonly #o: ProbingOptions
  readonly #listening = new Set<() => void>()
  #running = 0
  #answered: number[] = []

  constructor(options: ProbingOptions) {
    this.#o = options
  }

  async answer(session: Session, registry: KnownRegistry, { probe, peer }: EventOf<'probe'>): Promise<void> {
    if (!this.#admits()) return
    this.#running++
    try {
      const endpoints = peer ? [`*:${await this.#listen()}`] : []
      const outcome = peer
        ? await this.#dialFirst(peer.endpoints, peer.fingerprint, session.link.remoteAddress)
        : await this.#dial(session.link.remoteAddress, registry.port, registry.fingerprint, REGISTRY_ALPN)
      if (!session.ended) await session.request('probed', { probe, outcome, platform: process.platform, endpoints })
    } catch (error) {
      // The link may end while this is under way; then nobody waits for the answer either.
      if (!session.ended) throw error
    } finally {
      this.#running--
    }
  }

  close(): void {
    for (const stop of this.#listening) stop()
  }

  #admits(): boolean {
    const now = this.#o.clock.elapsed()
    this.#answered = this.#answered.filter((at) => now - at < WHILE)
    if (this.#running >= MOST_AT_ONCE || this.#answered.length >= MOST_IN_A_WHILE) return false
    this.#answered.push(now)
    return true
  }

  /** Listens for PROBE_LISTENING; answers the port. */
  async #listen(): Promise<number> {
    const { identity, clock, host } = this.#o
    const server = await listenForProbes(identity, host)
    const stop = () => {
      cancel()
      this.#listening.delete(stop)
      server.close()
    }
    const cancel = clock.after(PROBE_LISTENING, stop, true)
    this.#listening.add(stop)
    return server.port
  }

  async #dialFirst(endpoints: readonly string[], fingerprint: string, registry: string): Promise<Outcome> {
    const [target] = endpoints.map((endpoint) => parseDialable(endpoint, registry)).filter((one) => one !== null)
    return target ? this.#dial(target.host, target.port, fingerprint) : 'none'
  }

  #dial(host: string, port: number, fingerprint: string, alpn?: string): Promise<Outcome> {
    return probeDevice({ host, port, fingerprint, clock: this.#o.clock, ...(alpn === undefined ? {} : { alpn }) })
  }
}
