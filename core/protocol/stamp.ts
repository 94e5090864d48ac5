/**
 * Stamps order what people see: a hybrid logical clock (Kulkarni et al., 2014). 12 hex digits of wall-clock milliseconds,
 * 4 of a counter, `@`, the registry's id; they sort as strings. A stamp never goes back, even if the wall clock does.
 */
export class StampClock {
  #millis = 0
  /** The same as a stamp has it: most stamps share it with the one before. */
  #time = hex(0, 12)
  #count = 0
  readonly #registry: string
  readonly #now: () => number

  /** @param last the newest stamp already given out, so that a restart with a clock set back stays in order. */
  constructor(registry: string, now: () => number, last?: string) {
    this.#registry = registry
    this.#now = now
    if (last) {
      this.#at(stampTime(last))
      this.#count = Number.parseInt(last.slice(12, 16), 16)
    }
  }

  next(): string {
    const now = this.#now()
    if (now > this.#millis) {
      this.#at(now)
    } else if (++this.#count > 0xffff) this.#at(this.#millis + 1)
    return `${this.#time}${hex(this.#count, 4)}@${this.#registry}`
  }

  #at(millis: number): void {
    this.#millis = millis
    this.#time = hex(millis, 12)
    this.#count = 0
  }
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

/** Milliseconds since 1970 that a stamp names. */
export function stampTime(stamp: string): number {
  return Number.parseInt(stamp.slice(0, 12), 16)
}
