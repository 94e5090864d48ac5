import { randomBytes } from 'node:crypto'

/** A new key: 8 bytes. */
export const newKey = (): Buffer => randomBytes(8)

/** Places of a new table: what V8 keeps beside the object itself. */
const FIRST = 8

/**
 * Which names were given out, at some 12 bytes each where a set of strings takes 100: of each only 53 bits of a keyed hash are kept. Two of a
 * million names of one folder fall together with a chance of one in 18,000; then the second counts as taken, though it is not. With the same key
 * that is so each time.
 */
export class NameSet {
  readonly #key: Buffer
  #table = new Float64Array(FIRST)
  #size = 0

  /** @param key 8 bytes (`newKey`) that nobody else knows, so that nobody can choose names that all fall on one place */
  constructor(key: Buffer) {
    this.#key = key
  }

  /** @returns whether it was not there yet */
  add(name: string): boolean {
    const hash = hashOf(name, this.#key)
    const place = this.#placeOf(hash)
    if (this.#table[place] !== 0) return false
    this.#table[place] = hash
    if (++this.#size > this.#table.length * 0.75) this.#grow()
    return true
  }

  /** Where it is, or the free place where it would be. */
  #placeOf(hash: number): number {
    const table = this.#table
    let place = hash % table.length
    while (table[place] !== 0 && table[place] !== hash) place = (place + 1) % table.length
    return place
  }

  #grow(): void {
    const hashes = this.#table
    this.#table = new Float64Array(hashes.length * 2)
    for (const hash of hashes) if (hash !== 0) this.#table[this.#placeOf(hash)] = hash
  }
}

/** HalfSipHash-1-3 (Aumasson and Bernstein; as Linux uses it for its tables) over the UTF-16 units, two a word; 53 bits of it, never 0. */
function hashOf(name: string, key: Buffer): number {
  const [k0, k1] = [key.readInt32LE(0), key.readInt32LE(4)]
  let [v0, v1, v2, v3] = [k0, k1 ^ 0xee, 0x6c796765 ^ k0, 0x74656462 ^ k1]
  /** The last word has the length, so that a name and one that goes on with a NUL differ; then come the rounds that end each half. */
  const words = (name.length >> 1) + 1
  let high = 0
  for (let step = 0; step < words + 6; step++) {
    const word = step < words ? wordOf(name, step) : 0
    v3 ^= word
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
    v0 ^= word
    if (step === words - 1) v2 ^= 0xee
    if (step === words + 2) {
      high = (v1 ^ v3) >>> 0
      v1 ^= 0xdd
    }
  }
  return high * 0x20_0000 + ((v1 ^ v3) >>> 11) || 1
}

function wordOf(name: string, index: number): number {
  const at = index * 2
  if (at + 1 < name.length) return name.charCodeAt(at) | (name.charCodeAt(at + 1) << 16)
  return (at < name.length ? name.charCodeAt(at) : 0) | (name.length << 16)
}
