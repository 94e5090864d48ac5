/** What a profile can do for the doctor: who it is, and the registry's help, over a session of its own. Works signed out, as far as that goes. */
import { createIdentity, type Identity } from '../identity/certificate.ts'
import { listenForProbes, probeDevice } from '../link/probe.ts'
import { dialWebSocket } from '../link/websocket.ts'
import { type Clock, systemClock } from '../protocol/clock.ts'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import { MAX_NAME } from '../protocol/limits.ts'
import type { Outcome, Reply } from '../protocol/messages.ts'
import type { KnownRegistry, RegistryAddress, User } from './client.ts'
import { parseDialable } from './dialable.ts'
import { type Caller, sayHello } from './handshake.ts'
import { Profile } from './profile.ts'
import type { Session } from './session.ts'

/** Times the clock is asked for: the quickest answer tells it best. */
const CLOCK_QUESTIONS = 3

/** Milliseconds for an answer of `reach`: three dials one after another, and the way. */
const REACH_TIMEOUT = 20_000

/** Opens a profile folder for the doctor. @throws OptiChatError `data-unreadable`, `data-in-use` */
export async function openHelp(options: { profile: string; clock?: Clock }): Promise<DoctorHelp> {
  return new DoctorHelp(await Profile.open(options.profile), options.clock ?? systemClock)
}

export class DoctorHelp {
  readonly #profile: Profile
  readonly #clock: Clock
  readonly registry: KnownRegistry | null
  readonly user: User | null

  constructor(profile: Profile, clock: Clock) {
    this.#profile = profile
    this.#clock = clock
    const account = profile.account()
    this.registry = account && (profile.registry(account.registry.id) ?? account.registry)
    this.user = account?.user ?? null
  }

  /** The registry that was last met at an address. */
  knownAt(address: RegistryAddress): KnownRegistry | null {
    return this.#profile.registryAt(address)
  }

  /**
   * Connects and says hello. One that shows another certificate than `pin` is asked for its name by nobody in particular.
   * @throws OptiChatError `registry-unreachable`, `not-optichat`, `protocol-version`, `slow-down`, `cancelled`, …
   */
  async meet({ host, port }: RegistryAddress, pin: string | null, signal: AbortSignal): Promise<Meeting> {
    try {
      const address = { host, port, ...(pin === null ? {} : { fingerprint: pin }) }
      const { session, registry, user } = await sayHello(this.#caller(this.#profile.identity), address, signal)
      return new Meeting(session, this.#clock, this.#profile.identity, registry, user ?? null, true)
    } catch (error) {
      if (pin === null || asOptiChatError(error).code !== 'registry-untrusted') throw error
      const nobody = await createIdentity('OptiChat doctor')
      const { session, registry } = await sayHello(this.#caller(nobody), { host, port }, signal)
      return new Meeting(session, this.#clock, nobody, registry, null, false)
    }
  }

  async close(): Promise<void> {
    this.#profile.close()
  }

  #caller(identity: Identity): Caller {
    return { dial: (of) => dialWebSocket({ ...of, clock: this.#clock }), identity, device: 'optichat doctor', clock: this.#clock }
  }
}

/** A registry that said hello. */
class Meeting {
  readonly #session: Session
  readonly #clock: Clock
  readonly #identity: Identity
  readonly id: string
  readonly name: string
  readonly fingerprint: string
  readonly user: { readonly name: string } | null
  /** False: it is not the one that was expected. */
  readonly trusted: boolean

  constructor(
    session: Session,
    clock: Clock,
    identity: Identity,
    registry: KnownRegistry,
    user: { name: string } | null,
    trusted: boolean,
  ) {
    this.#session = session
    this.#clock = clock
    this.#identity = identity
    this.id = registry.id
    this.name = registry.name
    this.fingerprint = registry.fingerprint
    this.user = user
    this.trusted = trusted
  }

  /** Milliseconds by which the clock here is ahead, to within half of the quickest answer's time (RFC 5905 §8, in small). */
  async clockAhead(): Promise<number> {
    let best = { took: Number.POSITIVE_INFINITY, ahead: 0 }
    for (let question = 0; question < CLOCK_QUESTIONS; question++) {
      const began = this.#clock.elapsed()
      const { now } = await this.#session.request('clock', {})
      const took = this.#clock.elapsed() - began
      if (took < best.took) best = { took, ahead: this.#clock.now() - took / 2 - now }
    }
    return Math.round(best.ahead)
  }

  async heard(token: string): Promise<boolean | null> {
    return (await this.#session.request('heard', { token })).heard
  }

  /**
   * Has the registry, and a device of `user`, dial this one, and dials that device.
   * @throws OptiChatError `user-unknown`, `peer-away`, `timed-out`, `slow-down`, `not-signed-in`
   */
  async reach(user?: string): Promise<ReachReport> {
    if (user !== undefined && (user === '' || user.length > MAX_NAME)) throw new OptiChatError('user-unknown')
    const server = await listenForProbes(this.#identity)
    try {
      const request = { port: server.port, ...(user === undefined ? {} : { user }) }
      const { seen, registry, peer } = await this.#session.request('reach', request, { timeout: REACH_TIMEOUT })
      return { seen, fromRegistry: registry, ...(peer ? { peer: await this.#dialBack(peer) } : {}) }
    } finally {
      server.close()
    }
  }

  close(): void {
    this.#session.close()
  }

  async #dialBack(peer: NonNullable<Reply<'reach'>['peer']>): Promise<PeerReport> {
    const { name, platform, seen, endpoints, outcome, registry, fingerprint } = peer
    const [target] = endpoints.map((one) => parseDialable(one, this.#session.link.remoteAddress)).filter((one) => one !== null)
    const fromUs: Outcome = target ? await probeDevice({ ...target, fingerprint, clock: this.#clock }) : 'none'
    return { name, platform, seen, toUs: outcome, fromUs, fromRegistry: registry, address: target?.host ?? null }
  }
}

export interface ReachReport {
  /** This computer's address as the registry sees it. */
  readonly seen: string
  readonly fromRegistry: Outcome
  readonly peer?: PeerReport
}

export interface PeerReport {
  readonly name: string
  readonly platform: string
  readonly seen: string
  readonly toUs: Outcome
  readonly fromUs: Outcome
  readonly fromRegistry: Outcome
  readonly address: string | null
}
