/** Where a command's words go: one JSON object a line on stdout for scripts, or text for people; troubles on stderr. */
import type { OptiChatError } from '../protocol/errors.ts'
import { jsonLine } from './text.ts'

export class Output {
  readonly json: boolean
  readonly #stdout: NodeJS.WriteStream
  readonly #stderr: NodeJS.WriteStream
  #progress = ''
  #print: ((text: string) => void) | null = null

  constructor(json: boolean, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream) {
    this.json = json
    this.#stdout = stdout
    this.#stderr = stderr
  }

  /** Whether a person sees it on a terminal. */
  get interactive(): boolean {
    return !this.json && this.#stdout.isTTY === true
  }

  /** Columns of the terminal. */
  get width(): number {
    return this.#stdout.columns || 80
  }

  /** Something that happened: the object with --json, else the text; no text: nothing is shown to people. */
  tell(event: Readonly<Record<string, unknown>>, text?: string): void {
    if (this.json) this.#stdout.write(`${jsonLine(event)}\n`)
    else if (text !== undefined) this.say(text)
  }

  /** A line for people only. */
  say(text: string): void {
    if (this.json) return
    if (this.#print) this.#print(text)
    else {
      this.#clearProgress()
      this.#stdout.write(`${text}\n`)
    }
  }

  /** Lines that are the whole output, as they are. Resolves when all are handed to the system. */
  async raw(lines: Iterable<string>): Promise<void> {
    for (const line of lines)
      if (!this.#stdout.write(`${line}\n`)) await new Promise<void>((resolve) => this.#stdout.once('drain', resolve))
  }

  /** Words that were looked for, so that a person sees them on a terminal. */
  emphasised(text: string): string {
    return this.interactive ? `\x1b[1m${text}\x1b[22m` : text
  }

  /** A line on stderr, which scripts need not parse. */
  warn(text: string): void {
    if (this.#print && !this.json) this.#print(text)
    else {
      this.#clearProgress()
      this.#stderr.write(`${text}\n`)
    }
  }

  /** The last line of a terminal while something moves; empty takes it away. */
  progress(text: string): void {
    if (!this.interactive || this.#print) return
    this.#clearProgress()
    this.#progress = text.slice(0, this.width - 1)
    this.#stdout.write(this.#progress)
  }

  /** Lets something else (a conversation with its prompt) print the lines from now on; null: as before. */
  printBy(print: ((text: string) => void) | null): void {
    this.#clearProgress()
    this.#print = print
  }

  /** A failure: `optichat: sentence. Next step. [code]`, and with --json an object too. */
  error(error: OptiChatError): void {
    const { code, message, next } = error
    if (this.json) this.#stdout.write(`${jsonLine({ event: 'error', code, message, next })}\n`)
    this.warn(`optichat: ${[message, next].filter(Boolean).join(' ')} [${code}]`)
  }

  /** Resolves when all that was written has been handed to the system. */
  async flush(): Promise<void> {
    this.#clearProgress()
    const done = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()))
    await Promise.all([done(this.#stdout), done(this.#stderr)])
  }

  #clearProgress(): void {
    if (this.#progress === '') return
    this.#progress = ''
    this.#stdout.write('\r\x1b[K')
  }
}
