/**
 * The registry of this computer: a process of its own, so that the window never stutters, which ends with the app. A team hangs on
 * it: one that dies is started again.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Backoff, type ReconnectTimes } from '../../core/client/reconnect.ts'
import type { Clock } from '../../core/protocol/clock.ts'
import { ERROR_CODES, OptiChatError } from '../../core/protocol/errors.ts'
import { because } from '../../core/protocol/reasons.ts'
import type { HostedView } from '../bridge.ts'
import { toBridgeError } from './errors.ts'
import { fromSource } from './installation.ts'
import { type Program, type RunProgram, runInNode } from './program.ts'
import { drawQr } from './qr.ts'

/** Milliseconds a registry may take to be ready: a cold start with a large message log on a slow disk. */
const START = 30_000
/** Milliseconds it may take to say goodbye and close its database before it is killed. */
const STOP = 5_000
/** Lines of its log that are kept for the page. */
const LOG = 200
/** Until it is started again: longer each time it dies young. */
const AGAIN: ReconnectTimes = { first: 1_000, longest: 60_000 }
/** Milliseconds it has to run before its end is no sign that the next one comes soon. */
const OLD = 60_000

export interface HostedOptions {
  readonly profile: string
  /** Where it listens, asked at each start. */
  port(): number
  readonly advertise: boolean
  readonly clock: Clock
  /** The interface to use, asked at each start; null: the best ones. */
  interface(): Promise<string | null>
  changed(view: HostedView): void
  log(line: string): void
  /** How its process is made. Default: as Node's. */
  readonly run?: RunProgram
}

export interface Hosted {
  readonly view: HostedView
  /** Its data folder. */
  readonly data: string
  /** Resolves when it is ready; rejects (and shows `failed`) with `port-taken`, `data-in-use`, … */
  start(name: string): Promise<HostedView>
  stop(): Promise<void>
}

interface Ready {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly fingerprint: string
  readonly invite: string
}

export function createHosted(options: HostedOptions): Hosted {
  let child: Program | null = null
  let view: HostedView = { state: 'stopped', log: [] }
  /** Starts and stops happen one after the other. */
  let last: Promise<unknown> = Promise.resolve()
  // There is only one, which need not keep out of step with others.
  const again = new Backoff(options.clock, () => 1, AGAIN)
  /** It has run and nobody stopped it since. */
  let wanted = false

  const show = (next: HostedView) => {
    view = next
    options.changed(next)
  }
  const queue = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run, run)
    last = result.catch(() => undefined)
    return result
  }

  const start = async (name: string): Promise<HostedView> => {
    if (view.state === 'running') return view
    again.cancel()
    show({ state: 'starting', name, log: wanted ? view.log : [] })
    const started = launch(options, name, await options.interface())
    child = started
    const errors: string[] = []
    const note = (line: string) => {
      show({ ...view, log: [...view.log, line].slice(-LOG) })
    }
    createInterface({ input: started.stderr }).on('line', (line) => {
      errors.push(line)
      note(line)
    })
    return new Promise((resolve, reject) => {
      let late = false
      let readyAt: number | null = null
      const cancel = options.clock.after(START, () => {
        late = true
        started.kill()
      })
      createInterface({ input: started.stdout }).on('line', (line) => {
        const ready = readReady(line)
        if (!ready) {
          const words = readLog(line)
          if (words !== null) note(words)
          return
        }
        cancel()
        readyAt = options.clock.elapsed()
        wanted = true
        const { host: address, port, fingerprint, invite } = ready
        show({ ...view, state: 'running', name: ready.name, address, port, fingerprint, invite, qr: drawQr(invite) })
        resolve(view)
      })
      const ended = (error: OptiChatError | null) => {
        cancel()
        if (child === started) child = null
        if (!error) return show({ state: 'stopped', log: view.log })
        show({ state: 'failed', name, log: view.log, error: toBridgeError(error) })
        if (wanted) startAgain(name, error, readyAt !== null && options.clock.elapsed() - readyAt > OLD)
        reject(error)
      }
      started.ended.then(
        (how) => {
          if (asked.has(started)) {
            ended(null)
            reject(new OptiChatError('cancelled', because('registry-stopped', {})))
          } else ended(late ? new OptiChatError('timed-out', because('registry-slow-start', {})) : reasonOf(errors, how))
        },
        (cause: unknown) => ended(new OptiChatError('internal', because('registry-no-start', {}), { cause })),
      )
    })
  }

  const startAgain = (name: string, { message }: OptiChatError, ranLong: boolean) => {
    options.log(`The registry here ended, and is started again: ${message}`)
    if (ranLong) again.reset()
    // Its failure shows in the view, and leads here again.
    again.schedule(() => queue(() => start(name)).catch(() => undefined))
  }

  const stop = async () => {
    again.reset()
    wanted = false
    const running = child
    if (!running) return show({ state: 'stopped', log: view.log })
    await end(running, options.clock)
  }

  return {
    data: join(options.profile, 'registry'),
    get view() {
      return view
    },
    start: (name) => queue(() => start(name)),
    stop: () => {
      // One that is still starting is ended at once: its start rejects, and the queue comes to this stop.
      if (child) askToStop(child)
      return queue(stop)
    },
  }
}

/** Programs that were asked to stop, so that their end is no failure. */
const asked = new WeakSet<Program>()

function askToStop(child: Program) {
  // Told twice, the command would end without putting things in order, as after a second Ctrl-C.
  if (asked.has(child)) return
  asked.add(child)
  child.stop()
}

async function end(child: Program, clock: Clock): Promise<void> {
  const cancel = clock.after(STOP, () => child.kill())
  askToStop(child)
  await child.ended.catch(() => undefined)
  cancel()
}

function launch({ profile, port, advertise, run = runInNode }: HostedOptions, name: string, network: string | null): Program {
  const program = fileURLToPath(new URL(fromSource ? './registry-child.ts' : './registry-child.js', import.meta.url))
  const args = ['registry', String(port()), '--json', '--name', name, '--data', join(profile, 'registry')]
  if (network !== null) args.push('--interface', network)
  if (!advertise) args.push('--no-advertise')
  return run(program, args)
}

function readReady(line: string): Ready | null {
  const value = readObject(line)
  return value?.event === 'ready' ? (value as unknown as Ready) : null
}

/** A line of its log for people; null: what it says on stderr too. */
function readLog(text: string): string | null {
  const value = readObject(text)
  if (value?.event === 'error') return null
  return typeof value?.line === 'string' ? value.line : text
}

function readObject(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null
  }
}

/** The error the command printed with its code, else how it ended. */
function reasonOf(lines: readonly string[], ending: string): OptiChatError {
  for (const line of lines.toReversed()) {
    const code = ERROR_CODES.find((code) => line.includes(`[${code}]`))
    if (code) return new OptiChatError(code)
  }
  return new OptiChatError('internal', because('registry-ended', { how: ending }))
}
