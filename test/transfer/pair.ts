/** Two real engines on 127.0.0.1, and what a registry would do between them: tickets for both. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Identity } from '../../core/identity/certificate.ts'
import type { Ticket } from '../../core/protocol/messages.ts'
import type { EngineEvents, OfferSummary, TransferEngine } from '../../core/transfer/engine.ts'
import { startEngine } from '../../core/transfer/start.ts'
import { identityOf } from '../support/identities.ts'
import { PATIENCE, until } from '../support/wait.ts'
import { Wire } from './wire-tap.ts'

export type Told = { [E in keyof EngineEvents]: { event: E; what: EngineEvents[E][0] } }[keyof EngineEvents]

const ALL: (keyof EngineEvents)[] = [
  'listening',
  'progress',
  'connected',
  'unreachable',
  'verifying',
  'received',
  'failed',
  'sending',
  'sent',
  'sendingFailed',
  'paused',
  'sendingPaused',
]

/** An engine and all it has told. */
export class Party {
  readonly name: string
  readonly identity: Identity
  readonly engine: TransferEngine
  readonly told: Told[] = []

  private constructor(name: string, identity: Identity, engine: TransferEngine) {
    this.name = name
    this.identity = identity
    this.engine = engine
    for (const event of ALL) engine.on(event, (...[what]: EngineEvents[keyof EngineEvents]) => this.told.push({ event, what } as Told))
  }

  static async start(name: string): Promise<Party> {
    const identity = await identityOf(name)
    return new Party(name, identity, await startEngine({ identity, listen: { host: '127.0.0.1' } }))
  }

  get endpoint(): string {
    return `127.0.0.1:${this.engine.port}`
  }

  all<E extends keyof EngineEvents>(event: E, transfer?: string): EngineEvents[E][0][] {
    const found: EngineEvents[E][0][] = []
    for (const { event: name, what } of this.told) {
      if (name === event && (!transfer || ('transfer' in what && what.transfer === transfer))) found.push(what as EngineEvents[E][0])
    }
    return found
  }

  /** The first such event, told or to come. */
  one<E extends keyof EngineEvents>(event: E, transfer?: string, millis = PATIENCE): Promise<EngineEvents[E][0]> {
    return until(`${this.name}: ${event}`, () => this.all(event, transfer)[0], millis).catch((error: Error) => {
      throw new Error(`${error.message}; told was ${JSON.stringify(this.told.slice(-5))}`)
    })
  }
}

export interface TicketPair {
  readonly sender: Ticket
  readonly receiver: Ticket
}

/** Both halves of one permission, as a registry hands them out. `endpoints`: where the receiver is told that the sender listens. */
export function ticketsFor(
  transfer: string,
  sender: Pick<Party, 'name' | 'identity' | 'endpoint'>,
  receiver: Pick<Party, 'name' | 'identity' | 'endpoint'>,
  options: { endpoints?: string[]; lifetime?: number } = {},
): TicketPair {
  const half = { id: randomUUID(), secret: randomBytes(32).toString('base64url'), transfer, lifetime: options.lifetime ?? 20_000 }
  const peer = (party: Pick<Party, 'name' | 'identity' | 'endpoint'>, endpoints: string[]) => ({
    user: party.name.padEnd(22, '-'),
    fingerprint: party.identity.fingerprint,
    endpoints,
  })
  return {
    sender: { ...half, peer: peer(receiver, [receiver.endpoint]) },
    receiver: { ...half, peer: peer(sender, options.endpoints ?? [sender.endpoint]) },
  }
}

/** Folders and engines of one test, all gone after it. */
export class Stage {
  readonly #folders: string[] = []
  readonly #closers: (() => Promise<void> | void)[] = []

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'optichat-transfer-'))
    this.#folders.push(folder)
    return folder
  }

  async party(name: string): Promise<Party> {
    const party = await Party.start(name)
    this.#closers.push(() => party.engine.close())
    return party
  }

  /** Something between a receiver and this sender that counts bytes and can be cut. */
  async wire(to: Party): Promise<Wire> {
    const wire = await Wire.to(to.engine.port)
    this.#closers.push(() => wire.close())
    return wire
  }

  onClose(run: () => Promise<void> | void): void {
    this.#closers.push(run)
  }

  async close(): Promise<void> {
    for (const run of this.#closers.reverse()) await run()
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true })
  }
}

/** What a test between two engines has in its hands. */
export interface Between {
  readonly stage: Stage
  readonly alice: Party
  readonly bob: Party
  /** Folders of this test: to send from, and to receive into. */
  readonly from: string
  readonly into: string
}

/** For a whole `describe`: two engines that its tests share; `each` is called before each test, with a stage and folders of its own. */
export function between(each: (now: Between) => void): void {
  const house = new Stage()
  let stage: Stage
  let [alice, bob]: Party[] = []
  before(async () => {
    ;[alice, bob] = await Promise.all([house.party('alice'), house.party('bob')])
  })
  after(() => house.close())
  beforeEach(() => {
    stage = new Stage()
    if (!alice || !bob) throw new Error('the engines did not start')
    each({ stage, alice, bob, from: stage.folder(), into: stage.folder() })
  })
  afterEach(() => stage.close())
}

/** Serves `paths` from one to the other, as after an accepted offer; answers the transfer's id and the offer. */
export async function handOver(
  sender: Party,
  receiver: Party,
  paths: string[],
  into: string,
  options: { transfer?: string; endpoints?: string[]; lifetime?: number } = {},
): Promise<{ transfer: string; offer: OfferSummary; tickets: TicketPair }> {
  const transfer = options.transfer ?? randomUUID()
  const offer = await sender.engine.serve(transfer, paths)
  const tickets = ticketsFor(transfer, sender, receiver, options)
  sender.engine.admit(tickets.sender)
  receiver.engine.fetch({ ticket: tickets.receiver, into, expect: { bytes: offer.bytes, count: offer.count } })
  return { transfer, offer, tickets }
}
