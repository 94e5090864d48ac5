/** A program of a bench in a process of its own: it is asked by name, with plain values, and answers with plain values. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What can be asked: each takes one plain value and answers one. */
export type Calls = Record<string, (input: never) => unknown>

type Asked = { readonly n: number; readonly name: string; readonly input: unknown }
type Answer = { readonly n: number; readonly result?: unknown; readonly error?: string }

/** The process's own side. It ends when the one who asks has gone. */
export function serveCalls(calls: Calls): void {
  process.on('message', async ({ n, name, input }: Asked) => {
    let answer: Answer
    try {
      answer = { n, result: await calls[name]?.(input as never) }
    } catch (error) {
      answer = { n, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
    process.send?.(answer)
  })
  process.once('disconnect', () => process.exit(0))
}

export class CalledProcess<C extends Calls> {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  #n = 0

  constructor(script: URL) {
    const file = fileURLToPath(script)
    const loader = new URL('../support/typescript.mjs', import.meta.url).href
    this.#child = fork(file, [], { execArgv: ['--import', loader], serialization: 'advanced' })
    this.#child.on('message', ({ n, result, error }: Answer) => {
      const waiting = this.#waiting.get(n)
      this.#waiting.delete(n)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new Error(error))
    })
    this.#child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${script.pathname} ended (${signal ?? code})`))
      this.#waiting.clear()
    })
  }

  call<N extends keyof C & string>(name: N, input: Parameters<C[N]>[0]): Promise<Awaited<ReturnType<C[N]>>> {
    return new Promise((resolve, reject) => {
      const n = ++this.#n
      this.#waiting.set(n, { resolve: resolve as (result: unknown) => void, reject })
      this.#child.send({ n, name, input } satisfies Asked)
    })
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }
}
