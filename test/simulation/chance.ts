/** Seeded chance: one seed, one sequence of numbers, on every machine. */
export class Chance {
  #a: number
  #b: number
  #c: number
  #d = 1

  constructor(seed: number) {
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 2 ** 32) >>> 0
    this.#c = 0x9e3779b9
    // The first numbers of sfc32 still resemble the seed.
    for (let round = 0; round < 16; round++) this.#bits()
  }

  /** In [0, 1). */
  readonly next = (): number => this.#bits() / 2 ** 32

  /** An integer from `low` through `high`. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  happens(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  /** @param weights what may come and how often, relative to the others */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const names = Object.keys(weights) as K[]
    let left = this.next() * names.reduce((sum, name) => sum + weights[name], 0)
    for (const name of names) {
      left -= weights[name]
      if (left < 0) return name
    }
    return this.pick(names)
  }

  some<T>(items: readonly T[], count: number): T[] {
    const rest = [...items]
    const chosen: T[] = []
    while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(this.int(0, rest.length - 1), 1))
    return chosen
  }

  /** Milliseconds: mostly near `low`, now and then near `high`. */
  delay(low: number, high: number): number {
    return Math.round(low + (high - low) * this.next() ** 4)
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.#bits().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  /** Shaped as a version 4 UUID. */
  readonly uuid = (): string => {
    const hex = this.hex(32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
  }

  /** 128 bits, base64url, as the registry makes ids. */
  id(): string {
    return Buffer.from(this.hex(32), 'hex').toString('base64url')
  }

  /** sfc32 (Chris Doty-Humphrey, PractRand): small, quick, passes the usual batteries. */
  #bits(): number {
    const sum = (((this.#a + this.#b) >>> 0) + this.#d) >>> 0
    this.#d = (this.#d + 1) >>> 0
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0
    return sum
  }
}
