/** What a subcommand is: all that its help, its parsing and its run need, in one place. */
import type { Lifetime } from './lifetime.ts'
import type { Output } from './output.ts'

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  /** What stands for the value in the help: `DIR`. */
  readonly value?: string
  /** What it does and why one would use it, with its unit. */
  readonly text: string
  /** What holds without it. */
  readonly default?: string
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

type ValueOf<T extends OptionSpec['type']> = T extends 'boolean' ? boolean : string
export type Values<O extends OptionSpecs> = { readonly [K in keyof O]?: ValueOf<O[K]['type']> }

export interface Context<O extends OptionSpecs = OptionSpecs> {
  /** What stands beside the options. */
  readonly args: readonly string[]
  readonly options: Values<O>
  /** The folder of the identity in use. */
  readonly profile: string
  readonly output: Output
  readonly lifetime: Lifetime
  readonly env: NodeJS.ProcessEnv
}

export interface Command<O extends OptionSpecs = OptionSpecs> {
  readonly name: string
  /** One line for the list of subcommands. */
  readonly summary: string
  /** What follows the name: `[--to a,b | --everyone] TEXT`. */
  readonly usage: string
  /** Sentences that the usage does not tell. */
  readonly details?: string
  readonly options: O
  /** One command line that works, and what for. */
  readonly example: string
  /** How few and how many arguments it takes. */
  readonly takes: readonly [number, number]
  /** The fields of its JSON lines. */
  readonly json?: string
  /** Whether Ctrl-C is the ordinary end of it, with exit code 0. */
  stays?(options: Values<O>): boolean
  /** @returns the exit code; nothing is 0. Throws UsageError or OptiChatError. */
  run(context: Context<O>): Promise<number | undefined>
}

/** A subcommand that has subcommands of its own; each is named with both words, as in `admin backup`. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  /** Sentences above the list. */
  readonly details: string
  readonly commands: Readonly<Record<string, () => Promise<Command>>>
}

/** Keeps the names and types of the options for `run`. */
export function defineCommand<const O extends OptionSpecs>(command: Command<O>): Command<O> {
  return command
}

/** The command line cannot be meant: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
