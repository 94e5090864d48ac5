#!/usr/bin/env node
/** The `optichat` command: finds the subcommand, runs it, and ends with its exit code. */
import { readFileSync } from 'node:fs'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import { type Command, type CommandGroup, UsageError } from './command.ts'
import { profileFolder } from './folders.ts'
import { commandHelp, groupHelp, overview } from './help.ts'
import { Interrupted, processLifetime } from './lifetime.ts'
import { Output } from './output.ts'
import { parseLine } from './parse.ts'
import { similar } from './similar.ts'
import { oneLine } from './text.ts'

/** Each is loaded when it is asked for, since a registry's or a client's rooms take their time to load. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  registry: async () => (await import('./commands/registry.ts')).registry,
  interfaces: async () => (await import('./commands/interfaces.ts')).interfaces,
  discover: async () => (await import('./commands/discover.ts')).discover,
  hosts: async () => (await import('./commands/hosts.ts')).hosts,
  register: async () => (await import('./commands/register.ts')).register,
  login: async () => (await import('./commands/login.ts')).login,
  logout: async () => (await import('./commands/logout.ts')).logout,
  whoami: async () => (await import('./commands/whoami.ts')).whoami,
  devices: async () => (await import('./commands/devices.ts')).devices,
  password: async () => (await import('./commands/password.ts')).password,
  'delete-account': async () => (await import('./commands/delete-account.ts')).deleteAccount,
  who: async () => (await import('./commands/who.ts')).who,
  send: async () => (await import('./commands/send.ts')).send,
  'send-file': async () => (await import('./commands/send-file.ts')).sendFile,
  transfers: async () => (await import('./commands/transfers.ts')).transfers,
  receive: async () => (await import('./commands/receive.ts')).receive,
  edit: async () => (await import('./commands/edit.ts')).edit,
  'take-back': async () => (await import('./commands/take-back.ts')).takeBack,
  react: async () => (await import('./commands/react.ts')).react,
  history: async () => (await import('./commands/history.ts')).history,
  chat: async () => (await import('./commands/chat.ts')).chat,
  settings: async () => (await import('./commands/settings.ts')).settings,
  presence: async () => (await import('./commands/presence.ts')).presence,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
}

/** Those that have subcommands of their own. */
const GROUPS: Readonly<Record<string, () => Promise<CommandGroup>>> = {
  room: async () => (await import('./commands/room.ts')).room,
  admin: async () => (await import('./commands/admin.ts')).admin,
}

process.exitCode = await main(process.argv.slice(2))

async function main([name, ...line]: string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(`${await listOfCommands()}\n`)
    return 2
  }
  if (name === '--version' || name === '-v') return print(version())
  if (name === '--help' || name === '-h' || name === 'help') {
    const group = entryOf(GROUPS, line[0])
    if (group) return runGroup(await group(), ['help', ...line.slice(1)])
    const topic = entryOf(COMMANDS, line[0])
    return print(topic ? commandHelp(await topic()) : await listOfCommands())
  }
  const group = entryOf(GROUPS, name)
  if (group) return runGroup(await group(), line)
  const load = entryOf(COMMANDS, name)
  if (load) return run(await load(), line)
  const meant = similar(name, [...Object.keys(COMMANDS), ...Object.keys(GROUPS)])
  const hint = meant ? ` Did you mean "${meant}"?` : ''
  process.stderr.write(`optichat: There is no subcommand "${oneLine(name)}".${hint} "optichat --help" lists those there are.\n`)
  return 2
}

/** The subcommand of a group: `optichat admin backup …`. */
async function runGroup(group: CommandGroup, [name, ...line]: string[]): Promise<number> {
  const list = async () => groupHelp(group, await Promise.all(Object.values(group.commands).map((load) => load())))
  if (name === undefined) {
    process.stderr.write(`${await list()}\n`)
    return 2
  }
  const help = name === '--help' || name === '-h' || name === 'help'
  const load = entryOf(group.commands, help ? line[0] : name)
  if (help) return print(load ? commandHelp(await load()) : await list())
  if (load) return run(await load(), line)
  process.stderr.write(`optichat: There is no "${group.name} ${oneLine(name)}". "optichat ${group.name} --help" lists those there are.\n`)
  return 2
}

function entryOf<T>(table: Readonly<Record<string, T>>, name = ''): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

async function listOfCommands() {
  const listed: (() => Promise<{ name: string; summary: string }>)[] = [...Object.values(COMMANDS), ...Object.values(GROUPS)]
  return overview(await Promise.all(listed.map((load) => load())))
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

async function run(command: Command, line: readonly string[]): Promise<number> {
  let output = new Output(false, process.stdout, process.stderr)
  const wrongUsage = (error: UsageError) => {
    output.warn(`optichat: ${oneLine(error.message)} See "optichat ${command.name} --help".`)
    return 2
  }
  let parsed: ReturnType<typeof parseLine>
  try {
    parsed = parseLine(command, line)
  } catch (error) {
    if (error instanceof UsageError) return wrongUsage(error)
    throw error
  }
  const { values, args } = parsed
  if (values.help) return print(commandHelp(command))
  output = new Output(values.json === true, process.stdout, process.stderr)
  const lifetime = processLifetime()
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => lifetime.end('output closed'))
  const profile = profileFolder(typeof values.profile === 'string' ? values.profile : undefined, process.env)
  let code: number
  try {
    code = (await command.run({ args, options: values, profile, output, lifetime, env: process.env })) ?? 0
  } catch (error) {
    if (error instanceof Interrupted) code = endedBy(error, command.stays?.(values) ?? false)
    else if (error instanceof UsageError) code = wrongUsage(error)
    else {
      code = 1
      if (!(error instanceof OptiChatError)) output.warn(error instanceof Error ? (error.stack ?? error.message) : String(error))
      output.error(asOptiChatError(error))
    }
  }
  await output.flush()
  process.exit(code)
}

/** Where Ctrl-C is the ordinary end, all is well; else this process ends by the signal, as shells expect of one that was interrupted. */
function endedBy({ by }: Interrupted, stays: boolean): number {
  if (stays || by === 'output closed') return 0
  process.removeAllListeners(by)
  process.kill(process.pid, by)
  return 1
}

function version(): string {
  const file = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json'
  return (JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as { version: string }).version
}
