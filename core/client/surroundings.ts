/** What happens to this computer and cuts connections without a word: it sleeps, or it gets another network address. */
import type { Clock } from '../protocol/clock.ts'

export interface Disturbance {
  readonly code: 'was-asleep' | 'address-changed'
  /** Milliseconds since 1970 from when it may have mattered. */
  readonly since: number
}

/** Milliseconds between two looks: nothing else tells, on any system. */
const LOOK = 5_000
/** Milliseconds by which the wall clock must have run ahead to say that the machine slept: timers do not run in a sleeping machine. */
const SLEPT = 10_000
/** Milliseconds in which an end is put down to what happened before: a probe's timeout and a look. */
const RECENT = 15_000

export class Surroundings {
  readonly #clock: Clock
  readonly #addresses: () => readonly string[]
  readonly #noticed: (what: Disturbance) => void
  #cancel: () => void = () => undefined
  #at: number
  #known: string
  #last: { what: Disturbance; elapsed: number } | null = null

  /**
   * @param options.addresses this computer's own, in any order
   * @param options.noticed called for each disturbance, once; a wall clock that was set ahead looks like sleep
   */
  constructor(options: { clock: Clock; addresses(): readonly string[]; noticed(what: Disturbance): void }) {
    this.#clock = options.clock
    this.#addresses = options.addresses
    this.#noticed = options.noticed
    this.#at = this.#clock.now()
    this.#known = this.#read()
    this.#wait()
  }

  /** What happened just now, if anything did: why a connection that ends at this moment may have ended. */
  recent(): Disturbance | null {
    this.#look()
    if (this.#last && this.#clock.elapsed() - this.#last.elapsed <= RECENT) return this.#last.what
    return null
  }

  close(): void {
    this.#cancel()
  }

  #wait(): void {
    this.#cancel = this.#clock.after(
      LOOK,
      () => {
        this.#wait()
        this.#look()
      },
      true,
    )
  }

  #look(): void {
    const before = this.#at
    this.#at = this.#clock.now()
    const addresses = this.#read()
    const moved = addresses !== this.#known
    this.#known = addresses
    if (this.#at - before > LOOK + SLEPT) this.#notice({ code: 'was-asleep', since: before })
    else if (moved) this.#notice({ code: 'address-changed', since: this.#at })
  }

  #notice(what: Disturbance): void {
    this.#last = { what, elapsed: this.#clock.elapsed() }
    this.#noticed(what)
  }

  #read(): string {
    return [...this.#addresses()].sort().join(' ')
  }
}
