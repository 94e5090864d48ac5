import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSetup } from '../../../core/identity/opaque-registry.ts'
import { memoryPair } from '../../../core/link/memory.ts'
import { type Clock, systemClock } from '../../../core/protocol/clock.ts'
import type { Body, Registration, To } from '../../../core/protocol/messages.ts'
import { nameKey } from '../../../core/protocol/name.ts'
import type { Account } from '../../../core/registry/accounts.ts'
import { type Context, createContext } from '../../../core/registry/context.ts'
import { Hub } from '../../../core/registry/hub.ts'
import { newId } from '../../../core/registry/ids.ts'
import { Journal } from '../../../core/registry/journal.ts'
import type { RateTable } from '../../../core/registry/rates.ts'
import { localStore } from '../../../core/registry/store/local-store.ts'
import type { Store } from '../../../core/registry/store/store.ts'
import { openDatabase } from '../../../core/sqlite.ts'
import { TestClient } from './client.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'optichat-registry-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The fingerprint of the certificate that a device of this name shows. */
export const fingerprint = (device: string) => createHash('sha256').update(device).digest('hex')

export const text = (words: string): Body => ({ kind: 'text', text: words })

export const offer = (transfer: string): Body => ({ kind: 'offer', transfer, files: [{ path: 'a.txt', bytes: 5 }], count: 1, bytes: 5 })

let setup: Promise<string> | null = null

/** A whole registry with a real store, without a socket: clients come over links in memory. */
export class House {
  readonly context: Context
  readonly hub: Hub
  readonly lines: string[]
  readonly #clients: TestClient[] = []

  private constructor(context: Context, lines: string[]) {
    this.context = context
    this.hub = new Hub(context)
    this.lines = lines
  }

  static async open(options: {
    folder: string
    clock?: Clock
    store?: Store
    registration?: Registration
    rates?: RateTable
    relay?: boolean
  }): Promise<House> {
    const clock = options.clock ?? systemClock
    const store = options.store ?? localStore(openDatabase(join(options.folder, 'registry.sqlite')))
    const lines: string[] = []
    const journal = new Journal((line) => lines.push(line), clock)
    setup ??= createSetup()
    const snapshot = await store.load(newId())
    const { registration = 'open', rates, relay = true } = options
    const parts = { name: 'Test', setup: await setup, store, snapshot, clock, journal, registration, relay }
    return new House(createContext({ ...parts, ...(rates ? { rates } : {}) }), lines)
  }

  /** A connection of a device; it has said nothing yet. */
  connect(device: string = randomUUID()): TestClient {
    const [client, registry] = memoryPair({ fingerprints: [fingerprint(device), fingerprint('registry')] })
    this.hub.accept(registry)
    const connected = new TestClient(client)
    this.#clients.push(connected)
    return connected
  }

  /** A connection that has said hello. */
  async greet(device?: string): Promise<TestClient> {
    const client = this.connect(device)
    await client.ask('hello', { version: 1, device: device ?? 'test' })
    return client
  }

  /** An account with one enrolled device of its name; signing in with a password has tests of its own. */
  async user(name: string): Promise<Account> {
    const record = randomBytes(192).toString('base64url')
    const since = this.context.messages.head
    const account = await this.context.accounts.register({ id: newId(), name, nameKey: nameKey(name), record, since })
    await this.context.accounts.enrol(fingerprint(name), account, 'test')
    return account
  }

  async enrol(device: string, account: Account): Promise<void> {
    await this.context.accounts.enrol(fingerprint(device), account, 'test')
  }

  /** A user's device, synced. */
  async online(device: string, after = 0): Promise<TestClient> {
    const client = await this.greet(device)
    await client.sync(after)
    return client
  }

  async close(): Promise<void> {
    await this.hub.stop('registry-stopping')
    await this.context.store.close()
    this.context.journal.flush()
  }
}

/** Sends and answers the position. */
export async function say(client: TestClient, to: To, body: Body | string, id: string = randomUUID()): Promise<number> {
  return (await client.ask('send', { id, to, body: typeof body === 'string' ? text(body) : body })).position
}
