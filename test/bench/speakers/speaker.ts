/**
 * How a client of the bench speaks to its server. Each protocol is a small encoder of its own, which does only what the bench needs: so
 * that the load generator is not what all wait for.
 */
import type { Enrolled } from '../prepared.ts'

export interface ServerAt {
  readonly kind: 'optichat' | 'bare' | 'mqtt' | 'nats' | 'xmpp'
  readonly host: string
  readonly port: number
  /** OptiChat's. */
  readonly fingerprint?: string
}

/** What a client is there for: it hears what is said to all, or to itself; `present` also who comes. `store` only sends. */
export type Role = 'hears-all' | 'hears-own' | 'present' | 'stores'

/** What comes to a client. */
export interface Hears {
  /** One message, whose text ends at `end` of the chunk. */
  message(chunk: Buffer, end: number): void
  /** One message that it sent by `store` is stored. */
  acknowledged(): void
  /** Somebody else's coming, going, or state. */
  presence(): void
  /** The connection is gone, or the server refused something: never in a run that counts. */
  trouble(what: string): void
}

export interface Voice {
  toAll(text: string): void
  /** To one other client. */
  toOne(n: number, text: string): void
  /** For somebody who is away: acknowledged when the server says it has it. */
  store(text: string): void
  close(): void
}

export interface Opening {
  readonly at: ServerAt
  /** Which client it is. */
  readonly n: number
  readonly role: Role
  readonly hears: Hears
  /** The own address to dial from. */
  readonly from: string | undefined
  /** OptiChat's people, all of them. */
  readonly people: readonly Enrolled[]
  /** OptiChat's log when it was prepared. */
  readonly head: number
}

/** Connects and signs in; resolves when it hears what is for it. */
export type Speaker = (opening: Opening) => Promise<Voice>
