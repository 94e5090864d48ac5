/** The built `optichat` command as somebody types it on this machine, everything on loopback. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ROOT, setUp } from '../../core/setup/setup.mjs'
import { LanProcess, type Outcome } from '../support/lan-process.ts'

const COMMAND = join(ROOT, 'dist/core/cli/main.js')
export const PASSWORD = 'correct horse battery'

export interface Said extends Outcome {
  /** One object a line of `--json`. */
  readonly json: Record<string, unknown>[]
}

interface Typing {
  readonly env?: Record<string, string>
  /** What is piped in. */
  readonly input?: string
}

/** A scratch folder with profiles, and perhaps a registry, that all end together. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'optichat-cli-'))
  readonly #running = new Set<LanProcess>()
  registry = { process: null as LanProcess | null, port: 0, address: '', fingerprint: '', invite: '' }

  /** Builds the command if it is stale. */
  static async open(): Promise<Desk> {
    await setUp({ parts: ['programs'] })
    return new Desk()
  }

  path(...names: string[]): string {
    return join(this.folder, ...names)
  }

  starts(args: readonly string[], { env = {} }: Typing = {}): LanProcess {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: this.folder,
      env: { ...process.env, OPTICHAT_PROFILE: this.path('nobody'), OPTICHAT_PASSWORD: PASSWORD, ...env },
    })
    const started = new LanProcess(child, `optichat ${args.join(' ')}`)
    this.#running.add(started)
    return started
  }

  async types(args: readonly string[], typing: Typing = {}): Promise<Said> {
    const started = this.starts(args, typing)
    started.child.stdin.end(typing.input ?? '')
    const outcome = await started.ended
    this.#running.delete(started)
    const lines = args.includes('--json') ? outcome.stdout.split('\n').filter(Boolean) : []
    return { ...outcome, json: lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
  }

  /** The same as a person with a profile of that name; it must work. */
  async as(person: string, args: readonly string[], typing: Typing = {}): Promise<Said> {
    const said = await this.types([...args, '--profile', this.path(person)], typing)
    expect(said.code, `optichat ${args.join(' ')}\n${said.stdout}\n${said.stderr}`).to.equal(0)
    return said
  }

  /** Again: at the same port. */
  async startRegistry(...more: string[]): Promise<void> {
    const args = [
      'registry',
      String(this.registry.port),
      '--interface',
      '127.0.0.1',
      '--no-advertise',
      '--name',
      'Team Süd',
      '--data',
      this.path('registry'),
      '--json',
    ]
    const started = this.starts([...args, ...more])
    const { port, fingerprint, invite } = await started.json<{ event: string; port: number; fingerprint: string; invite: string }>(
      ({ event }) => event === 'ready',
      20_000,
    )
    this.registry = { process: started, port, address: `127.0.0.1:${port}`, fingerprint, invite }
  }

  /** Registers people, each with a profile of the name. */
  async register(...names: string[]): Promise<void> {
    for (const name of names) await this.as(name, ['register', name, '--registry', this.registry.address])
  }

  async close(): Promise<void> {
    const running = [...this.#running].filter((one) => one.running)
    await Promise.all(running.map((one) => one.kill('SIGKILL')))
    rmSync(this.folder, { recursive: true, force: true })
  }
}
