/** Listens to the network for as long as an examination goes on: registries that are found, and answers to the doctor's questions. */
import type { Clock } from '../../core/protocol/clock.ts'
import type { Finder, FoundRegistry } from '../finder.ts'
import type { Answer } from './ears.ts'
import type { Evidence } from './evidence.ts'
import type { Probes } from './probes.ts'
import type { About } from './question.ts'

export class Surveyor {
  readonly #clock: Clock
  readonly #finder: Finder | null
  readonly #ears: ReturnType<Probes['ears']> | null
  readonly #found = new Map<string, FoundRegistry>()
  readonly #waiting = new Set<() => void>()

  /** @param quiet nothing is sent or heard by multicast */
  constructor(probes: Probes, clock: Clock, quiet: boolean) {
    this.#clock = clock
    this.#finder = quiet ? null : probes.finder()
    this.#ears = quiet ? null : probes.ears()
    const put = (registry: FoundRegistry) => {
      this.#found.set(registry.key, registry)
      for (const look of [...this.#waiting]) look()
    }
    // Trouble on an interface shows as what is not heard there.
    this.#finder?.start({ found: put, changed: put, lost: ({ key }) => this.#found.delete(key), trouble: () => undefined })
    void this.#ears?.ask('heard')
  }

  get listens(): boolean {
    return this.#ears !== null
  }

  /** What the questions are known by. */
  get token(): string {
    return this.#ears?.token ?? ''
  }

  async ask(about: About): Promise<void> {
    await this.#ears?.ask(about)
  }

  answer(fits: (answer: Answer) => boolean, millis: number): Promise<Answer | null> {
    return this.#ears?.answer(fits, millis) ?? Promise.resolve(null)
  }

  /** The first registry that fits, as soon as it is found, or null after `millis`. */
  find(fits: (registry: FoundRegistry) => boolean, millis: number): Promise<FoundRegistry | null> {
    if (!this.#finder) return Promise.resolve(null)
    return new Promise((resolve) => {
      const settle = (found: FoundRegistry | null) => {
        cancel()
        this.#waiting.delete(look)
        resolve(found)
      }
      const look = () => {
        const found = [...this.#found.values()].find(fits)
        if (found) settle(found)
      }
      const cancel = this.#clock.after(millis, () => settle(null))
      this.#waiting.add(look)
      look()
    })
  }

  /** All that was seen so far, as evidence. */
  seen(): Pick<Evidence, 'found' | 'answers' | 'sights'> {
    return {
      ...(this.#finder ? { found: [...this.#found.values()] } : {}),
      ...(this.#ears ? { answers: [...this.#ears.answers], sights: this.#ears.sights() } : {}),
    }
  }

  async close(): Promise<void> {
    this.#ears?.close()
    await this.#finder?.stop()
  }
}
