import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createLan } from '../../support/lan.ts'
import type { LanHost } from '../../support/lan-host.ts'
import { tryNamespace } from '../../support/lan-ip.ts'
import { barePeers } from './bare.ts'
import { type CarrierGroup, hasProgram } from './carrier.ts'
import { prepare } from './prepare.ts'
import { type Place, Product } from './product.ts'

/** Seconds that iperf3 measures: as long as the product takes, about. */
const SECONDS = 5

/** Megabits a second through one cable. */
export interface Through {
  readonly iperf3: number
  readonly ours: number
  /** Node's TLS alone: see bare.ts. */
  readonly bare: number
}

/** Why no links can be measured here, or null. */
export function noLinks(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'root on Linux'
  if (!hasProgram('iperf3')) return 'iperf3'
  return tryNamespace()
}

/** Two computers and a switch in a LAN of their own, with the product on them; the cable of one is as fast as is asked for. */
export class Link {
  readonly #lan: Awaited<ReturnType<typeof createLan>>
  readonly #product: Product
  readonly #bare: CarrierGroup
  readonly #folder: string
  /** Where the last file went. */
  #last: string | null = null
  #runs = 0

  private constructor(lan: Awaited<ReturnType<typeof createLan>>, product: Product, bare: CarrierGroup, folder: string) {
    this.#lan = lan
    this.#product = product
    this.#bare = bare
    this.#folder = folder
  }

  static async start(folder: string): Promise<Link> {
    const lan = await createLan({ hosts: ['alice', 'bob'] })
    const place = ({ address, namespace }: LanHost): Place => ({ host: address, inside: ['ip', 'netns', 'exec', namespace] })
    const places = { alice: place(lan.host('alice')), bob: place(lan.host('bob')) }
    try {
      const product = await Product.start(folder, places)
      return new Link(lan, product, await barePeers(folder, places), folder)
    } catch (error) {
      await lan.close()
      throw error
    }
  }

  /**
   * The two carry the file by turns, whoever was second before begins.
   * @param rate of the cable, as tc has it: `1gbit`
   */
  async measure(rate: string, source: string, bytes: number): Promise<Through> {
    await this.#lan.host('alice').rate(rate)
    const iperf3 = await this.#iperf3()
    const carried = { ours: Number.NaN, bare: Number.NaN }
    const ways = {
      ours: async (into: string) => (await this.#product.hand(source, into)).seconds,
      bare: async (into: string) => {
        const began = performance.now()
        await this.#bare.peers[0]?.bring(source, into)
        execFileSync('sync', ['-f', into])
        return (performance.now() - began) / 1000
      },
    }
    for (const who of this.#runs++ % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
      carried[who] = (bytes * 8) / 1e6 / (await ways[who](this.#into(who, source)))
    }
    return { iperf3, ...carried }
  }

  async close(): Promise<void> {
    this.#bare.close()
    await this.#product.close()
    await this.#lan.close()
  }

  /** A fresh folder, and all prepared. */
  #into(who: string, source: string): string {
    const into = join(this.#folder, `${who}-${this.#runs}`)
    mkdirSync(into)
    prepare(source, this.#last)
    this.#last = into
    return into
  }

  /** From alice to bob, as the file goes. */
  async #iperf3(): Promise<number> {
    const [alice, bob] = [this.#lan.host('alice'), this.#lan.host('bob')]
    const server = bob.spawn('iperf3', ['--server', '--one-off', '--forceflush'])
    await server.line('listening')
    const { code, stdout, stderr } = await alice.run('iperf3', ['--client', bob.address, '--time', `${SECONDS}`, '--json'])
    await server.ended
    if (code !== 0) throw new Error(`iperf3 ended with ${code}: ${stderr}${stdout}`)
    return (JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } }).end.sum_received.bits_per_second / 1e6
  }
}
