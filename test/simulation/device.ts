/** A person's device in a run: the real client over simulated disks, links and clock, through many lives. */
import type { Client } from '../../core/client/client.ts'
import type { ProfileDisk } from '../../core/client/disk.ts'
import type { Dial } from '../../core/client/handshake.ts'
import { openClient } from '../../core/client/open.ts'
import { Profile } from '../../core/client/profile.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { asDatabase, Disk } from './disk.ts'
import { Life, Machine } from './machine.ts'
import type { World } from './world.ts'

/** The one address of the one registry. */
const REGISTRY = { host: '10.77.0.100', port: 6784 }

export interface SimulatedUser {
  readonly id: string
  readonly name: string
}

export interface DeviceHooks {
  /** A process of the device starts: its client before anything happened. */
  opened(device: SimulatedDevice, client: Client, life: Life): void
  dial(device: SimulatedDevice, life: Life): Dial
  /** Its process died by itself, at a statement. */
  crashed(device: SimulatedDevice): void
}

export class SimulatedDevice {
  readonly machine: Machine
  readonly name: string
  readonly user: SimulatedUser
  readonly fingerprint: string
  client: Client | null = null
  life: Life | null = null
  /** The network reaches it. */
  plugged = true
  readonly #world: World
  readonly #hooks: DeviceHooks
  readonly #disks = { profile: new Disk('profile'), history: new Disk('history') }

  constructor(world: World, user: SimulatedUser, name: string, hooks: DeviceHooks) {
    this.#world = world
    this.#hooks = hooks
    this.user = user
    this.name = name
    this.machine = new Machine(world, name)
    this.fingerprint = world.chance.hex(64)
  }

  /** Notes a sign-in as a login would have: enrolling it at the registry is the caller's. */
  async signIn(registry: { id: string; fingerprint: string }): Promise<void> {
    const profile = await Profile.open('/profile', this.#files(null))
    profile.signedIn({ ...REGISTRY, id: registry.id, name: 'simulated', fingerprint: registry.fingerprint }, this.user)
    profile.close()
    this.sync()
  }

  async start(): Promise<void> {
    if (this.life) return
    const life = new Life(this.machine)
    this.life = life
    const { chance } = this.#world
    this.#world.note(() => `${this.name} starts`)
    try {
      const client = await openClient({
        profile: '/profile',
        device: this.name,
        clock: life.clock,
        random: chance.next,
        newId: chance.uuid,
        disk: this.#files(life),
        dial: this.#hooks.dial(this, life),
        endpoints: () => [],
        startEngine: () => Promise.reject(new OptiChatError('cancelled', 'nothing moves in a simulation')),
      })
      if (!life.alive) return
      this.client = client
      this.#hooks.opened(this, client, life)
      // What comes of it is told as a state.
      client.connect().catch(() => undefined)
    } catch (error) {
      if (life.alive) this.#world.fail(error)
    }
  }

  /** Quits the program. @returns false when it died meanwhile */
  async quit(): Promise<boolean> {
    const { client, life } = this
    if (!client || !life) return false
    this.client = null
    this.#world.note(() => `${this.name} is asked to quit`)
    await client.close()
    if (!life.alive) return false
    this.#world.note(() => `${this.name} has quit`)
    life.end()
    this.life = null
    return true
  }

  /** The process dies now. */
  crash(): void {
    if (!this.life) return
    this.#world.note(() => `${this.name} crashes`)
    this.life.end()
    this.life = null
    this.client = null
    for (const disk of Object.values(this.#disks)) disk.crash()
  }

  /** The process dies at a statement of its history's database. */
  crashAtStatement(count: number): void {
    this.#armed?.(count)
  }

  losePower(): void {
    this.crash()
    for (const disk of Object.values(this.#disks)) disk.losePower()
  }

  /** What is on its disks survives a power cut. */
  sync(): void {
    for (const disk of Object.values(this.#disks)) disk.sync()
  }

  /** The cursor on its disk: everything up to there is stored. */
  cursor(): number {
    return this.#disks.history.read<{ position: number }>("SELECT position FROM cursors WHERE name = 'synced'")[0]?.position ?? 0
  }

  release(): void {
    for (const disk of Object.values(this.#disks)) disk.release()
  }

  #armed: ((count: number) => void) | null = null

  #files(life: Life | null): ProfileDisk {
    return {
      identity: async () => ({ key: '', certificate: '', fingerprint: this.fingerprint }),
      database: (file) => {
        if (file.endsWith('profile.db')) return asDatabase(this.#disks.profile.connect())
        const connection = this.#disks.history.connect()
        connection.onCrash = () => {
          if (life !== this.life) return
          this.crash()
          this.#hooks.crashed(this)
        }
        this.#armed = (count) => {
          connection.crashAfter = count
        }
        return asDatabase(connection)
      },
    }
  }
}
