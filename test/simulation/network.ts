/** The network of a run: which device reaches the registry, how long dialling takes, and the wires there are. */
import type { Dial } from '../../core/client/handshake.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { SimulatedDevice } from './device.ts'
import { Wire } from './link.ts'
import type { Life } from './machine.ts'
import type { SimulatedRegistry } from './registry.ts'
import type { World } from './world.ts'

/** As in the WebSocket link: milliseconds for TCP, TLS and the upgrade. */
const HANDSHAKE_TIMEOUT = 10_000

export class Network {
  /** Milliseconds of the shortest and longest way of a frame. */
  latency: readonly [number, number] = [1, 40]
  /** See `Wire.weight`. */
  weight = 0
  /** How often a new wire breaks at once. */
  flaky = 0
  #count = 0
  readonly #wires = new Map<SimulatedDevice, Wire[]>()
  readonly #world: World
  readonly #registry: SimulatedRegistry
  readonly #opened: (device: SimulatedDevice, wire: Wire) => void

  constructor(world: World, registry: SimulatedRegistry, opened: (device: SimulatedDevice, wire: Wire) => void) {
    this.#world = world
    this.#registry = registry
    this.#opened = opened
  }

  wires(device?: SimulatedDevice): Wire[] {
    const all = device ? (this.#wires.get(device) ?? []) : [...this.#wires.values()].flat()
    return all.filter(({ open }) => open)
  }

  /** The process of a device is gone. */
  deviceDied(device: SimulatedDevice, machineToo: boolean): void {
    for (const wire of this.wires(device)) wire.died(wire.client, machineToo)
  }

  registryDied(machineToo: boolean): void {
    for (const wire of this.wires()) wire.died(wire.registry, machineToo)
  }

  dial(device: SimulatedDevice, life: Life): Dial {
    return ({ signal }) =>
      new Promise((resolve, reject) => {
        const { chance } = this.#world
        let over = false
        const settle = (finish: () => void) => {
          if (over) return
          over = true
          signal?.removeEventListener('abort', abort)
          finish()
        }
        const fail = (why: string) => settle(() => reject(new OptiChatError('registry-unreachable', why)))
        const abort = () => settle(() => reject(new OptiChatError('cancelled')))
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort, { once: true })
        life.after(HANDSHAKE_TIMEOUT, () => fail('no answer'))
        life.after(chance.delay(2, 400), () => {
          if (over) return
          // A cable that is out is refused at once or not at all.
          if (!device.plugged) return chance.happens(0.5) && fail('no route')
          const running = this.#registry.running
          if (!running) return fail('refused')
          if (running.life.machine.asleep) return
          const wire = new Wire(
            this.#world,
            ++this.#count,
            { life, fingerprint: device.fingerprint },
            { life: running.life, fingerprint: this.#registry.fingerprint },
            this.latency,
          )
          wire.weight = this.weight
          this.#wires.set(device, [...this.wires(device), wire])
          this.#world.note(() => `wire ${wire.number} opens from ${device.name}`)
          this.#opened(device, wire)
          // The registry's end is there first, the client's a moment later.
          running.hub.accept(wire.registry)
          life.after(chance.delay(...this.latency), () => {
            if (over || wire.client.over) {
              wire.died(wire.client, false)
              return fail('gone again')
            }
            settle(() => resolve(wire.client))
          })
          if (chance.happens(this.flaky)) this.#world.after(chance.delay(0, 500), () => wire.reset())
        })
      })
  }
}
