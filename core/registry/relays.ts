/**
 * The last way between two devices that cannot dial each other: this registry passes the bytes on. What it passes is their own TLS, so
 * it reads nothing; it knows who they are by the tokens that it gave to their sessions. No side can make it hold more than
 * RELAY_BUFFER, and none of it is in the way of chat: see RELAY_RATE.
 */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { RELAY_PATIENCE, RELAY_PREFACE, RELAY_READY, RELAY_TOKEN } from '../protocol/limits.ts'
import type { UserId } from '../protocol/messages.ts'
import type { Journal } from './journal.ts'
import {
  MAX_RELAY_STRANGERS,
  MAX_RELAYS,
  MAX_RELAYS_OF_USER,
  RELAY_IDLE,
  RELAY_LINGER,
  RELAY_PREFACE_TIMEOUT,
  RELAY_RATE,
  RELAY_RATE_OF_ALL,
} from './limits.ts'
import { Pace } from './pace.ts'
import { pump } from './pump.ts'

const PREFACE_LENGTH = RELAY_PREFACE.length + RELAY_TOKEN

interface Side {
  readonly token: string
  readonly device: string
  socket: Duplex | null
}

interface Relay {
  /** Who receives, and whose relay it is. */
  readonly user: UserId
  readonly sides: readonly [Side, Side]
  /** Something moved since the last look. */
  moved: boolean
  bytes: number
  cancel(): void
}

export class Relays {
  readonly #clock: Clock
  readonly #journal: Journal
  readonly #on: boolean
  readonly #relays = new Set<Relay>()
  /** Tokens that nobody has shown yet. */
  readonly #awaited = new Map<string, { readonly relay: Relay; readonly side: Side }>()
  readonly #strangers = new Set<Duplex>()
  readonly #paces = new Map<UserId, Pace>()
  readonly #paceOfAll: Pace
  /** Passed on since the start, both directions. */
  bytes = 0

  /** @param on false: nothing is relayed */
  constructor(clock: Clock, journal: Journal, on: boolean) {
    this.#clock = clock
    this.#journal = journal
    this.#on = on
    this.#paceOfAll = new Pace(clock, RELAY_RATE_OF_ALL)
  }

  /** Those whose two sides are there, or awaited. */
  get count(): number {
    return this.#relays.size
  }

  /** @throws OptiChatError `peer-unreachable` when nothing is relayed here, `slow-down` when the user, or all, have too many */
  check(user: UserId): void {
    if (!this.#on) throw new OptiChatError('peer-unreachable', 'this registry relays nothing')
    const own = [...this.#relays].filter((relay) => relay.user === user).length
    if (own >= MAX_RELAYS_OF_USER || this.#relays.size >= MAX_RELAYS)
      throw new OptiChatError('slow-down', 'relayed transfers', { retryAfter: RELAY_PATIENCE })
  }

  /**
   * A place for two devices to meet within RELAY_PATIENCE.
   * @param user whose it is: the one who receives
   * @returns a token for each, good once
   */
  open(user: UserId, receiver: string, sender: string): { forReceiver: string; forSender: string } {
    const side = (device: string): Side => ({ token: randomBytes(32).toString('base64url'), device, socket: null })
    const sides = [side(receiver), side(sender)] as const
    const late = this.#clock.after(RELAY_PATIENCE, () => this.#end(relay), true)
    const relay: Relay = { user, sides, moved: false, bytes: 0, cancel: late }
    this.#relays.add(relay)
    for (const one of sides) this.#awaited.set(one.token, { relay, side: one })
    return { forReceiver: sides[0].token, forSender: sides[1].token }
  }

  /** A connection that began as RELAY_PREFACE does. What is no token that is awaited is closed without a word. */
  accept(socket: Duplex): void {
    socket.on('error', () => socket.destroy())
    if (this.#strangers.size >= MAX_RELAY_STRANGERS) {
      socket.destroy()
      return
    }
    this.#strangers.add(socket)
    const cancel = this.#clock.after(RELAY_PREFACE_TIMEOUT, () => socket.destroy(), true)
    const known = () => {
      cancel()
      this.#strangers.delete(socket)
      socket.off('readable', read)
      socket.off('close', known)
    }
    const read = () => {
      const preface = socket.read(PREFACE_LENGTH) as Buffer | null
      if (!preface) return
      known()
      this.#introduced(socket, preface.toString('latin1'))
    }
    socket.on('close', known)
    socket.on('readable', read)
    read()
  }

  /** A device is no longer signed in: what is relayed for it ends. */
  drop(device: string): void {
    for (const relay of this.#relays) if (relay.sides.some((side) => side.device === device)) this.#end(relay)
  }

  close(): void {
    for (const relay of this.#relays) this.#end(relay)
    for (const socket of this.#strangers) socket.destroy()
  }

  #introduced(socket: Duplex, preface: string): void {
    const awaited = preface.startsWith(RELAY_PREFACE) ? this.#awaited.get(preface.slice(RELAY_PREFACE.length)) : undefined
    if (!awaited) {
      socket.destroy()
      return
    }
    const { relay, side } = awaited
    this.#awaited.delete(side.token)
    side.socket = socket
    socket.once('close', () => this.#gone(relay))
    const [receiver, sender] = relay.sides
    if (receiver.socket && sender.socket) this.#join(relay, receiver.socket, sender.socket)
  }

  #join(relay: Relay, receiver: Duplex, sender: Duplex): void {
    relay.cancel()
    this.#watch(relay)
    const paces = [this.#paceOf(relay.user), this.#paceOfAll]
    const passed = (bytes: number) => {
      relay.moved = true
      relay.bytes += bytes
      this.bytes += bytes
    }
    for (const socket of [receiver, sender]) socket.write(RELAY_READY)
    const clock = this.#clock
    pump({ from: receiver, to: sender, paces, clock, passed })
    pump({ from: sender, to: receiver, paces, clock, passed })
  }

  /** One side has gone: what it sent last may still reach the other. */
  #gone(relay: Relay): void {
    const left = relay.sides.flatMap(({ socket }) => (socket && !socket.destroyed ? [socket] : []))
    const joined = relay.sides.every(({ socket }) => socket !== null)
    if (left.length === 0 || !joined) {
      this.#end(relay)
      return
    }
    relay.cancel()
    relay.cancel = this.#clock.after(RELAY_LINGER, () => this.#end(relay), true)
  }

  #watch(relay: Relay): void {
    relay.cancel = this.#clock.after(
      RELAY_IDLE,
      () => {
        const { moved } = relay
        relay.moved = false
        if (moved) this.#watch(relay)
        else this.#end(relay)
      },
      true,
    )
  }

  /** The user's relays share one. */
  #paceOf(user: UserId): Pace {
    const pace = this.#paces.get(user) ?? new Pace(this.#clock, RELAY_RATE)
    this.#paces.set(user, pace)
    return pace
  }

  #end(relay: Relay): void {
    if (!this.#relays.delete(relay)) return
    relay.cancel()
    for (const { token, socket } of relay.sides) {
      this.#awaited.delete(token)
      socket?.destroy()
    }
    if (![...this.#relays].some(({ user }) => user === relay.user)) this.#paces.delete(relay.user)
    if (relay.bytes > 0) this.#journal.line`a relayed transfer has ended after ${relay.bytes} bytes`
  }
}
