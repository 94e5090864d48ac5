/** A transfer that the registry passes on, on a virtual LAN of four computers, beside two people who talk. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createLan } from '../support/lan.ts'
import type { LanHost } from '../support/lan-host.ts'
import { type Place, Product } from './transfer/product.ts'
import { Side } from './transfer/side.ts'
import { largeFile } from './transfer/sources.ts'

/** Lets out what the computer itself begins, and in nothing but answers to that. */
const CLOSED = ['ct state established,related accept', 'iif lo accept', 'oif eth0 accept', 'drop']
/** Milliseconds between two messages. */
const GAP = 20
/** Messages of one talk: some four seconds. */
const MESSAGES = 200

/** Milliseconds from sending each message. */
interface Talk {
  readonly acknowledged: readonly number[]
  readonly arrivals: readonly number[]
}

export interface RelayRound {
  /** Seconds from its acceptance until bytes come: the other ways are tried first. */
  readonly toFirst: number
  /** From then on. */
  readonly mibPerSecond: number
  /** Seconds of the registry's processor time for a GiB, less what the talk alone took in as long a time. */
  readonly cpuPerGib: number
  readonly quiet: Talk
  readonly beside: Talk
}

export async function relayRounds(options: { mib: number; rounds: number; folder: string }): Promise<RelayRound[]> {
  const { mib, folder } = options
  const lan = await createLan({ hosts: ['registry', 'alice', 'bob', 'carol'] })
  const place = ({ address, namespace }: LanHost): Place => ({ host: address, inside: ['ip', 'netns', 'exec', namespace] })
  const [desk, alice, bob, carol] = lan.hosts.map(place)
  if (!desk || !alice || !bob || !carol) throw new Error('the LAN is not whole')
  for (const name of ['alice', 'bob']) await lan.host(name).firewall(CLOSED)
  const talker = new Side(carol.inside, join(import.meta.dirname, 'relay-talker.script.mjs'))
  let product: Product | null = null
  try {
    product = await Product.start(folder, { alice, bob, registry: desk })
    const { registry } = product
    const address = await registry.ready
    await talker.ask('join', { profile: join(folder, 'talker'), address, host: carol.host })
    const talk = () => talker.ask<Talk>('talk', { messages: MESSAGES, gap: GAP })
    const cpu = () => registry.usage()?.cpu ?? Number.NaN
    const came = async () => Number((await lan.host('registry').run('cat', ['/sys/class/net/eth0/statistics/rx_bytes'])).stdout)
    const source = largeFile(join(folder, 'relayed.bin'), mib)
    await talk()
    const rounds: RelayRound[] = []
    for (let round = 0; round < options.rounds; round++) {
      const [cpuBefore, began] = [cpu(), performance.now()]
      const quiet = await talk()
      const cpuOfTalk = (cpu() - cpuBefore) / ((performance.now() - began) / 1000)
      const into = join(folder, `into-${round}`)
      mkdirSync(into)
      const [cpuAt, bytesAt] = [cpu(), await came()]
      // The talk may be shorter than the transfer, never longer: all of it is beside.
      const [handed, beside] = await Promise.all([product.hand(source, into), talk()])
      if ((await came()) - bytesAt < mib * 2 ** 20) throw new Error('it did not go through the registry')
      const cpuPerGib = ((cpu() - cpuAt - cpuOfTalk * Math.min(handed.seconds, (MESSAGES * GAP) / 1000)) / mib) * 1024
      rounds.push({
        toFirst: handed.toFirst / 1000,
        mibPerSecond: mib / ((handed.toEnd - handed.toFirst) / 1000),
        cpuPerGib,
        quiet,
        beside,
      })
    }
    return rounds
  } finally {
    await talker.close()
    await product?.close()
    await lan.close()
  }
}
