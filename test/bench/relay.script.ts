/**
 * `npm run bench:relay -- [--mib 1024] [--rounds 3]`: a file goes through the registry, as both ends are behind firewalls, while two others
 * talk: what a relayed GiB costs the registry, and whether their messages feel it. By turns with the same talk in quiet.
 */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { relayRounds } from './relay.ts'
import { option, quantile, tell } from './results.ts'

const options = { mib: option('mib', 1_024), rounds: option('rounds', 3) }
const root = await mkdtemp(join(process.env.OPTICHAT_BENCH_DISK ?? tmpdir(), 'optichat-relay-'))
try {
  const rounds = await relayRounds({ ...options, folder: root })
  const median = (values: readonly number[]) => quantile(values, 0.5)
  const told = (pick: (round: (typeof rounds)[number]) => readonly number[]) => {
    const values = rounds.flatMap(pick)
    return `p50 ${quantile(values, 0.5).toFixed(1)}, p99 ${quantile(values, 0.99).toFixed(1)}, most ${Math.max(...values).toFixed(1)} ms (${values.length})`
  }
  tell(
    'relay',
    [
      ['until it moves, as the other ways are tried first', `${median(rounds.map(({ toFirst }) => toFirst)).toFixed(1)} s`],
      [`relayed ${options.mib} MiB`, `${median(rounds.map(({ mibPerSecond }) => mibPerSecond)).toFixed(0)} MiB/s`],
      ['the registry’s processor time for it', `${median(rounds.map(({ cpuPerGib }) => cpuPerGib)).toFixed(2)} s a GiB`],
      ['a message in quiet, acknowledged', told(({ quiet }) => quiet.acknowledged)],
      ['a message beside it, acknowledged', told(({ beside }) => beside.acknowledged)],
      ['a message in quiet, arrived', told(({ quiet }) => quiet.arrivals)],
      ['a message beside it, arrived', told(({ beside }) => beside.arrivals)],
    ],
    { options, rounds },
  )
} finally {
  rmSync(root, { recursive: true, force: true })
}
