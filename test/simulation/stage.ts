/** Everything of one run: world, registry, network, people and their devices, and who watches them. */
import type { Client } from '../../core/client/client.ts'
import type { Chance } from './chance.ts'
import { SimulatedDevice, type SimulatedUser } from './device.ts'
import type { Wire } from './link.ts'
import type { Life } from './machine.ts'
import { Model } from './model.ts'
import { Network } from './network.ts'
import { type RegistryHooks, SimulatedRegistry } from './registry.ts'
import { DeviceWatch, RegistryWatch } from './watch.ts'
import { Violation, type World } from './world.ts'

const MOST_USERS = 8

/** Bugs that a test plants; nothing of the product is changed by them. */
export interface Plants extends RegistryHooks {
  /** May rewrite a frame before the registry gets it. */
  toRegistry?(frame: string, wire: Wire): string
}

export class Stage {
  readonly world: World
  readonly chance: Chance
  readonly registry: SimulatedRegistry
  readonly network: Network
  readonly model: Model
  readonly #watch = new RegistryWatch()
  readonly #watches = new Map<SimulatedDevice, DeviceWatch>()
  #named = 0
  /** The run ends: nobody starts a program again. */
  over = false
  readonly #syncedAt = new Map<SimulatedDevice, number>()

  constructor(world: World, plants: Plants) {
    this.world = world
    this.chance = world.chance
    this.registry = new SimulatedRegistry(world, plants)
    this.model = new Model(world, this.registry)
    this.network = new Network(world, this.registry, (device, wire) => {
      this.watchOf(device).wire(wire)
      const { toRegistry } = plants
      if (toRegistry) wire.rewrite = (frame) => toRegistry(frame, wire)
    })
    world.watch = () => {
      const { running } = this.registry
      if (running) this.#watch.look(running.context)
    }
  }

  watchOf(device: SimulatedDevice): DeviceWatch {
    const watch = this.#watches.get(device)
    if (!watch) throw new Error(`nobody watches ${device.name}`)
    return watch
  }

  /** What its disks have now survives a power cut. */
  syncDisks(device: SimulatedDevice): void {
    device.sync()
    this.#syncedAt.set(device, this.world.time)
  }

  syncedAt(device: SimulatedDevice): number {
    return this.#syncedAt.get(device) ?? 0
  }

  /** After its process ended, however it did; it is started again some time later. */
  deviceDied(device: SimulatedDevice, machineToo = false): void {
    this.model.died(device)
    this.model.synced.delete(device)
    this.network.deviceDied(device, machineToo)
    this.world.after(this.chance.delay(50, 15_000), () => {
      if (!this.over) void device.start()
    })
  }

  /**
   * Registers somebody, who then signs in at some devices; what the registry does of it is real, but for OPAQUE. When the registry
   * dies meanwhile, nobody has come.
   */
  async newcomer(): Promise<void> {
    const { model, registry, chance } = this
    const { running } = registry
    if (!running || model.users.length >= MOST_USERS) return
    const { accounts, presences, messages } = running.context
    const user: SimulatedUser = { id: chance.id(), name: `u${this.#named++}` }
    const devices = Array.from({ length: Number(chance.weighted({ '1': 5, '2': 3, '3': 1 })) }, (_, index) => this.#device(user, index))
    try {
      const since = messages.head
      const account = await accounts.register({ id: user.id, name: user.name, nameKey: user.name, record: '', since })
      presences.announce(account)
      for (const device of devices) await accounts.enrol(device.fingerprint, account, device.name)
      this.world.note(() => `${user.name} has registered after ${since}`)
      model.users.push(user)
      model.since.set(user.id, since)
      for (const device of devices) {
        await device.signIn(registry)
        model.devices.push(device)
        await device.start()
      }
    } catch (error) {
      this.world.note(() => `${user.name} could not register: ${error}`)
    }
  }

  release(): void {
    this.registry.disk.release()
    for (const device of this.#watches.keys()) device.release()
  }

  #device(user: SimulatedUser, index: number): SimulatedDevice {
    const device = new SimulatedDevice(this.world, user, `${user.name}.${index}`, {
      opened: (one, client, life) => this.#opened(one, client, life),
      dial: (one, life) => this.network.dial(one, life),
      crashed: (one) => this.deviceDied(one),
    })
    this.#watches.set(device, new DeviceWatch(this.world, device.name, user.id))
    return device
  }

  #opened(device: SimulatedDevice, client: Client, life: Life): void {
    const heard = (what: () => void) => {
      if (life.alive) what()
    }
    this.watchOf(device).life(client, life)
    client.on('synced', () => heard(() => this.model.synced.add(device)))
    client.on('connection', (state) =>
      heard(() => {
        if (state.at !== 'online') this.model.synced.delete(device)
        if (state.at === 'refused') this.world.fail(new Violation(`${device.name} gives up: ${state.code}`))
        this.world.note(() => `${device.name} is ${state.at}${'code' in state ? `: ${state.code}` : ''}`)
      }),
    )
    client.on('trouble', (error) => heard(() => this.world.fail(new Violation(`${device.name} is in trouble: ${error}`))))
  }
}
