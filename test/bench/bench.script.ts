/**
 * `npm run bench [-- --only NAME,NAME] [--rounds N] [--minutes N] [--alone] [--quick] [--taken] [--publish]`
 * - `--only`: some sections, by the beginnings of their names
 * - `--minutes`: so long at most, about: every part has its first round, further ones only as far as there is time
 * - `--alone`: without the peers, to look at OptiChat while it is changed; nothing of it is kept
 * - `--quick`: small and short, to see that it works; nothing of it is kept
 * - `--taken`: what the benches of files, finding and load have written is taken as it is
 * - `--publish`: puts all that was measured of this program on this machine, in this run or before, into README.md; `--only none` measures nothing
 */
import { cpus, loadavg } from 'node:os'
import { type Part, runBench } from './bench.ts'
import { discovery } from './joined/discovery.ts'
import { runJoined } from './joined/joined.ts'
import { load } from './joined/load.ts'
import { transfer } from './joined/transfer.ts'
import { commitNow, keep, keptParts } from './parts.ts'
import { picture } from './picture.ts'
import { publish, under } from './publish.ts'
import { drawn, flag, option, words } from './results.ts'
import { SECTIONS } from './sections/all.ts'
import { findPeers, OPTICHAT, PEERS } from './subjects.ts'
import { markdown, shortTable } from './table.ts'

const JOINED = [transfer, discovery, load]

const say = (line: string) => process.stdout.write(`${line}\n`)
const only = words('only')
const wanted = ({ name }: { name: string }) => only.length === 0 || only.some((part) => name.startsWith(part))
const [quick, alone] = [flag('quick'), flag('alone')]
const rounds = option('rounds', quick ? 1 : 3)
const [sections, joined] = [SECTIONS.filter(wanted), JOINED.filter(wanted)]
if (sections.length + joined.length === 0 && !only.includes('none')) {
  throw new Error(`--only knows ${[...SECTIONS, ...JOINED].map(({ name }) => name).join(', ')}`)
}

const { there, missing } = alone ? { there: [], missing: [] } : findPeers(say)
for (const { program, debian } of missing) say(`${program} is not on this machine (Debian: ${debian}): left out of the table`)
// Node is told of beside them.
const versions = Object.fromEntries(there.flatMap(({ name, version }) => (name === 'bare' ? [] : [[name, version]])))
const machine = { processors: cpus().length, processor: cpus()[0]?.model ?? 'unknown', node: process.version, versions }
const commit = commitNow()
const promises = [OPTICHAT, ...PEERS.filter((peer) => there.some(({ name }) => name === peer.name))].map(
  ({ title, promises }) => `${title}: ${promises.encrypted}; ${promises.stored}`,
)
let failed = false

const began = performance.now()
const minutes = option('minutes', 0)
/** Parts that have not begun, which shall have a round each. */
const ahead = new Set([...sections, ...joined])

/** Whether so much time is left beside a round of all that is ahead. */
function timeFor(part: { readonly minutes: number }): boolean {
  const needed = [...ahead].reduce((sum, one) => sum + one.minutes, part.minutes)
  return minutes === 0 || (performance.now() - began) / 60_000 + needed <= minutes
}

/** Shows a part, and keeps it when it is worth it. */
function done(part: Part, when = new Date().toISOString()): void {
  failed ||= part.failures.length > 0
  say(`\n${[markdown(part.rows), '', ...[...part.notes, ...part.failures].map((line) => `- ${line}`)].join('\n')}\n`)
  // How much else this machine has to do: with more than its processors, milliseconds are not the server's.
  if (!quick && !alone) keep({ ...part, when, commit, machine, load: loadavg().map((one) => Number(one.toFixed(1))) })
}

await runBench({ sections, rounds, quick, peers: there, begins: (section) => ahead.delete(section), timeFor, say, done })
for (const one of joined) {
  ahead.delete(one)
  try {
    let times = 1
    while (one.takesRounds && times < rounds && timeFor({ minutes: one.minutes * (times + 1) })) times++
    const { rows, when } = runJoined(one, { rounds: times, taken: flag('taken'), quick })
    done({ section: one.name, rounds: times, rows, notes: [], failures: [] }, when)
  } catch (error) {
    done({
      section: one.name,
      rounds: 0,
      rows: [],
      notes: [],
      failures: [`${one.name}: ${error instanceof Error ? error.message : error}`],
    })
  }
}
for (const line of [...promises, 'OptiChat’s rate limits are lifted by `--no-rate-limits`: its peers have none.']) say(`- ${line}`)
if (quick) say('- --quick: small and short; these figures mean nothing.')

const kept = keptParts(commit, machine)
const parts = [...SECTIONS, ...JOINED].flatMap(({ name }) => {
  const part = kept.get(name)
  return part ? [part] : []
})
const rows = parts.flatMap((part) => part.rows)
const svg = picture(rows, under(parts, 'short'))
drawn('bench', svg)
if (flag('publish')) {
  const absent = [...SECTIONS, ...JOINED].filter(({ name }) => !kept.has(name)).map(({ name }) => `\`${name}\``)
  const lack = absent.length > 0 ? `\n\nNot in it, as not measured at this commit: ${absent.join(', ')}.` : ''
  publish(`${shortTable(rows)}${lack}\n\n${under(parts, 'long')}`, svg)
}
process.exitCode = failed ? 1 : 0
