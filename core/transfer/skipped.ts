import type { Stats } from 'node:fs'
import { MAX_SKIPPED } from './limits.ts'

/** What a walk left out and why, as sentences: so many, then a count. */
export class Skipped {
  readonly #sentences: string[] = []
  #more = 0

  tell(sentence: string): void {
    if (this.#sentences.length < MAX_SKIPPED) this.#sentences.push(sentence)
    else this.#more++
  }

  /** Whether it is a file or a folder; else tells what it is. */
  takes(stat: Stats, source: string): boolean {
    if (stat.isFile() || stat.isDirectory()) return true
    this.tell(`${source}: ${stat.isSymbolicLink() ? 'a link' : 'neither a file nor a folder'}`)
    return false
  }

  sentences(): string[] {
    return this.#more === 0 ? this.#sentences : [...this.#sentences, `${this.#more} more`]
  }
}
