/**
 * The registry's help for a doctor: who reaches whom. It has nobody dialled but where the asker itself is, as its socket shows; of
 * what was found there, nobody learns more than whether the asker's own certificate was seen.
 */
import { randomUUID } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import type { Probe } from '../link/probe.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { EventOf, Outcome, Reply, Request } from '../protocol/messages.ts'
import { nameKey } from '../protocol/name.ts'
import type { Accounts } from './accounts.ts'
import { dialableEndpoints } from './endpoints.ts'
import type { Journal } from './journal.ts'
import { MAX_REACHES, OPEN_REMEMBERED, PROBE_PATIENCE } from './limits.ts'
import type { Rates } from './rates.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

type Probed = Request<'probed'>

export interface ReachesOptions {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly rates: Rates
  readonly journal: Journal
  readonly probe: Probe
  /** This machine's own addresses: what is dialled there says nothing about its firewall. Default: those it has now. */
  ownAddresses?(): readonly string[]
}

/** Stands for the registry's own address, as whoever reads it has it. */
const OWN = '*'

export class Reaches {
  readonly #o: ReachesOptions
  readonly #asked = new Map<string, { readonly session: Session; answer(probed: Probed): void }>()
  #running = 0
  #open: { readonly at: number; readonly answer: Promise<boolean | null> } | null = null
  /** Whether a question was heard by multicast; put here by whoever listens for them. */
  listener: ((token: string) => boolean) | null = null

  constructor(options: ReachesOptions) {
    this.#o = options
  }

  heard(token: string): boolean | null {
    return this.listener?.(token) ?? null
  }

  /**
   * Dials the asker where it is seen, has a device of `user` do the same, and dials that.
   * @throws OptiChatError `slow-down`, `not-signed-in`, `user-unknown`, `peer-away`, `timed-out` (that device said nothing)
   */
  async reach(asker: Session, port: number, user?: string): Promise<Reply<'reach'>> {
    this.#o.rates.take('reach', asker.address)
    const peer = user === undefined ? null : this.#deviceOf(user, asker)
    if (this.#running >= MAX_REACHES) throw new OptiChatError('slow-down', undefined, { retryAfter: PROBE_PATIENCE })
    this.#running++
    try {
      const { address: seen, fingerprint } = asker
      const who = asker.account?.name ?? 'somebody'
      if (peer)
        this.#o.journal.line`${who} (${seen}) and ${peer.name} (${peer.session.address}) try whether they reach each other, for a doctor`
      else this.#o.journal.line`${who} at ${seen} is dialled, for its doctor`
      const [registry, other] = await Promise.all([
        this.#dial(asker, port),
        peer?.session && this.#ask(peer.session, { peer: { fingerprint, endpoints: this.#endpointsOf(asker, [`*:${port}`]) } }),
      ])
      if (!peer || !other) return { seen, registry }
      const { session, name } = peer
      const endpoints = this.#endpointsOf(session, other.endpoints)
      const [, theirPort] = /:(\d+)$/.exec(endpoints[0] ?? '') ?? []
      return {
        seen,
        registry,
        peer: {
          name,
          fingerprint: session.fingerprint,
          platform: other.platform,
          seen: session.address,
          endpoints,
          outcome: other.outcome,
          registry: theirPort === undefined ? 'none' : await this.#dial(session, Number(theirPort)),
        },
      }
    } finally {
      this.#running--
    }
  }

  /** What a device says that was asked; of anything else nothing is made. */
  probed(session: Session, probed: Probed): void {
    const asked = this.#asked.get(probed.probe)
    if (asked?.session === session) asked.answer(probed)
  }

  /**
   * Whether some other computer on the network can open a connection to this registry just now: one that is connected is asked to try it
   * anew. Null: there is none, or it says nothing.
   * @param but the address of who wants to know
   */
  openToOthers(but: string): Promise<boolean | null> {
    const now = this.#o.clock.elapsed()
    if (!this.#open || now - this.#open.at > OPEN_REMEMBERED) this.#open = { at: now, answer: this.#tryOpen(but) }
    return this.#open.answer
  }

  async #tryOpen(but: string): Promise<boolean | null> {
    const other = [...this.#o.sessions.synced()].find((session) => session.address !== but && !this.#isHere(session.address))
    if (!other) return null
    try {
      const { outcome } = await this.#ask(other, {})
      return outcome === 'none' ? null : outcome === 'reached'
    } catch {
      // That it cannot even say so over the connection it has means that nothing comes through any more.
      return false
    }
  }

  #deviceOf(user: string, asker: Session): { session: Session; name: string } {
    if (!asker.account) throw new OptiChatError('not-signed-in')
    const account = this.#o.accounts.named(nameKey(user))
    if (!account || account.gone !== null) throw new OptiChatError('user-unknown', user)
    const session = [...account.sessions].find((one) => one.stream !== null && one.fingerprint !== asker.fingerprint)
    if (!session) throw new OptiChatError('peer-away', account.name)
    this.#o.rates.take('reach', `for ${account.id}`)
    return { session, name: account.name }
  }

  #ask(session: Session, what: Omit<EventOf<'probe'>, 'probe'>): Promise<Probed> {
    const probe = randomUUID()
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        cancel()
        this.#asked.delete(probe)
        finish()
      }
      const cancel = this.#o.clock.after(PROBE_PATIENCE, () => settle(() => reject(new OptiChatError('timed-out', session.account?.name))))
      this.#asked.set(probe, { session, answer: (probed) => settle(() => resolve(probed)) })
      session.event('probe', { probe, ...what })
    })
  }

  /** Where somebody can be dialled: at the address its socket shows, whatever it says itself. */
  #endpointsOf(session: Session, endpoints: readonly string[]): string[] {
    const ports = endpoints.map((endpoint) => endpoint.replace(/^.*:/, `${OWN}:`))
    return this.#isHere(session.address) ? [...new Set(ports)] : dialableEndpoints(ports, session.address)
  }

  async #dial({ address, fingerprint }: Session, port: number): Promise<Outcome> {
    if (this.#isHere(address) || dialableEndpoints([`*:${port}`], address).length === 0) return 'none'
    const { probe, clock } = this.#o
    return probe({ host: address.replace(/^::ffff:(?=\d+\.)/i, ''), port, fingerprint, clock })
  }

  #isHere(address: string): boolean {
    return /^(127\.|::1$)/.test(address) || (this.#o.ownAddresses ?? machineAddresses)().includes(address)
  }
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((interfaces) => (interfaces ?? []).map(({ address }) => address))
}
