/** The built `optichat` command on hosts of the virtual LAN, as people type it there. */
import { join } from 'node:path'
import { expect } from 'chai'
import type { LanHost } from '../support/lan-host.ts'
import type { LanProcess, Outcome } from '../support/lan-process.ts'

const COMMAND = join(import.meta.dirname, '../../dist/core/cli/main.js')
const PASSWORD = 'correct horse battery'

/** What a person typed at one computer came to. */
export interface Said extends Outcome {
  /** One object a line of `--json`. */
  readonly json: Record<string, unknown>[]
}

export class Person {
  readonly host: LanHost
  readonly name: string
  constructor(host: LanHost, name: string) {
    this.host = host
    this.name = name
  }

  /** Runs a subcommand with `--json` to its end; `password` is what the person would type. */
  async does(args: readonly string[], options: { password?: string; timeout?: number; env?: Record<string, string> } = {}): Promise<Said> {
    const outcome = await this.host.run('node', [COMMAND, ...args, '--json'], {
      env: { OPTICHAT_PASSWORD: options.password ?? PASSWORD, ...options.env },
      timeout: options.timeout,
    })
    return { ...outcome, json: outcome.stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Record<string, unknown>] : [])) }
  }

  /** The same, and it must work. */
  async did(args: readonly string[], options: { password?: string; timeout?: number } = {}): Promise<Record<string, unknown>[]> {
    const said = await this.does(args, options)
    expect(said.code, `optichat ${args.join(' ')}\n${said.stdout}\n${said.stderr}`).to.equal(0)
    return said.json
  }

  /** Starts a subcommand with `--json` that stays. */
  starts(args: readonly string[]): LanProcess {
    return this.host.spawn('node', [COMMAND, ...args, '--json'], { env: { OPTICHAT_PASSWORD: PASSWORD } })
  }

  /** Runs a subcommand as people read it, without `--json`. */
  says(args: readonly string[]): Promise<Outcome> {
    return this.host.run('node', [COMMAND, ...args], { env: { OPTICHAT_PASSWORD: PASSWORD } })
  }
}
