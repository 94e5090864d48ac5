/** Whose turn it is: so many at once, in the order in which they came, but for small ones, which never wait behind large ones. */

/** Bytes below which one is small: a second or so of any network. */
const SMALL = 16 * 1024 * 1024

/** Small ones at once: more would be refused elsewhere, and each is over soon. */
const MOST_SMALL = 8

interface Waiting {
  readonly id: string
  readonly small: boolean
  readonly run: () => void
}

export class Turns {
  readonly #atOnce: () => number
  /** Those at work, and whether they are small. */
  readonly #busy = new Map<string, boolean>()
  #waiting: Waiting[] = []

  /** @param atOnce how many large ones, asked anew each time */
  constructor(atOnce: () => number) {
    this.#atOnce = atOnce
  }

  /** Calls `run` when its turn has come, now or later; once. One that has its turn, or waits for it, keeps it. */
  take(id: string, bytes: number, run: () => void): void {
    if (this.#busy.has(id)) {
      run()
      return
    }
    if (!this.#waiting.some((one) => one.id === id)) this.#waiting.push({ id, small: bytes < SMALL, run })
    this.next()
  }

  /** It is over, or does not want its turn any more. */
  release(id: string): void {
    this.#waiting = this.#waiting.filter((one) => one.id !== id)
    if (this.#busy.delete(id)) this.next()
  }

  /** Lets those begin whose turn has come. */
  next(): void {
    for (const one of [...this.#waiting]) {
      const alike = [...this.#busy.values()].filter((small) => small === one.small).length
      if (alike >= (one.small ? MOST_SMALL : this.#atOnce())) continue
      this.#waiting = this.#waiting.filter((other) => other !== one)
      this.#busy.set(one.id, one.small)
      one.run()
    }
  }
}
