/** The registry of a run: its real logic over a simulated disk, through many lives. */
import { type Context, createContext } from '../../core/registry/context.ts'
import { Hub } from '../../core/registry/hub.ts'
import { Journal } from '../../core/registry/journal.ts'
import { Disk } from './disk.ts'
import { Life, Machine } from './machine.ts'
import { type DiskWeather, type StoreHooks, simulatedStore } from './store.ts'
import type { World } from './world.ts'

/** Bugs that a test plants in a registry. */
export interface RegistryHooks extends StoreHooks {
  /** Gets each new life's context before anybody connects. */
  started?(context: Context): void
}

export interface Running {
  readonly life: Life
  readonly context: Context
  readonly hub: Hub
}

export class SimulatedRegistry {
  readonly machine: Machine
  readonly disk = new Disk('registry')
  readonly id: string
  readonly fingerprint: string
  readonly weather: DiskWeather = { commit: [0, 20], full: false, told: null }
  /** Set while it takes connections. */
  running: Running | null = null
  lives = 0
  readonly #world: World
  readonly #hooks: RegistryHooks
  #life: Life | null = null
  #stopping = false

  constructor(world: World, hooks: RegistryHooks) {
    this.#world = world
    this.#hooks = hooks
    this.machine = new Machine(world, 'registry')
    this.id = world.chance.id()
    this.fingerprint = world.chance.hex(64)
  }

  /** Whether there is a process, be it one that only just starts or stops. */
  get alive(): boolean {
    return this.#life !== null
  }

  async start(): Promise<void> {
    if (this.#life) return
    const life = new Life(this.machine)
    this.#life = life
    this.lives++
    this.#world.note(() => `the registry starts (life ${this.lives})`)
    const store = simulatedStore(life, this.disk, this.weather, this.#hooks)
    const snapshot = await store.load(this.id)
    if (!life.alive) return
    const journal = new Journal((line) => this.#world.note(() => `journal: ${line}`), life.clock)
    const context = createContext({ name: 'simulated', setup: '', store, snapshot, clock: life.clock, journal })
    this.#hooks.started?.(context)
    this.running = { life, context, hub: new Hub(context) }
  }

  /** As `SIGTERM`: says goodbye and ends. */
  async stop(): Promise<void> {
    const { running } = this
    if (!running || this.#stopping) return
    this.#stopping = true
    this.#world.note(() => 'the registry is asked to stop')
    await running.hub.stop('registry-stopping')
    if (!running.life.alive) return
    await running.context.store.close()
    if (!running.life.alive) return
    this.#world.note(() => 'the registry has stopped')
    this.#end(running.life)
  }

  /** As `SIGKILL`, or as a power cut, which also takes what was not synced. */
  crash(power: boolean): void {
    if (!this.#life) return
    this.#world.note(() => `the registry ${power ? 'loses power' : 'is killed'}`)
    this.#end(this.#life)
    if (power) this.disk.losePower()
    else this.disk.crash()
  }

  #end(life: Life): void {
    life.end()
    this.#life = null
    this.#stopping = false
    this.running = null
  }
}
