/** The help, made from what each subcommand says of itself. */
import type { Command, CommandGroup, OptionSpecs } from './command.ts'
import { COMMON } from './parse.ts'

/** `optichat --help` */
export function overview(commands: readonly Listed[]): string {
  const row = rowsOf(commands)
  return [
    'OptiChat: chat and file hand-over for a team on one local network.',
    '',
    'usage: optichat SUBCOMMAND [OPTIONS] …',
    '',
    ...commands.map(row),
    '',
    'Every subcommand has --help with an example, --json for scripts, and --profile DIR.',
    'Exit codes: 0 done, 1 failed (a sentence with a code on standard error), 2 wrong usage.',
  ].join('\n')
}

/** `optichat GROUP --help` */
export function groupHelp(group: CommandGroup, commands: readonly Command[]): string {
  return [
    `usage: optichat ${group.name} SUBCOMMAND [OPTIONS] …`,
    '',
    `${group.summary[0]?.toUpperCase()}${group.summary.slice(1)}.`,
    group.details,
    '',
    ...commands.map(rowsOf(commands)),
    '',
    `Each has --help with an example, as in "optichat ${commands[0]?.name} --help".`,
  ].join('\n')
}

/** `optichat SUBCOMMAND --help` */
export function commandHelp(command: Command): string {
  const options = optionRows({ ...command.options, ...COMMON })
  return [
    `usage: ${`optichat ${command.name} ${command.usage}`.trimEnd()}`,
    '',
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.details ? [command.details] : []),
    '',
    ...options,
    ...(command.json ? ['', `With --json: ${command.json}`] : []),
    '',
    `example: ${command.example}`,
  ].join('\n')
}

interface Listed {
  readonly name: string
  readonly summary: string
}

function rowsOf(all: readonly Listed[]): (one: Listed) => string {
  const width = Math.max(...all.map(({ name }) => name.length)) + 2
  return ({ name, summary }) => `  ${name.padEnd(width)}${summary}`
}

function optionRows(options: OptionSpecs): string[] {
  const rows = Object.entries(options).map(([name, { value, text, default: otherwise }]) => ({
    left: `  --${name}${value ? ` ${value}` : ''}`,
    right: otherwise ? `${text} (default: ${otherwise})` : text,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2
  return rows.map(({ left, right }) => left.padEnd(width) + right)
}
