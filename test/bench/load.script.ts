/** `npm run bench:load -- [--clients N] [--storm N] [--generators N] [--at-once N] [--addresses N] [--messages N]` */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { type LoadReport, runLoad, type SignInReport } from './load.ts'
import { option, tell } from './results.ts'

/** As much of a processor as makes a process the one that all wait for. */
const BUSY = 0.9

const clients = option('clients', 5_000)
const options = {
  clients,
  storm: Math.min(option('storm', 1_000), clients),
  generators: option('generators', 2),
  atOnce: option('at-once', 64),
  addresses: option('addresses', process.platform === 'linux' ? Math.ceil(clients / 800) : 1),
  messages: option('messages', 100),
  // As long as it may take until what is no longer needed was given back.
  settle: 15_000,
}

/** Each client is a socket here and one there; the registry and each generator need some more. */
function openFiles(): string {
  if (process.platform === 'win32') return 'unbounded'
  return execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
}

const whole = (value: number | null, unit: string) =>
  value === null ? 'not told by this system' : `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`

function bottleneck({ generatorBusy, registryBusy }: SignInReport): string {
  const busy = [
    ...(generatorBusy >= BUSY ? ['the generator'] : []),
    ...(registryBusy !== null && registryBusy >= BUSY ? ['the registry'] : []),
  ]
  return busy.length > 0 ? busy.join(' and ') : `neither (${cpus().length} processors, shared)`
}

const signInRows = (title: string, report: SignInReport): [string, string][] => [
  [`${title}: clients`, `${report.clients} in ${report.seconds.toFixed(1)} s (${report.perSecond.toFixed(0)} a second)`],
  [`${title}: until synced`, `median ${report.median.toFixed(0)} ms, longest ${report.longest.toFixed(0)} ms`],
  [`${title}: registry’s processor time`, `${whole(report.cpu, 'ms')} each; busy ${whole(report.registryBusy, 'processors')}`],
  [`${title}: all waited for`, `${bottleneck(report)} (busiest generator ${(report.generatorBusy * 100).toFixed(0)} %)`],
  [`${title}: failed attempts`, JSON.stringify(report.refused)],
  [
    `${title}: presence for one client`,
    `${report.presenceFrames.mean.toFixed(1)} frames (most ${report.presenceFrames.most}), ${(report.presenceBytes / 1024).toFixed(0)} KiB`,
  ],
]

const files = openFiles()
const say = (line: string) => process.stdout.write(`${line}\n`)
say(`${files} open files a process`)
if (Number(files) < options.clients + 200) say('too few for so many clients: raise it (ulimit -n) first')
const report: LoadReport = await runLoad({ ...options, say })
tell(
  'bench-load',
  [
    ...signInRows('sign-in', report.signIn),
    [
      'memory of the registry',
      report.memory
        ? `${whole(report.memory.empty, 'MiB')} without, ${whole(report.memory.full, 'MiB')} with all: ${whole(report.memory.kibPerClient, 'KiB')} an idle client`
        : whole(null, ''),
    ],
    ['messages to everyone', `${report.broadcast.messages} reached all in ${report.broadcast.millis} ms`],
    ['kill -9: to ready', `${report.readyAfterKill.toFixed(0)} ms, ${report.unanswered} sends unanswered`],
    ...signInRows('storm', report.storm),
    ['its log of refusals', JSON.stringify(Object.fromEntries(Object.entries(report.logged).slice(0, 5)))],
    ['problems', `${report.problems.length}`],
  ],
  { files, options, ...report },
)
for (const problem of report.problems.slice(0, 50)) say(problem)
process.exitCode = report.problems.length > 0 ? 1 : 0
