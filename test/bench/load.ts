/** Many clients on one registry process: what they cost, what they get, and how they come back after a crash. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CalledProcess } from './calls.ts'
import type { GeneratorCalls, SignedIn } from './generator.script.ts'
import { type Enrolled, prepareRegistry } from './prepared.ts'
import type { Usage } from './process-usage.ts'
import { RegistryProcess } from './registry-process.ts'
import { quantile } from './results.ts'

export interface LoadOptions {
  readonly clients: number
  /** Of those, how many are there when the registry is killed. */
  readonly storm: number
  /** Processes that play the clients. */
  readonly generators: number
  /** Sign-ins under way at once, of all. */
  readonly atOnce: number
  /** Own addresses (127.0.0.1 and on, where the system has them) the clients dial from: a registry bounds how many come from one. */
  readonly addresses: number
  /** Messages to everyone, before and in the storm. */
  readonly messages: number
  /** Milliseconds of idling before memory is looked at. */
  readonly settle: number
  say(line: string): void
}

export interface SignInReport {
  readonly clients: number
  readonly seconds: number
  readonly perSecond: number
  /** Milliseconds from dialling until synced (in the storm: from the registry's `ready`). */
  readonly median: number
  readonly longest: number
  /** Attempts that failed, by why. */
  readonly refused: Record<string, number>
  /** Milliseconds of the registry's processor time for one. */
  readonly cpu: number | null
  /** How busy the registry and the busiest generator were meanwhile, in processors. */
  readonly registryBusy: number | null
  readonly generatorBusy: number
  /** Frames that told one client of presence, from the first sign-in until all was calm. */
  readonly presenceFrames: { readonly mean: number; readonly most: number }
  readonly presenceBytes: number
}

export interface LoadReport {
  readonly signIn: SignInReport
  readonly storm: SignInReport
  /** MiB of the registry, with nobody and with all of them idle. */
  readonly memory: { readonly empty: number; readonly full: number; readonly kibPerClient: number } | null
  /** Milliseconds from the first of the messages to the last client that has the last one. */
  readonly broadcast: { readonly messages: number; readonly millis: number }
  readonly readyAfterKill: number
  /** Sends that were under way when it was killed. */
  readonly unanswered: number
  /** Lines of its log about what it refused or closed, and how often: clients that gave an attempt up, mostly. */
  readonly logged: Record<string, number>
  readonly problems: string[]
}

export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const folder = mkdtempSync(join(tmpdir(), 'optichat-load-'))
  const problems: string[] = []
  const undo: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  try {
    options.say(`enrolling ${options.clients} devices`)
    const data = join(folder, 'registry')
    const { people, head } = await prepareRegistry({ data, people: options.clients, messages: 1_000 })
    const start = async (port = 0) => {
      const registry = new RegistryProcess(data, port)
      undo.push(() => registry.end('SIGKILL'))
      return { registry, at: await registry.ready }
    }

    const all = new Crowd(options, people)
    undo.push(() => all.end())
    const first = await start()
    await pause(options.settle)
    const empty = first.registry.usage()
    await all.start(first.at, head)
    options.say(`signing ${options.clients} in`)
    const signIn = await all.measured(first.registry, async () => {
      const began = Date.now()
      return { began, signedIn: await all.signIn() }
    })
    await pause(options.settle)
    const full = first.registry.usage()
    problems.push(...(await all.seesOnline(options.clients)))
    options.say(`${options.messages} messages to everyone`)
    const began = Date.now()
    const { positions } = await all.first.call('send', { messages: options.messages })
    const got = await all.received(Math.max(...positions))
    problems.push(...(await all.verify(positions)))
    await all.end()
    await first.registry.end('SIGTERM')

    const some = new Crowd(options, people.slice(0, options.storm))
    undo.push(() => some.end())
    const second = await start(first.at.port)
    await some.start(second.at, Math.max(...positions))
    options.say(`signing ${options.storm} in, for the storm`)
    await some.signIn()
    await some.first.call('presence', undefined)
    await some.comeBackAlways()
    const before = await some.first.call('send', { messages: options.messages })
    const sending = some.first.call('send', { messages: options.messages })
    await pause(5)
    options.say('kill -9')
    await second.registry.end('SIGKILL')
    const during = await sending
    const third = await start(first.at.port)
    const ready = Date.now()
    const storm = await some.measured(third.registry, async () => ({ began: ready, signedIn: await some.allBack(ready) }))
    const after = await some.first.call('send', { messages: options.messages })
    const acknowledged = [...before.positions, ...during.positions, ...after.positions]
    await some.received(Math.max(...acknowledged))
    await pause(options.settle)
    problems.push(...(await some.seesOnline(options.storm)))
    problems.push(...(await some.verify(acknowledged)))
    return {
      signIn,
      storm,
      memory: memoryOf(empty, full, options.clients),
      broadcast: { messages: options.messages, millis: got - began },
      readyAfterKill: third.registry.readyAfter,
      unanswered: during.lost,
      logged: counted([...first.registry.troubles, ...third.registry.troubles]),
      problems,
    }
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

/** The clients, over all generator processes. */
class Crowd {
  readonly #options: LoadOptions
  readonly #people: readonly Enrolled[]
  readonly #generators: CalledProcess<GeneratorCalls>[]

  constructor(options: LoadOptions, people: readonly Enrolled[]) {
    this.#options = options
    this.#people = people
    this.#generators = Array.from(
      { length: options.generators },
      () => new CalledProcess<GeneratorCalls>(new URL('./generator.script.ts', import.meta.url)),
    )
  }

  get first(): CalledProcess<GeneratorCalls> {
    const [first] = this.#generators
    if (!first) throw new Error('no generator')
    return first
  }

  async start(registry: Awaited<RegistryProcess['ready']>, head: number): Promise<void> {
    const { addresses } = this.#options
    const from = this.#people.map((_, index) => (addresses > 1 ? `127.0.0.${1 + (index % addresses)}` : undefined))
    const share = Math.ceil(this.#people.length / this.#generators.length)
    await this.#each((generator, index) => {
      const slice = [index * share, (index + 1) * share] as const
      return generator.call('start', { registry, head, people: this.#people.slice(...slice), from: from.slice(...slice) })
    })
  }

  signIn(): Promise<SignedIn[]> {
    return this.#each((generator) => generator.call('signIn', { atOnce: Math.ceil(this.#options.atOnce / this.#generators.length) }))
  }

  async comeBackAlways(): Promise<void> {
    await this.#each((generator) => generator.call('comeBackAlways', undefined))
  }

  allBack(began: number): Promise<SignedIn[]> {
    return this.#each((generator) => generator.call('allBack', { began, patience: 180_000 }))
  }

  async received(position: number): Promise<number> {
    return Math.max(...(await this.#each((generator) => generator.call('received', { position, patience: 120_000 }))))
  }

  async verify(positions: readonly number[]): Promise<string[]> {
    return (await this.#each((generator) => generator.call('verify', { positions }))).flat()
  }

  /** Whether everybody's roster shows so many people online, soon. */
  async seesOnline(people: number): Promise<string[]> {
    const seen = await this.#each((generator) => generator.call('presence', undefined))
    return seen.flatMap(({ online }) => (online === people ? [] : [`${online} of ${people} are shown as online`]))
  }

  /** Signs people in by `run` and looks at what that took until all is calm. */
  async measured(registry: RegistryProcess, run: () => Promise<{ began: number; signedIn: SignedIn[] }>): Promise<SignInReport> {
    await this.#each((generator) => generator.call('presence', undefined))
    await this.#each((generator) => generator.call('busy', undefined))
    const before = registry.usage()
    const { began, signedIn } = await run()
    const after = registry.usage()
    const seconds = (Math.max(...signedIn.map(({ last }) => last)) - began) / 1000
    const busy = await this.#each((generator) => generator.call('busy', undefined))
    const took = signedIn.flatMap((one) => one.took)
    const refused: Record<string, number> = {}
    for (const one of signedIn) for (const [why, times] of Object.entries(one.refused)) refused[why] = (refused[why] ?? 0) + times
    // The last change is told a second after the one before it.
    await pause(2_500)
    const presence = await this.#each((generator) => generator.call('presence', undefined))
    const frames = presence.flatMap((one) => one.frames)
    const cpu = before && after ? after.cpu - before.cpu : null
    return {
      clients: took.length,
      seconds,
      perSecond: took.length / seconds,
      median: quantile(took, 0.5),
      longest: quantile(took, 1),
      refused,
      cpu: cpu === null ? null : (cpu * 1000) / took.length,
      registryBusy: cpu === null ? null : cpu / seconds,
      generatorBusy: Math.max(...busy),
      presenceFrames: { mean: frames.reduce((sum, one) => sum + one, 0) / frames.length, most: Math.max(...frames) },
      presenceBytes: presence.reduce((sum, { bytes }) => sum + bytes, 0) / frames.length,
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#generators.map((generator) => generator.end()))
  }

  #each<T>(ask: (generator: CalledProcess<GeneratorCalls>, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#generators.map(ask))
  }
}

function counted(lines: readonly string[]): Record<string, number> {
  const times: Record<string, number> = {}
  for (const line of lines) times[line] = (times[line] ?? 0) + 1
  return times
}

function memoryOf(empty: Usage | null, full: Usage | null, clients: number): LoadReport['memory'] {
  if (!empty || !full) return null
  return { empty: empty.memory, full: full.memory, kibPerClient: ((full.memory - empty.memory) * 1024) / clients }
}
