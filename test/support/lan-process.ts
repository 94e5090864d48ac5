/** A program that runs on a host of the virtual LAN, and waiting for what it prints. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { PATIENCE } from './wait.ts'

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Line {
  readonly text: string
  readonly stream: 'stdout' | 'stderr'
  taken: boolean
}

export class LanProcess {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves when the program has ended and all it printed is there; never rejects. */
  readonly ended: Promise<Outcome>
  stdout = ''
  stderr = ''
  #title: string
  #lines: Line[] = []
  #rest = { stdout: '', stderr: '' }
  #outcome: Outcome | null = null
  #failure: Error | null = null
  #waiting = new Set<() => void>()

  constructor(child: ChildProcessWithoutNullStreams, title: string) {
    this.child = child
    this.#title = title
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8')
      child[stream].on('data', (text: string) => this.#read(stream, text))
    }
    // Writing to a program that has just ended: its end is what tests look at.
    child.stdin.on('error', () => this.#wake())
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        if (this.#outcome) return
        for (const stream of ['stdout', 'stderr'] as const) {
          if (this.#rest[stream]) this.#lines.push({ text: this.#rest[stream], stream, taken: false })
        }
        this.#outcome = { code, signal, stdout: this.stdout, stderr: this.stderr }
        resolve(this.#outcome)
        this.#wake()
      }
      child.once('close', end)
      // A program it started may live on and hold the pipes open: what is not here soon after the exit does not belong to it.
      child.once('exit', (code, signal) => setTimeout(end, 300, code, signal))
      child.once('error', (error) => {
        this.#failure = error
        if (child.pid === undefined) end(null, null)
      })
    })
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  get running(): boolean {
    return this.#outcome === null
  }

  /** Types into the program. */
  write(text: string): void {
    this.child.stdin.write(text)
  }

  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
    this.child.kill(signal)
    return this.ended
  }

  /**
   * The first line, of those printed so far or still to come on either stream, that fits; each line is handed out once.
   * Rejects after `millis`, or at once when the program has ended without printing it, with all it did print.
   */
  line(fits: string | RegExp | ((line: string) => boolean), millis = PATIENCE): Promise<string> {
    const test =
      typeof fits === 'function'
        ? fits
        : typeof fits === 'string'
          ? (line: string) => line.includes(fits)
          : (line: string) => fits.test(line)
    return this.#take(`a line like ${fits}`, millis, (line) => (test(line.text) ? line.text : undefined))
  }

  /** The same for one JSON object a line on stdout; lines that are none are passed over. */
  json<T = Record<string, unknown>>(fits: (value: T) => boolean, millis = PATIENCE): Promise<T> {
    return this.#take(`a JSON line for which ${fits}`, millis, (line) => {
      if (line.stream !== 'stdout' || !line.text.startsWith('{')) return undefined
      const value = parsed(line.text) as T | undefined
      return value !== undefined && fits(value) ? value : undefined
    })
  }

  /** All JSON objects printed on stdout so far, those already handed out included. */
  jsonSoFar<T = Record<string, unknown>>(): T[] {
    return this.#lines.filter((line) => line.stream === 'stdout').flatMap((line) => (parsed(line.text) as T | undefined) ?? [])
  }

  #take<T>(what: string, millis: number, pick: (line: Line) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (late: boolean): void => {
        for (const line of this.#lines) {
          if (line.taken) continue
          const value = pick(line)
          if (value === undefined) continue
          line.taken = true
          finish()
          resolve(value)
          return
        }
        if (!late && this.running) return
        finish()
        const why = late
          ? `gave up after ${millis} ms`
          : `it ended (${this.#failure?.message ?? this.#outcome?.signal ?? this.#outcome?.code})`
        reject(new Error(`${this.#title}: no ${what}: ${why}\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`))
      }
      const wake = () => look(false)
      const timer = setTimeout(() => look(true), millis)
      const finish = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
      }
      this.#waiting.add(wake)
      wake()
    })
  }

  #read(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text
    const parts = (this.#rest[stream] + text).split('\n')
    this.#rest[stream] = parts.pop() ?? ''
    for (const part of parts) this.#lines.push({ text: part, stream, taken: false })
    this.#wake()
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
