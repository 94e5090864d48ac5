/** When a command is to end: Ctrl-C, SIGTERM, or nobody reading any more. A second Ctrl-C does not wait. */
import { constants } from 'node:os'

export type EndCause = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'output closed'

/** Thrown through a command that was told to end. */
export class Interrupted extends Error {
  readonly by: EndCause
  constructor(by: EndCause) {
    super(`ended by ${by}`)
    this.name = 'Interrupted'
    this.by = by
  }
}

export interface Lifetime {
  readonly signal: AbortSignal
  /** Told from the outside that it is over (a person typed /quit, nobody reads the output). */
  end(cause: EndCause): void
  /** Runs work until it is done or the command is to end; rejects with Interrupted then. */
  race<T>(work: Promise<T>): Promise<T>
}

/** The exit code that shells give to a process ended by a signal. */
const signalCode = (signal: NodeJS.Signals) => 128 + constants.signals[signal]

/** Listens to the process's signals for as long as it lives. */
export function processLifetime(): Lifetime {
  const controller = new AbortController()
  const end = (cause: EndCause) => {
    if (!controller.signal.aborted) controller.abort(new Interrupted(cause))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signalCode(signal))
      end(signal)
    })
  }
  return {
    signal: controller.signal,
    end,
    race: (work) =>
      new Promise((resolve, reject) => {
        const stop = () => reject(controller.signal.reason)
        if (controller.signal.aborted) stop()
        controller.signal.addEventListener('abort', stop, { once: true })
        work.then(resolve, reject).finally(() => controller.signal.removeEventListener('abort', stop))
      }),
  }
}
