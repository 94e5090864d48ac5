/** `npm run bench [-- --only NAME,NAME] [--rounds N] [--quick]` */
import { cpus } from 'node:os'
import { runBench } from './bench.ts'
import { flag, option, record, words } from './results.ts'
import { SECTIONS } from './sections/all.ts'
import { findPeers, OPTICHAT, PEERS } from './subjects.ts'
import { markdown } from './table.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const only = words('only')
const quick = flag('quick')
const rounds = option('rounds', quick ? 1 : 3)
// A part of a name is enough: `--only fan-out` is both.
const sections = SECTIONS.filter(({ name }) => only.length === 0 || only.some((part) => name.startsWith(part)))
if (sections.length === 0) throw new Error(`--only knows ${SECTIONS.map(({ name }) => name).join(', ')}`)

const { there, missing } = findPeers(say)
for (const { program, debian } of missing) say(`${program} is not on this machine (Debian: ${debian}): left out of the table`)
const report = await runBench({ sections, rounds, quick, peers: there, say })

const versions = Object.fromEntries(there.map(({ name, version }) => [name, version]))
const [cpu] = cpus()
const machine = { processors: cpus().length, processor: cpu?.model ?? 'unknown', node: process.version }
const promises = [OPTICHAT, ...PEERS.filter(({ name }) => versions[name])].map(
  ({ title, promises }) => `${title}: ${promises.encrypted}; a message that is acknowledged is ${promises.stored}`,
)
const told = [
  ...promises,
  'OptiChat’s rate limits are lifted by `--no-rate-limits`: its peers have none.',
  ...(quick ? ['--quick: small and short; these figures mean nothing.'] : []),
  ...report.notes,
  ...report.failures,
]
say(`\n${markdown(report.rows)}\n`)
for (const line of told) say(`- ${line}`)
const whole = only.length === 0 && !quick
const file = record(whole ? 'bench' : 'bench-part', { when: new Date().toISOString(), machine, versions, rounds, quick, told, ...report })
say(`written to ${file}`)
process.exitCode = report.failures.length > 0 ? 1 : 0
