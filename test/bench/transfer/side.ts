import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface SideUsage {
  readonly cpu: number
  /** Resident MiB: the most since it was last asked, and now. */
  readonly memory: number
  readonly held: number
}

/** Between two times, ms since 1970, in which the event loop was so late. */
export interface Stall {
  readonly from: number
  readonly to: number
  readonly late: number
}

/** What a program did while it was watched: see side.script.mjs and beats.mjs. */
export interface SideWatched extends SideUsage {
  readonly p99: number
  readonly worst: number
  readonly stalls: readonly Stall[]
}

/** The bench's end of side.script.mjs. */
export class Side {
  readonly child: ChildProcess
  readonly #answers = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  readonly #events: { readonly event: string; readonly at: number; readonly code?: string }[] = []
  readonly #waiting: { readonly events: readonly string[]; resolve(event: { event: string; at: number; code?: string }): void }[] = []
  #n = 0

  /**
   * @param command before `node`: `ip netns exec …`, where it runs elsewhere
   * @param script another one that is told and tells in the same way
   */
  constructor(command: readonly string[] = [], script: string = `${import.meta.dirname}/side.script.mjs`) {
    const [program = process.execPath, ...rest] = [...command, process.execPath, script]
    this.child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
    if (!this.child.stdout) throw new Error('no output')
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#line(JSON.parse(line)))
  }

  ask<T>(call: string, of: object = {}): Promise<T> {
    const n = ++this.#n
    this.child.stdin?.write(`${JSON.stringify({ ...of, call, n })}\n`)
    return new Promise<T>((resolve, reject) => this.#answers.set(n, { resolve: resolve as (value: never) => void, reject }))
  }

  /** The next of these events, told since the last time or to come. */
  next(...events: string[]): Promise<{ event: string; at: number; code?: string }> {
    const index = this.#events.findIndex(({ event }) => events.includes(event))
    const [known] = index < 0 ? [] : this.#events.splice(index, 1)
    return known ? Promise.resolve(known) : new Promise((resolve) => this.#waiting.push({ events, resolve }))
  }

  forget(): void {
    this.#events.length = 0
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    await this.ask('close')
    await gone
  }

  #line(told: { n?: number; result?: unknown; error?: string; event?: string; at?: number; code?: string }): void {
    if (told.event !== undefined && told.at !== undefined) {
      const event = { event: told.event, at: told.at, ...(told.code === undefined ? {} : { code: told.code }) }
      const index = this.#waiting.findIndex(({ events }) => events.includes(event.event))
      const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1)
      if (waiting) waiting.resolve(event)
      else this.#events.push(event)
      return
    }
    const answer = this.#answers.get(told.n ?? 0)
    this.#answers.delete(told.n ?? 0)
    if (told.error === undefined) answer?.resolve(told.result as never)
    else answer?.reject(new Error(told.error))
  }
}
