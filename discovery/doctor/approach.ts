/** The way to the registry: which one, by which route, whether its port opens, whether it is the right one; and if not, what else is to be seen. */
import type { Clock } from '../../core/protocol/clock.ts'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import type { Evidence, Silence, Target } from './evidence.ts'
import type { Help, Meeting } from './help.ts'
import type { Probes } from './probes.ts'
import type { Route } from './route.ts'
import type { Surveyor } from './surveyor.ts'

/** Milliseconds to listen for registries where none is known. */
const LISTEN = 2_500
/** Milliseconds more for one that may have moved. */
const LISTEN_MORE = 1_200
/** Milliseconds for a connection: a SYN is sent again after one and after three seconds, and the system gives up on an absent neighbour after three. */
const CONNECT = 3_600
/** Milliseconds within which a connection opens on any network that is well. */
const PROMPT = 1_000
/** Milliseconds for TLS and hello, once connected. */
const MEET = 6_000
/** Milliseconds for what answers at once if it answers at all. */
const QUICK = 1_200
/** Milliseconds for the registry to have another computer try its port, and to tell. */
const OTHERS = 5_000

/** The discard port (RFC 863): where nobody listens, a computer says so. */
const DISCARD = 9

export interface ApproachOptions {
  /** The registry that is meant, where one is known. */
  readonly known: Target | null
  readonly help: Help
  readonly clock: Clock
  readonly probes: Probes
  readonly surveyor: Surveyor
  readonly signal: AbortSignal
  note(seen: Partial<Evidence>): void
}

/** Answers the registry once it said hello, also when it is not the one that was expected. */
export async function approach(options: ApproachOptions): Promise<Meeting | null> {
  const { surveyor, note } = options
  const target = options.known ?? (await foundOne(surveyor))
  note({ ...surveyor.seen(), target })
  if (!target) return null
  const first = await meetAt(options, target)
  if (first.meeting || first.spoke) return first.meeting
  const moved = await movedTo(options, target)
  if (moved) {
    note({ ...surveyor.seen(), target: moved, before: { host: target.host, port: target.port } })
    return (await meetAt(options, moved)).meeting
  }
  if (first.silence) note({ silence: await completed(options, target, first.route, await first.silence) })
  note(surveyor.seen())
  return null
}

async function foundOne(surveyor: Surveyor): Promise<Target | null> {
  const found = await surveyor.find(() => true, LISTEN)
  return found && { host: found.host, port: found.port, name: found.name, source: 'found', pin: null, known: null }
}

/** The same registry elsewhere, by its certificate, which it has to prove there. */
async function movedTo({ surveyor }: ApproachOptions, target: Target): Promise<Target | null> {
  const { pin, host, port } = target
  if (pin === null) {
    // Whether it is announced at all is looked for all the same.
    await surveyor.find((one) => one.host === host && one.port === port, LISTEN_MORE)
    return null
  }
  const found = await surveyor.find(({ fingerprint }) => fingerprint === pin, LISTEN_MORE)
  if (!found || (found.host === host && found.port === port)) return null
  return { ...target, host: found.host, port: found.port, name: found.name }
}

interface Attempt {
  readonly meeting: Meeting | null
  readonly route: Route | null
  /** Somebody took the connection. */
  readonly spoke: boolean
  /** Nobody said anything, or that it is not there: what is to be seen beside that. */
  readonly silence: Promise<Beside> | null
}

async function meetAt(options: ApproachOptions, target: Target): Promise<Attempt> {
  const { probes, signal, note } = options
  const route = await probes.route(target.host)
  note({ route })
  if (!route) return { meeting: null, route, spoke: false, silence: null }
  let settled = false
  const opening = probes.port({ host: target.host, port: target.port }, CONNECT, signal).finally(() => {
    settled = true
  })
  // What opens at all opens at once: beside waiting for it, there is time to look at what else is to be seen.
  await Promise.race([opening, pause(options.clock, PROMPT)])
  const beside = settled ? null : lookBeside(options, target, route)
  const port = await opening
  note({ port })
  if (port.outcome === 'open') return { meeting: await hello(options, target), route, spoke: true, silence: null }
  const silent = port.outcome === 'timed-out' || port.outcome === 'no-host'
  return { meeting: null, route, spoke: false, silence: silent ? (beside ?? lookBeside(options, target, route)) : null }
}

const pause = (clock: Clock, millis: number) => new Promise<void>((resolve) => clock.after(millis, resolve))

async function hello({ help, clock, probes, signal, note }: ApproachOptions, target: Target): Promise<Meeting | null> {
  const attempt = new AbortController()
  const stop = () => attempt.abort()
  const cancel = clock.after(MEET, stop)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const meeting = await help.meet(target, target.pin, attempt.signal)
    const { id, name, fingerprint, trusted, user } = meeting
    note({ meeting: { met: true, id, name, fingerprint, trusted, user: user?.name ?? null } })
    return meeting
  } catch (error) {
    const { code, message } = asOptiChatError(error)
    // It hung up on TLS at once: then it is something that does not speak it.
    const late = attempt.signal.aborted
    const what = late ? 'timed-out' : code === 'registry-unreachable' ? 'not-optichat' : code
    const program = what === 'not-optichat' ? await probes.program(target) : null
    note({ meeting: { met: false, code: what, detail: message }, program })
    return null
  } finally {
    cancel()
    signal.removeEventListener('abort', stop)
  }
}

type Beside = Omit<Silence, 'neighbour' | 'neighbours'>

/** What else there is to be seen of a registry that does not answer. */
async function lookBeside({ probes, surveyor, signal }: ApproachOptions, target: Target, route: Route): Promise<Beside> {
  const address = { host: route.address, port: target.port }
  const [passesHere, ruledOut, open, alive] = await Promise.all([
    route.from ? probes.passesHere(route.from, target.port, QUICK, signal) : null,
    probes.ruledOut(address),
    askOthers(surveyor, target),
    probes.port({ host: target.host, port: DISCARD }, QUICK, signal),
  ])
  return { passesHere, ruledOut, ...(open === undefined ? {} : { open }), alive: alive.outcome === 'refused' || alive.outcome === 'open' }
}

/** With who is on the network at all: what the system found out by trying, so at the end of it. */
async function completed({ probes }: ApproachOptions, target: Target, route: Route | null, beside: Beside): Promise<Silence> {
  const address = route?.address ?? target.host
  const neighbour = await probes.neighbour(address)
  const lost = neighbour === 'absent' && beside.open === undefined && route !== null && route.on.length > 0
  const own = route?.from ?? ''
  return { ...beside, neighbour, neighbours: lost ? await probes.neighbours(own || address, [address, own]) : null }
}

/** By multicast: does the registry hear us, and do others reach it? Undefined: it does not answer. */
async function askOthers(surveyor: Surveyor, { host, pin }: Target): Promise<boolean | null | undefined> {
  const isIt = (one: { host: string; fingerprint: string }) => (pin === null ? one.host === host : one.fingerprint === pin)
  if (!(await surveyor.answer(isIt, QUICK))) return undefined
  await surveyor.ask('port')
  const answer = await surveyor.answer((one) => one.about === 'port' && isIt(one), OTHERS)
  return answer ? answer.open : null
}
