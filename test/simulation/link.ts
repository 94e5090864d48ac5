/**
 * A simulated connection: in order in each direction as TCP is, but slow, stalled, cut with its tail lost, deaf in one direction or
 * both, and told of late. Ends find a dead line as the real link does: after two of its pings.
 */
import { createHash } from 'node:crypto'
import type { Link, LinkHandlers } from '../../core/link/link.ts'
import { PING_INTERVAL } from '../../core/protocol/limits.ts'
import type { Life } from './machine.ts'
import type { World } from './world.ts'

/** As in the WebSocket link: milliseconds that the other end has to answer a close. */
const CLOSE_TIMEOUT = 3_000

type Item = { readonly frame: string } | { readonly close: string }

export interface End {
  readonly life: Life
  /** Of its own certificate. */
  readonly fingerprint: string | null
}

/** Both ends and what is between them. */
export class Wire {
  readonly world: World
  readonly number: number
  readonly client: SimulatedLink
  readonly registry: SimulatedLink
  /** Milliseconds of the shortest and the longest way of a frame. */
  latency: readonly [number, number]
  /** What a character counts as bytes that have not left: a slow line is simulated by heavy frames. */
  weight = 0
  /** Nothing arrives before this moment. */
  stalledUntil = 0
  /** May change what the client sends. */
  rewrite: (frame: string) => string = (frame) => frame
  /** Sees each frame as the client's end gets or sends it. */
  tap: { got(frame: string): void; sent(frame: string): void } = { got: () => undefined, sent: () => undefined }

  constructor(world: World, number: number, client: End, registry: End, latency: readonly [number, number] = [1, 40]) {
    this.world = world
    this.number = number
    this.latency = latency
    this.client = new SimulatedLink(this, client.life, registry.fingerprint, `c${number}`)
    this.registry = new SimulatedLink(this, registry.life, client.fingerprint, `r${number}`)
  }

  other(end: SimulatedLink): SimulatedLink {
    return end === this.client ? this.registry : this.client
  }

  get open(): boolean {
    return !this.client.over || !this.registry.over
  }

  /** The connection breaks: of what is on its way some arrives, then both ends are told. */
  reset(): void {
    this.world.note(() => `wire ${this.number} is cut`)
    for (const end of [this.client, this.registry]) end.breakOff()
  }

  /** Nothing goes through any more, and nobody is told: each end finds out by itself. */
  goDeaf(which: 'both' | 'client' | 'registry' = 'both'): void {
    this.world.note(() => `wire ${this.number} goes deaf (${which})`)
    if (which !== 'registry') this.client.goDeaf()
    if (which !== 'client') this.registry.goDeaf()
  }

  stall(millis: number): void {
    this.world.note(() => `wire ${this.number} stalls for ${millis} ms`)
    this.stalledUntil = Math.max(this.stalledUntil, this.world.time + millis)
  }

  /** The process at one end is gone: its system tells the other end, unless the machine went with it. */
  died(end: SimulatedLink, machineToo: boolean): void {
    end.over = true
    const other = this.other(end)
    if (machineToo) other.goDeaf()
    else other.breakOff()
  }
}

export class SimulatedLink implements Link {
  readonly remoteAddress = '10.77.0.1'
  readonly peerFingerprint: string | null
  /** Nothing is told to this end any more. */
  over = false
  readonly #wire: Wire
  readonly #life: Life
  readonly #name: string
  /** On their way to this end, or waiting for `start`, in order. */
  #coming: Item[] = []
  #unread = 0
  #lastArrival = 0
  #handlers: LinkHandlers | null = null
  #arrived = 0
  #broken = false
  #deaf = false
  #closing: string | null = null

  constructor(wire: Wire, life: Life, peerFingerprint: string | null, name: string) {
    this.#wire = wire
    this.#life = life
    this.#name = name
    this.peerFingerprint = peerFingerprint
  }

  get buffered(): number {
    return this.#wire.other(this).#unread * this.#wire.weight
  }

  exportKey(label: string): Buffer {
    return createHash('sha256').update(`${this.#wire.world.seed}/${this.#wire.number}/${label}`).digest()
  }

  send(frame: string): void {
    if (this.#closing !== null || this.over || !this.#life.alive) return
    const client = this === this.#wire.client
    if (client) this.#wire.tap.sent(frame)
    this.#wire.other(this).#expect({ frame: client ? this.#wire.rewrite(frame) : frame })
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
    for (let count = this.#arrived; count > 0; count--) this.#wire.world.after(0, () => this.#life.run(() => this.#take()))
    this.#arrived = 0
  }

  close(reason: string): void {
    if (this.#closing !== null || this.over || !this.#life.alive) return
    this.#closing = reason
    this.#wire.other(this).#expect({ close: reason })
    this.#life.after(CLOSE_TIMEOUT, () => this.#end(reason))
  }

  destroy(): void {
    if (this.over || !this.#life.alive) return
    this.#life.after(0, () => this.#end(this.#closing ?? 'lost'))
    this.#wire.other(this).breakOff()
  }

  /** Of what is on its way to this end some arrives, then it is told that the connection is lost. */
  breakOff(): void {
    if (this.#broken || this.over) return
    const kept = this.#wire.world.chance.int(0, this.#coming.length)
    for (const item of this.#coming.splice(kept)) this.#unread -= size(item)
    this.#broken = true
    this.#schedule({ close: 'lost' })
  }

  goDeaf(): void {
    if (this.#deaf || this.#broken || this.over) return
    this.#deaf = true
    this.#coming = []
    this.#unread = 0
    this.#life.after(this.#wire.world.chance.int(PING_INTERVAL, 3 * PING_INTERVAL), () => {
      if (this.over) return
      this.#end(this.#closing ?? 'lost')
      const other = this.#wire.other(this)
      // This end resets the connection; a deaf other end finds out by itself.
      if (!other.#deaf) other.breakOff()
    })
  }

  #expect(item: Item): void {
    if (this.#broken || this.over) return
    // Characters that go nowhere stay in the sender's buffers, until somebody notices.
    if (this.#deaf) this.#unread += size(item)
    else this.#schedule(item)
  }

  #schedule(item: Item): void {
    const { world, latency } = this.#wire
    this.#coming.push(item)
    this.#unread += size(item)
    this.#lastArrival = Math.max(this.#lastArrival, world.time + world.chance.delay(...latency))
    world.after(this.#lastArrival - world.time, () => this.#arrive())
  }

  #arrive(): void {
    const { world, stalledUntil } = this.#wire
    if (world.time < stalledUntil) {
      world.after(stalledUntil - world.time, () => this.#arrive())
      return
    }
    if (this.#handlers) this.#life.run(() => this.#take())
    else this.#arrived++
  }

  /** Each arrival takes the next, so that whatever order arrivals run in, items are taken in theirs. */
  #take(): void {
    const item = this.#coming.shift()
    if (!item || this.over) return
    this.#unread -= size(item)
    if ('close' in item) {
      this.#end(this.#closing ?? item.close)
      // What answers a close is the end of the connection for the one that closed.
      const other = this.#wire.other(this)
      if (item.close !== 'lost' && !this.#broken) other.#answered(item.close)
      return
    }
    if (this.#closing !== null) return
    this.#wire.world.note(() => `${this.#name} ← ${item.frame.slice(0, 200)}`)
    if (this === this.#wire.client) this.#wire.tap.got(item.frame)
    this.#handlers?.frame(item.frame)
  }

  #answered(reason: string): void {
    if (this.over || this.#broken || this.#deaf) return
    const { world, latency } = this.#wire
    world.after(world.chance.delay(...latency), () => this.#life.run(() => this.#end(reason)))
  }

  #end(reason: string): void {
    if (this.over) return
    this.over = true
    this.#coming = []
    this.#wire.world.note(() => `${this.#name} ended: ${reason}`)
    this.#handlers?.ended(reason)
  }
}

function size(item: Item): number {
  return 'frame' in item ? item.frame.length : 0
}
