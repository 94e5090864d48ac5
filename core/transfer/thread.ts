/** What the main thread and the worker say to each other. */
import type { Identity } from '../identity/certificate.ts'
import type { ErrorCode } from '../protocol/errors.ts'
import type { Ticket } from '../protocol/messages.ts'
import type { Reason } from '../protocol/reasons.ts'
import type { Caps, EngineEvents, OfferSummary } from './engine.ts'
import type { RelayCall } from './relay-dial.ts'

export interface WorkerSetup {
  readonly identity: Identity
  readonly host: string | undefined
  readonly port: number
  readonly cap: Caps
}

/** `n` numbers what is answered. */
export type Command =
  | { readonly do: 'serve'; readonly n: number; readonly transfer: string; readonly paths: readonly string[] }
  | { readonly do: 'unserve'; readonly transfer: string }
  | { readonly do: 'admit'; readonly ticket: Ticket }
  | { readonly do: 'dialBack'; readonly ticket: string }
  | { readonly do: 'relay'; readonly call: RelayCall }
  | { readonly do: 'fetch'; readonly ticket: Ticket; readonly into: string; readonly expect: { bytes: number; count: number } }
  | { readonly do: 'stop'; readonly n: number; readonly transfer: string; readonly into: string; readonly remove: boolean }
  | { readonly do: 'cap'; readonly caps: Caps }
  | { readonly do: 'nudge' }
  | { readonly do: 'close' }

export type EngineEvent = { [E in keyof EngineEvents]: { readonly event: E; readonly args: EngineEvents[E] } }[keyof EngineEvents]

export type Report =
  | { readonly say: 'ready'; readonly port: number }
  | { readonly say: 'refused'; readonly code: ErrorCode; readonly about: string | Reason | undefined }
  | { readonly say: 'served'; readonly n: number; readonly summary: OfferSummary }
  | { readonly say: 'stopped'; readonly n: number }
  | { readonly say: 'failed'; readonly n: number; readonly code: ErrorCode; readonly about: string | Reason | undefined }
  | { readonly say: 'event'; readonly what: EngineEvent }

export type Emit = <E extends keyof EngineEvents>(event: E, ...args: EngineEvents[E]) => void
