/** How fast transfers move, from the bytes their snapshots tell: an average over the last seconds, so that it stays readable. */

/** Milliseconds looked back: shorter jumps about, longer hides a stall. */
const WINDOW = 5_000

interface Sample {
  readonly at: number
  readonly bytes: number
}

export class Rates {
  readonly #samples = new Map<string, Sample[]>()

  /** @param at milliseconds that never go back. */
  note(key: string, bytes: number, at: number): void {
    const samples = (this.#samples.get(key) ?? []).filter((sample) => at - sample.at <= WINDOW && sample.bytes <= bytes)
    samples.push({ at, bytes })
    this.#samples.set(key, samples)
  }

  forget(key: string): void {
    this.#samples.delete(key)
  }

  /** Bytes a second; null until half a second of it was seen. */
  of(key: string): number | null {
    const samples = this.#samples.get(key)
    const first = samples?.[0]
    const last = samples?.at(-1)
    if (!first || !last || last.at - first.at < 500) return null
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at)
  }
}
