/** What must be true at every moment of a run: positions and receipts only go forward, no frame and no message comes twice. */
import type { Client, HistoryMessage } from '../../core/client/client.ts'
import type { Context } from '../../core/registry/context.ts'
import type { Wire } from './link.ts'
import type { Life } from './machine.ts'
import { Violation, type World } from './world.ts'

type Positions = Map<string, number>

/** Events between two looks at everybody's read positions. */
const SELDOM = 16

function forward(known: Positions, key: string, position: number, who: string): void {
  const before = known.get(key) ?? 0
  if (position < before) throw new Violation(`${who}: ${key} goes back from ${before} to ${position}`)
  known.set(key, position)
}

/** The registry's word on how far everybody has got, over all its lives. */
export class RegistryWatch {
  readonly #known: Positions = new Map()
  #count = 0

  look({ accounts, receipts }: Context): void {
    for (const { id, delivered } of accounts.all()) forward(this.#known, id, delivered, 'the registry: delivered')
    if (this.#count++ % SELDOM !== 0) return
    for (const { id } of accounts.all())
      for (const { user, conversation, position } of receipts.of(id))
        forward(this.#known, `read of ${user} in ${conversation}`, position, 'the registry')
  }
}

interface Frame {
  readonly verb?: string
  readonly event?: string
  readonly after?: number
  readonly position?: number
  readonly message?: { readonly position: number; readonly id: string }
  readonly user?: string | { readonly id: string; readonly delivered: number }
  readonly users?: readonly { readonly id: string; readonly delivered: number }[]
  readonly delivered?: number
  readonly read?: { readonly user: string; readonly conversation: string; readonly position: number }
  readonly reads?: readonly { readonly user: string; readonly conversation: string; readonly position: number }[]
}

/** One device, over all its lives. */
export class DeviceWatch {
  readonly #world: World
  readonly #name: string
  readonly #me: string
  /** What the registry told it, on whichever wire. */
  readonly #told: Positions = new Map()
  #looked = new Map<string, HistoryMessage>()
  #taken = 0
  #cursor = 0

  constructor(world: World, name: string, me: string) {
    this.#world = world
    this.#name = name
    this.#me = me
  }

  /** A wire of its own is opened: what comes on it is not behind what came on earlier ones. */
  wire(wire: Wire): void {
    const told = new Map(this.#told)
    const who = `${this.#name} on wire ${wire.number}`
    let last = Number.POSITIVE_INFINITY
    const note = (key: string, position: number) => {
      forward(told, key, position, who)
      this.#told.set(key, Math.max(this.#told.get(key) ?? 0, position))
    }
    const noteRead = ({ user, conversation, position }: NonNullable<Frame['read']>) => note(`read of ${user} in ${conversation}`, position)
    wire.tap = {
      sent: (text) => {
        const frame = JSON.parse(text) as Frame
        if (frame.verb === 'sync') last = frame.after ?? 0
      },
      got: (text) => {
        const frame = JSON.parse(text) as Frame
        if (frame.event === 'message' && frame.message) {
          if (frame.message.position <= last) throw new Violation(`${who}: ${frame.message.position} comes after ${last}`)
          last = frame.message.position
        } else if (frame.event === 'receipt') {
          if (frame.delivered !== undefined) note(`delivered of ${frame.user}`, frame.delivered)
          if (frame.read) noteRead(frame.read)
        }
        if (typeof frame.user === 'object' && frame.event) note(`delivered of ${frame.user.id}`, frame.user.delivered)
        for (const { id, delivered } of frame.users ?? []) note(`delivered of ${id}`, delivered)
        for (const read of frame.reads ?? []) noteRead(read)
      },
    }
  }

  /** A process of it starts: within one, each message is shown once, and those of others in the order of the log. */
  life(client: Client, life: Life): void {
    const shown = new Set<string>()
    let last = 0
    client.on('message', ({ id, position, from }) => {
      if (!life.alive) return
      if (shown.has(id)) this.#world.fail(new Violation(`${this.#name} shows ${position} twice`))
      shown.add(id)
      if (from.id === this.#me) return
      if (position <= last) this.#world.fail(new Violation(`${this.#name} shows ${position} after ${last}`))
      last = position
    })
  }

  /** A person looks: what was seen before is there, where it was, and its receipts are not fewer. */
  look(client: Client, cursor: number): readonly HistoryMessage[] {
    // What is queued has no place yet.
    const history = client.history({ limit: 1_000_000 }).filter(({ state }) => state === undefined)
    const seen = new Map(history.map((message) => [message.id, message]))
    if (seen.size !== history.length) throw new Violation(`${this.#name} has a message twice in its view`)
    for (const [index, { position, stamp }] of history.entries()) {
      const before = history[index - 1]
      if (before && (before.stamp >= stamp || before.position >= position))
        throw new Violation(`${this.#name} shows ${position} in no order`)
    }
    for (const [id, before] of this.#looked) {
      const now = seen.get(id)
      if (!now) throw new Violation(`${this.#name} does not show ${before.position} any more`)
      if (now.stamp !== before.stamp) throw new Violation(`${this.#name} shows ${before.position} elsewhere`)
      for (const kind of ['delivered', 'read'] as const) {
        const lost = before.receipts?.[kind].find((user) => !now.receipts?.[kind].includes(user))
        if (lost) throw new Violation(`${this.#name}: ${before.position} is no longer ${kind} by ${lost}`)
      }
    }
    if (cursor < this.#cursor) throw new Violation(`${this.#name}: its cursor goes back from ${this.#cursor} to ${cursor}`)
    this.#cursor = cursor
    this.#looked = seen
    return history
  }

  /** A program takes what is new: each message of others once, in order. */
  take(client: Client): void {
    for (const { position, from } of client.takeNew()) {
      if (position <= this.#taken) throw new Violation(`${this.#name} takes ${position} after ${this.#taken}`)
      if (from.id === this.#me) throw new Violation(`${this.#name} takes its own ${position}`)
      this.#taken = position
    }
  }

  /** A power cut took it back to an earlier state. */
  forget(): void {
    this.#looked = new Map()
    this.#taken = 0
    this.#cursor = 0
  }
}
