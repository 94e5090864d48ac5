/** A built program of this repository as its own process: waits for what it prints, ends it kindly or at once. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { until } from '../support/wait.ts'

const DIST = join(import.meta.dirname, '../../dist')

export class Program {
  readonly #child: ChildProcess
  #output = ''
  #stdout = ''

  /** @param script within `dist/`. */
  constructor(script: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [join(DIST, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.on('data', (data: Buffer) => {
      this.#stdout += data
      this.#output += data
    })
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#output += data
    })
  }

  /** Both streams, for the message of a failed test. */
  get output(): string {
    return this.#output
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  get exitCode(): number | null {
    return this.#child.exitCode
  }

  /** The first match on standard output, from the newest text back to `since` characters. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`the program prints ${pattern}`, () => {
      const match = pattern.exec(this.#stdout)
      if (!match && this.ended) throw new Error(`it ended without printing ${pattern}:\n${this.#output}`)
      return match
    })
  }

  /** Resolves when it has ended. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.ended) this.#child.kill(signal)
    await until('the program ends', () => this.ended)
  }
}
