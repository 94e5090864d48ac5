/** `npm run fuzz [-- --frames N] [--seed N]`: a million broken and misplaced frames, by default; ends with 1 when something went wrong. */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({ options: { frames: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } })
const say = (line: string) => process.stdout.write(`${line}\n`)

/** Bytes by which the heap may differ between two looks. */
const SLACK = 24 * 1024 * 1024

const report = await fuzz({ frames: Number(values.frames), seed: Number(values.seed), say })
const { heap, problems } = report
say(JSON.stringify(report, null, 2))
const grown = heap.end - heap.early
say(
  `${report.frames} frames in ${report.seconds.toFixed(0)} s; the heap ${grown > 0 ? 'grew' : 'shrank'} by ${Math.abs(grown / 1024 / 1024).toFixed(1)} MB`,
)
if (grown > SLACK) say('the registry keeps what it should not')
process.exitCode = problems.length > 0 || grown > SLACK ? 1 : 0
