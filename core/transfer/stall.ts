import type { Clock } from '../protocol/clock.ts'
import type { OptiChatError } from '../protocol/errors.ts'
import { asDiskError, roomIn } from './disk.ts'
import { DISK_POLL } from './limits.ts'

/** What could not be written because the disk is full waits here, in order, until there is room for all that is still lacking. */
export class Stall {
  readonly #clock: Clock
  readonly #into: string
  readonly #lacking: () => number
  readonly #over: (error: OptiChatError | null) => void
  #waiting: (() => void)[] = []
  #cancel: (() => void) | null = null

  /** @param options.over called after `begin`: with null when all that waited was written, with the error when that failed for another reason */
  constructor(options: { clock: Clock; into: string; lacking(): number; over(error: OptiChatError | null): void }) {
    this.#clock = options.clock
    this.#into = options.into
    this.#lacking = options.lacking
    this.#over = options.over
  }

  get isOn(): boolean {
    return this.#cancel !== null
  }

  begin(): void {
    this.#cancel ??= this.#clock.after(DISK_POLL, () => this.#look())
  }

  /** @param write is called once there is room, again if that is not enough after all */
  add(write: () => void): void {
    this.#waiting.push(write)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#waiting = []
  }

  #look(): void {
    this.#cancel = null
    try {
      const free = roomIn(this.#into)
      /** Going on with less would fill the disk to its brim again, which is no kindness to other programs. */
      if (free !== null && free < this.#lacking()) {
        this.begin()
        return
      }
      for (let write = this.#waiting[0]; write; write = this.#waiting[0]) {
        write()
        this.#waiting.shift()
      }
    } catch (thrown) {
      const error = asDiskError(thrown, this.#into)
      if (error.code === 'disk-full') this.begin()
      else this.#over(error)
      return
    }
    this.#over(null)
  }
}
