/** A computer with a clock of its own that may be wrong and that may sleep, and the processes that live and die on it. */
import type { Clock } from '../../core/protocol/clock.ts'
import type { World } from './world.ts'

/** Wall-clock time at the start of every run. */
const START = Date.UTC(2030, 0, 1)

export class Machine {
  readonly world: World
  readonly name: string
  /** Milliseconds by which its wall clock is off. */
  offset = 0
  #asleep = false
  #deferred: (() => void)[] = []

  constructor(world: World, name: string) {
    this.world = world
    this.name = name
  }

  get asleep(): boolean {
    return this.#asleep
  }

  now(): number {
    return START + this.world.time + this.offset
  }

  /** Runs nothing for some time; then all that was due, in some order. */
  sleep(millis: number): void {
    if (this.#asleep) return
    this.#asleep = true
    this.world.note(() => `${this.name} falls asleep for ${millis} ms`)
    this.world.after(millis, () => this.wake())
  }

  wake(): void {
    if (!this.#asleep) return
    this.#asleep = false
    this.world.note(() => `${this.name} wakes up`)
    for (const run of this.#deferred.splice(0)) this.world.after(this.world.chance.int(0, 20), () => this.run(run))
  }

  run(work: () => void): void {
    if (this.#asleep) this.#deferred.push(work)
    else work()
  }
}

/** One process, from its start to its end. What is left of it afterwards runs into nothing. */
export class Life {
  readonly machine: Machine
  readonly clock: Clock
  readonly #started: number
  #alive = true

  constructor(machine: Machine) {
    this.machine = machine
    const { world } = machine
    this.#started = world.time
    this.clock = {
      now: () => machine.now(),
      elapsed: () => world.time - this.#started,
      // As in Node, where a timer of 0 is one of 1 ms.
      after: (millis, run) => this.after(Math.max(1, millis), run),
    }
  }

  get alive(): boolean {
    return this.#alive
  }

  end(): void {
    this.#alive = false
  }

  after(millis: number, run: () => void): () => void {
    let cancelled = false
    if (!this.#alive) return () => undefined
    const cancel = this.machine.world.after(millis, () =>
      this.run(() => {
        if (!cancelled) run()
      }),
    )
    return () => {
      cancelled = true
      cancel()
    }
  }

  /** Now, when the machine wakes up, or never when the process has ended. */
  run(work: () => void): void {
    this.machine.run(() => {
      if (this.#alive) work()
    })
  }
}
