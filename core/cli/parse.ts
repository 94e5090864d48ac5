/** A command line's options and arguments. */
import { parseArgs } from 'node:util'
import { type Command, type OptionSpecs, UsageError, type Values } from './command.ts'

/** What every subcommand takes. */
export const COMMON = {
  json: { type: 'boolean', text: 'one JSON object a line on standard output, for scripts' },
  profile: {
    type: 'string',
    value: 'DIR',
    text: 'keeps several identities apart on one machine',
    default: 'OPTICHAT_PROFILE, or the user’s data folder',
  },
  help: { type: 'boolean', text: 'this text' },
} as const satisfies OptionSpecs

/** @throws UsageError */
export function parseLine(command: Command, line: readonly string[]) {
  const specs: OptionSpecs = { ...COMMON, ...command.options }
  const options = Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, { type }]))
  let parsed: { values: Readonly<Record<string, unknown>>; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...line], options, allowPositionals: true, strict: true })
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(complaint(error))
    throw error
  }
  const { values, positionals } = parsed
  const [least, most] = command.takes
  if (values.help !== true) {
    if (positionals.length < least) {
      const missing = needed(command.usage).slice(positionals.length)
      throw new UsageError(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`)
    }
    if (positionals.length > most) {
      const extra = positionals.slice(most).join(' ')
      throw new UsageError(`"${extra}" is too much. Text of several words goes in quotes.`)
    }
    const empty = Object.entries(values).find(([, value]) => value === '')
    if (empty) throw new UsageError(`--${empty[0]} needs a value.`)
  }
  return { values: values as Values<OptionSpecs>, args: positionals }
}

/** What is wrong with a line, as a sentence: Node's own goes on about positional arguments, of which nobody thought. */
export const complaint = ({ message }: Error): string => `${message.replace(/\. To specify.*$/s, '').replace(/\.$/, '')}.`

/** What a usage asks for beside options: `ID`, `TEXT`. */
function needed(usage: string): string[] {
  const bare = usage.replace(/\[[^[\]]*\]/g, '')
  return bare === usage ? bare.split(' ').filter(Boolean) : needed(bare)
}

/** A whole number of an option within bounds. @throws UsageError naming the option. */
export function wholeNumber(text: string, what: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) throw new UsageError(`${what} must be a whole number from ${least} to ${most}, not "${text}".`)
  return value
}

/** Seconds of an option, fractions allowed, as milliseconds. @throws UsageError */
export function seconds(text: string, what: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(value > 0 && value <= 2_000_000)) throw new UsageError(`${what} must be a number of seconds above 0, not "${text}".`)
  return Math.round(value * 1000)
}

/** Names parted by commas, each once. @throws UsageError when there is none. */
export function nameList(text: string, what: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === '')) throw new UsageError(`${what} needs names parted by commas, such as ${what} alice,bob.`)
  return [...new Set(names)]
}
