/** `npm run bench [-- --only NAME,NAME] [--rounds N] [--alone] [--quick] [--publish]`; `--alone`: no peers; `--publish`: puts a whole run into README.md */
import { cpus, loadavg } from 'node:os'
import { type BenchReport, runBench } from './bench.ts'
import { picture } from './picture.ts'
import { publish } from './publish.ts'
import { drawn, flag, option, record, words } from './results.ts'
import { SECTIONS } from './sections/all.ts'
import { findPeers, OPTICHAT, PEERS } from './subjects.ts'
import { markdown, shortTable } from './table.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const only = words('only')
const quick = flag('quick')
const rounds = option('rounds', quick ? 1 : 3)
// A part of a name is enough: `--only fan-out` is both.
const sections = SECTIONS.filter(({ name }) => only.length === 0 || only.some((part) => name.startsWith(part)))
if (sections.length === 0) throw new Error(`--only knows ${SECTIONS.map(({ name }) => name).join(', ')}`)

const { there, missing } = flag('alone') ? { there: [], missing: [] } : findPeers(say)
for (const { program, debian } of missing) say(`${program} is not on this machine (Debian: ${debian}): left out of the table`)
const versions = Object.fromEntries(there.map(({ name, version }) => [name, version]))
const [cpu] = cpus()
const machine = { processors: cpus().length, processor: cpu?.model ?? 'unknown', node: process.version }
const promises = [OPTICHAT, ...PEERS.filter(({ name }) => versions[name])].map(
  ({ title, promises }) => `${title}: ${promises.encrypted}; ${promises.stored}`,
)
const tell = (report: BenchReport, last: boolean): string => {
  const told = [
    ...promises,
    'OptiChat’s rate limits are lifted by `--no-rate-limits`: its peers have none.',
    ...(quick ? ['--quick: small and short; these figures mean nothing.'] : []),
    ...report.notes,
    ...report.failures,
  ]
  const long = [markdown(report.rows), '', ...told.map((line) => `- ${line}`)].join('\n')
  const whole = only.length === 0 && !quick && !flag('alone')
  // How much else this machine has to do: with more than its processors, milliseconds are not the server's.
  const load = loadavg().map((one) => Number(one.toFixed(1)))
  const servers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const under = `${machine.processors} processors, load ${load.join(', ')}; Node ${machine.node}, ${servers.join(', ')}; ${rounds} fresh starts each`
  const svg = picture(report.rows, under)
  drawn(whole ? 'bench' : 'bench-part', svg)
  if (last && whole && flag('publish')) publish(`${shortTable(report.rows)}\n\n${under}.`, svg)
  record(whole ? 'bench' : 'bench-part', { when: new Date().toISOString(), machine, load, versions, rounds, quick, told, ...report })
  return long
}

const report = await runBench({ sections, rounds, quick, peers: there, say, sofar: (report) => tell(report, false) })
say(`\n${tell(report, true)}`)
say('Files: npm run bench:transfer. Finding: npm run bench:discovery. The window: npm run bench:ui.')
process.exitCode = report.failures.length > 0 ? 1 : 0
