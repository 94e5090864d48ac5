/** `npm run bench:kill -- [--rounds N] [--stored N] [--senders N] [--seed N]` */
import { killRounds } from './kill.ts'
import { option, quantile, seeded, tell } from './results.ts'

const seed = option('seed', Math.floor(Math.random() * 1_000_000))
const options = { rounds: option('rounds', 10), senders: option('senders', 24), stored: option('stored', 100_000) }
const say = (line: string) => process.stdout.write(`${line}\n`)
say(`seed ${seed}`)
const report = await killRounds({ ...options, random: seeded(seed), say })
tell(
  'bench-kill',
  [
    ['kills', `${report.rounds} in mid-load, ${report.killedAtStart} while starting`],
    ['acknowledged messages', `${report.acknowledged}`],
    ['under way at a kill', `${report.unanswered}`],
    ['stored in the end', `${report.stored}`],
    ['start to ready, median', `${quantile(report.ready, 0.5).toFixed(0)} ms`],
    ['start to ready, longest', `${quantile(report.ready, 1).toFixed(0)} ms`],
    [
      'of that processor time, median',
      report.readyCpu.length > 0 ? `${quantile(report.readyCpu, 0.5).toFixed(0)} ms` : 'not told by this system',
    ],
    ['problems', `${report.problems.length}`],
  ],
  { seed, ...options, ...report },
)
for (const problem of report.problems.slice(0, 50)) say(problem)
process.exitCode = report.problems.length > 0 ? 1 : 0
