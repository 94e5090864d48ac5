/** The built `optichat registry` on loopback, as people run it: started, measured, stopped, killed. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type Usage, usageOf } from './process-usage.ts'

const COMMAND = join(import.meta.dirname, '../../dist/core/cli/main.js')
const HOST = '127.0.0.1'

export interface RegistryAt {
  readonly host: string
  readonly port: number
  readonly fingerprint: string
}

export class RegistryProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #started = performance.now()
  readonly #exit: Promise<unknown>
  /** Resolves when people can sign in; rejects when it ended before. */
  readonly ready: Promise<RegistryAt>
  /** Milliseconds from its start to `ready`. */
  readyAfter = Number.NaN
  /** Lines of its log that tell of something refused, closed or failed. */
  readonly troubles: string[] = []
  #stderr = ''

  /**
   * @param port 0 takes any free one
   * @param options further ones of the command, and of Node; `host`: where it listens; `inside`: before `node`, where it runs elsewhere
   */
  constructor(
    data: string,
    port = 0,
    options: { command?: readonly string[]; node?: readonly string[]; host?: string; inside?: readonly string[] } = {},
  ) {
    const { command = [], node = [], host = HOST, inside = [] } = options
    const common = ['--interface', host, '--no-advertise', '--data', data, '--name', 'Bench', '--json']
    const [program = process.execPath, ...args] = [
      ...inside,
      process.execPath,
      ...node,
      COMMAND,
      'registry',
      `${port}`,
      ...common,
      ...command,
    ]
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stderr.on('data', (text) => {
      this.#stderr += text
    })
    this.#exit = once(this.#child, 'exit')
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        const { event, port, fingerprint, line: log } = JSON.parse(line) as Record<string, unknown>
        if (event === 'ready') {
          this.readyAfter = performance.now() - this.#started
          resolve({ host, port: Number(port), fingerprint: `${fingerprint}` })
        } else if (/refused|closed|failed|could not/.test(`${log}`)) this.troubles.push(`${log}`)
      })
      void this.#exit.then(() => reject(new Error(`the registry ended before it was ready: ${this.#stderr}`)))
    })
    // Who kills it early doesn't ask.
    this.ready.catch(() => undefined)
  }

  /** What it uses now; null where the system doesn't tell in Linux's way. */
  usage(): Usage | null {
    return usageOf(this.#child.pid)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends it with a signal; resolves when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal)
    await this.#exit
  }
}
