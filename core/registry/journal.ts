/** The registry's readable lines. Names and reasons come from the network: they are bounded and made harmless here. */
import type { Clock } from '../protocol/clock.ts'
import { COUNTING_INTERVAL, REFUSALS_INTERVAL, REFUSALS_TOLD, REFUSING_ADDRESSES } from './limits.ts'

export class Journal {
  readonly #write: (line: string) => void
  readonly #clock: Clock
  #counted = 0
  #position = 0
  #cancelCount: (() => void) | null = null
  /** Lines about refusals since the minute began, by address. */
  #refusals = new Map<string, number>()
  #cancelRefusals: (() => void) | null = null

  constructor(write: (line: string) => void, clock: Clock) {
    this.#write = write
    this.#clock = clock
  }

  /** Writes what the template says; every value in it is quoted harmlessly. */
  line(parts: TemplateStringsArray, ...values: unknown[]): void {
    this.#write(parts.map((part, index) => (index === 0 ? part : harmless(values[index - 1]) + part)).join(''))
  }

  /**
   * Writes a line about something refused to an address: the first few of each in a minute, then how many more there were. So that
   * a flood of garbage is a few lines.
   */
  refusal(address: string): (parts: TemplateStringsArray, ...values: unknown[]) => void {
    const known = this.#refusals.has(address) || this.#refusals.size < REFUSING_ADDRESSES
    const whose = known ? address : 'other addresses'
    const count = (this.#refusals.get(whose) ?? 0) + 1
    this.#refusals.set(whose, count)
    this.#cancelRefusals ??= this.#clock.after(REFUSALS_INTERVAL, () => this.#countRefusals(), true)
    return count <= REFUSALS_TOLD ? (parts, ...values) => this.line(parts, ...values) : () => undefined
  }

  #countRefusals(): void {
    this.#cancelRefusals?.()
    this.#cancelRefusals = null
    for (const [address, count] of this.#refusals) {
      if (count > REFUSALS_TOLD) this.line`${count - REFUSALS_TOLD} more refused from ${address}`
    }
    this.#refusals = new Map()
  }

  /** Counts a message; some later line says how many there were. */
  stored(position: number): void {
    this.#counted++
    this.#position = position
    this.#cancelCount ??= this.#clock.after(COUNTING_INTERVAL, () => this.#flushCount(), true)
  }

  /** Writes the count that is due. */
  flush(): void {
    this.#countRefusals()
    this.#flushCount()
  }

  #flushCount(): void {
    this.#cancelCount?.()
    this.#cancelCount = null
    if (this.#counted > 0) this.line`${this.#counted} ${this.#counted === 1 ? 'message' : 'messages'} stored, up to #${this.#position}`
    this.#counted = 0
  }
}

/** At most 120 characters without control, formatting (bidi) or line-breaking ones. */
function harmless(value: unknown): string {
  const text = value instanceof Error ? value.message : String(value)
  const shown = text.slice(0, 120).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
  return text.length > 120 ? `${shown}…` : shown
}
