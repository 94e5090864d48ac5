/** `npm run simulate -- [--seeds N] [--from SEED] | --seed SEED [--trace]`: runs seeds one after the other and ends at the first that fails. */
import { parseArgs } from 'node:util'
import { type Outcome, simulate } from './simulate.ts'

/** Milliseconds between two words on how far it is. */
const TELL = 10_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    /** Go on after a failure and count them. */
    'keep-going': { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

function number(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`"${text}" is no seed and no number of seeds`)
  return value
}

async function fails(outcome: Outcome): Promise<void> {
  // The same again, this time written down.
  const { trace, fault } = await simulate(outcome.seed, { trace: true })
  for (const line of trace.slice(values.trace ? 0 : -60)) say(line)
  say(`seed ${outcome.seed} FAILED: ${fault?.stack ?? `only once: ${outcome.fault?.stack}`}`)
  say(`replay it: npm run simulate -- --seed ${outcome.seed} --trace`)
}

async function several(from: number, count: number): Promise<number> {
  const start = performance.now()
  let told = start
  let failed = 0
  let events = 0
  let acknowledged = 0
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await simulate(seed)
    events += outcome.events
    acknowledged += outcome.acknowledged
    if (outcome.fault) {
      failed++
      if (values['keep-going']) say(`seed ${seed}: ${outcome.fault.message}`)
      else await fails(outcome)
      if (!values['keep-going']) break
    }
    if (performance.now() - told > TELL || seed === from + count - 1) {
      told = performance.now()
      const rate = ((seed - from + 1) / (told - start)) * 1000
      say(`seeds ${from}–${seed}: ${failed} failed, ${rate.toFixed(1)} seeds/s, ${events} events, ${acknowledged} messages acknowledged`)
    }
  }
  return failed
}

if (values.seed !== undefined) {
  const outcome = await simulate(number(values.seed), { trace: true })
  if (outcome.fault) await fails(outcome)
  else {
    if (values.trace) for (const line of outcome.trace) say(line)
    say(`seed ${outcome.seed}: all well, ${outcome.events} events, ${outcome.acknowledged} messages acknowledged, trace ${outcome.digest}`)
  }
  process.exitCode = outcome.fault ? 1 : 0
} else process.exitCode = (await several(number(values.from), number(values.seeds))) > 0 ? 1 : 0
