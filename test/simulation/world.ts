/** Virtual time: what is to happen, in the order of time, and among what happens at the same millisecond in an order drawn from the seed. */
import { createHash } from 'node:crypto'
import { Chance } from './chance.ts'

/** Lines of the trace that are kept: the last ones are about what went wrong. */
const KEPT = 3_000
/** Events run in one turn of the real event loop; microtasks are drained between each two of them. */
const BURST = 64

interface Event {
  readonly at: number
  readonly tie: number
  run: (() => void) | null
}

/** What a simulated run must never show. */
export class Violation extends Error {}

export class World {
  readonly seed: number
  readonly chance: Chance
  /** Called after each event. */
  watch: () => void = () => undefined
  /** Milliseconds since the start. */
  time = 0
  events = 0
  readonly #heap: Event[] = []
  readonly #traced: boolean
  readonly #lines: string[] = []
  readonly #hash = createHash('sha256')
  #fault: unknown = null

  constructor(seed: number, options: { trace?: boolean } = {}) {
    this.seed = seed
    this.chance = new Chance(seed)
    this.#traced = options.trace ?? false
  }

  /** Calls `run` after `delay` milliseconds. @returns what cancels it */
  after(delay: number, run: () => void): () => void {
    const event: Event = { at: this.time + Math.max(0, Math.ceil(delay)), tie: this.chance.next(), run }
    this.#push(event)
    return () => {
      event.run = null
    }
  }

  /** Runs what is due until `millis` have passed or `done` says so, which is asked twice a second. */
  async run(millis: number, done: () => boolean = () => false): Promise<boolean> {
    const end = this.time + millis
    let asked = this.time
    return new Promise((resolve, reject) => {
      let over = false
      const finish = (reached: boolean) => {
        over = true
        if (this.#fault) reject(this.#fault)
        else resolve(reached)
      }
      const turn = () => {
        if (over) return
        if (this.#fault) return finish(false)
        try {
          if (this.time >= asked) {
            asked = this.time + 500
            if (done()) return finish(true)
          }
          const next = this.#heap[0]
          if (!next || next.at > end) {
            this.time = end
            return finish(done())
          }
          this.#pop()
          if (!next.run) return
          this.time = next.at
          this.events++
          next.run()
          this.watch()
        } catch (error) {
          this.fail(error)
        }
      }
      // Between two immediates of one turn of the loop Node drains all microtasks: so each event has its consequences before the next.
      const burst = () => {
        if (over) return
        for (let count = 0; count < BURST; count++) setImmediate(turn)
        setImmediate(burst)
      }
      burst()
    })
  }

  /** Ends the run with this error; the first one counts. */
  fail(error: unknown): void {
    this.#fault ??= error
  }

  /** A line of the trace; `line` is only called when there is one. */
  note(line: () => string): void {
    if (!this.#traced) return
    const text = `${String(this.time).padStart(7)} ${line()}`
    this.#hash.update(text).update('\n')
    this.#lines.push(text)
    if (this.#lines.length > KEPT) this.#lines.shift()
  }

  get trace(): readonly string[] {
    return this.#lines
  }

  /** Of the whole trace, also of the lines that are no longer kept. */
  digest(): string {
    return this.#hash.digest('hex')
  }

  #push(event: Event): void {
    const heap = this.#heap
    let index = heap.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as Event
      if (isBefore(above, event)) break
      heap[index] = above
      index = parent
    }
    heap[index] = event
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++
      if (isBefore(last, heap[child] as Event)) break
      heap[index] = heap[child] as Event
      index = child
    }
    heap[index] = last
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie)
}
