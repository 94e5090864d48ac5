import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { statOf } from './own-files.ts'

/** Which name each top-level item was about to get, so that an interrupted end goes on where it was: `placed` in a part folder. */
export class Journal {
  readonly #path: string
  readonly #last = new Map<string, string>()
  #fd: number | null = null

  constructor(folder: string) {
    this.#path = join(folder, 'placed')
    if (!statOf(this.#path)) return
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      /** The last line may be cut short; its move had not begun. */
      const match = /^(".*") (".*")$/.exec(line)
      if (match) this.#last.set(JSON.parse(match[1] as string), JSON.parse(match[2] as string))
    }
  }

  last(top: string): string | undefined {
    return this.#last.get(top)
  }

  /** Before anything is done about it. */
  note(top: string, name: string): void {
    this.#fd ??= openSync(this.#path, 'a', 0o600)
    writeSync(this.#fd, `${JSON.stringify(top)} ${JSON.stringify(name)}\n`)
    this.#last.set(top, name)
  }

  /** Harmless when repeated. */
  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }
}
