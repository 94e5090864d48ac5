import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../support/wait.ts'
import { RegistryProcess } from '../registry-process.ts'
import { longestOwn } from './own-stall.ts'
import { Side, type SideUsage, type SideWatched, type Stall } from './side.ts'

/** One person's program while it handed over: of its event loop also the longest stall of its own. */
type Share = Omit<SideWatched, 'stalls'> & { readonly own: number }

export interface Handed {
  /** Seconds from the offer being made until the receiver has all, checked, synced and in place. */
  readonly seconds: number
  /** Milliseconds from the receiver's acceptance to the first bytes it told of, and to the end. */
  readonly toFirst: number
  readonly toEnd: number
  /** Of both people's processes; the registry's share is next to nothing. */
  readonly cpu: number
  readonly sender: Share
  readonly receiver: Share
  /** MiB that each had just before. */
  readonly before: { readonly sender: number; readonly receiver: number }
}

/** A computer that somebody is at. */
export interface Place {
  readonly host: string
  /** Before a program, where that is not here: `ip netns exec …`. */
  readonly inside: readonly string[]
}

export interface Places {
  readonly alice: Place
  readonly bob: Place
  readonly registry?: Place
}

const HERE: Place = { host: '127.0.0.1', inside: [] }

/** The whole product: a registry, alice and bob, each a process. */
export class Product {
  readonly registry: RegistryProcess
  readonly #alice: Side
  readonly #bob: Side
  /** Does nothing. */
  readonly #witness: Side
  #bobId = ''

  private constructor(registry: RegistryProcess, alice: Side, bob: Side) {
    this.#witness = new Side([], join(import.meta.dirname, 'witness.script.mjs'))
    this.registry = registry
    this.#alice = alice
    this.#bob = bob
  }

  /** The registry runs where alice is, unless it has a place of its own. */
  static async start(folder: string, places: Places = { alice: HERE, bob: HERE }): Promise<Product> {
    const registry = new RegistryProcess(join(folder, 'registry'), 0, places.registry ?? places.alice)
    const { host, port } = await registry.ready
    const product = new Product(registry, new Side(places.alice.inside), new Side(places.bob.inside))
    const join_ = (side: Side, name: 'alice' | 'bob') =>
      side.ask('join', { profile: join(folder, name), name, address: { host, port }, host: places[name].host })
    await join_(product.#alice, 'alice')
    await join_(product.#bob, 'bob')
    product.#bobId = (await product.#bob.ask<{ id: string }>('who')).id
    await until(
      'alice sees bob',
      async () => {
        const { online } = await product.#alice.ask<{ online: [string, string][] }>('who')
        return online.some(([name]) => name === 'bob')
      },
      30_000,
    )
    // Their engines start with the first transfer; the servers of the others run before they are measured, too.
    const [first, into] = [join(folder, 'first.txt'), join(folder, 'into')]
    writeFileSync(first, 'first')
    mkdirSync(into)
    await product.hand(first, into)
    return product
  }

  async hand(source: string, into: string): Promise<Handed> {
    const [alice, bob] = [this.#alice, this.#bob]
    await bob.ask('receiveInto', { folder: into })
    bob.forget()
    const [a0, b0] = await Promise.all([alice.ask<SideUsage>('begin'), bob.ask<SideUsage>('begin'), this.#witness.ask('begin')])
    const { began } = await alice.ask<{ began: number }>('offer', { to: this.#bobId, path: source })
    const accepted = await bob.next('accepted')
    const end = await bob.next('done', 'failed')
    if (end.event === 'failed') throw new Error(`the transfer failed: ${end.code}`)
    const first = await bob.next('first')
    const [a, b, witness] = await Promise.all([
      alice.ask<SideWatched>('end'),
      bob.ask<SideWatched>('end'),
      this.#witness.ask<{ stalls: readonly Stall[] }>('end'),
    ])
    const [sender, receiver] = [a, b].map(({ stalls, ...rest }) => ({ ...rest, own: longestOwn(stalls, witness.stalls) })) as [Share, Share]
    return {
      seconds: (end.at - began) / 1000,
      toFirst: first.at - accepted.at,
      toEnd: end.at - accepted.at,
      cpu: sender.cpu - a0.cpu + receiver.cpu - b0.cpu,
      sender,
      receiver,
      before: { sender: a0.held, receiver: b0.held },
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#alice.close(), this.#bob.close(), this.#witness.close()])
    await this.registry.end('SIGTERM')
  }
}
