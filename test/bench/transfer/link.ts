import { createLan } from '../../support/lan.ts'
import type { LanHost } from '../../support/lan-host.ts'
import { tryNamespace } from '../../support/lan-ip.ts'
import { hasProgram } from './carrier.ts'
import { type Place, Product } from './product.ts'

/** Seconds that iperf3 measures: as long as the product takes, about. */
const SECONDS = 5

/** Megabits a second through one cable. */
export interface Through {
  readonly iperf3: number
  readonly ours: number
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

  private constructor(lan: Awaited<ReturnType<typeof createLan>>, product: Product) {
    this.#lan = lan
    this.#product = product
  }

  static async start(folder: string): Promise<Link> {
    const lan = await createLan({ hosts: ['alice', 'bob'] })
    const place = ({ address, namespace }: LanHost): Place => ({ host: address, inside: ['ip', 'netns', 'exec', namespace] })
    try {
      return new Link(lan, await Product.start(folder, { alice: place(lan.host('alice')), bob: place(lan.host('bob')) }))
    } catch (error) {
      await lan.close()
      throw error
    }
  }

  /** @param rate of the cable, as tc has it: `1gbit` */
  async measure(rate: string, source: string, bytes: number, into: string): Promise<Through> {
    await this.#lan.host('alice').rate(rate)
    const iperf3 = await this.#iperf3()
    const { seconds } = await this.#product.hand(source, into)
    return { iperf3, ours: (bytes * 8) / 1e6 / seconds }
  }

  async close(): Promise<void> {
    await this.#product.close()
    await this.#lan.close()
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
