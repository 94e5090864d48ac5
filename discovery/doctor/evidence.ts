/** What the doctor has seen so far. Facts only: what they mean is said by the rules, which need nothing else. */
import type { ErrorCode } from '../../core/protocol/errors.ts'
import type { FoundRegistry } from '../finder.ts'
import type { RankedInterface } from '../ranking.ts'
import type { Answer, Sight } from './ears.ts'
import type { Address, PeerReach, PinnedRegistry, Reach } from './help.ts'
import type { Presence } from './neighbours.ts'
import type { Route } from './route.ts'
import type { System } from './system.ts'
import type { PortResult } from './tcp.ts'

/** The registry that is looked at. */
export interface Target extends Address {
  /** How it became the one: typed by the person, the profile's own, or the only one that was found. */
  readonly source: 'typed' | 'known' | 'found'
  readonly name?: string
  /** The certificate it must show: of an invite, or as it was met before. */
  readonly pin: string | null
  readonly known: PinnedRegistry | null
}

/** How the registry took the connection. */
export type Meeting =
  | {
      readonly met: true
      readonly id: string
      readonly name: string
      readonly fingerprint: string
      readonly trusted: boolean
      readonly user: string | null
    }
  | { readonly met: false; readonly code: ErrorCode; readonly detail: string }

/** What was looked at because the registry could not be reached. */
export interface Silence {
  /** Whether its computer is on the network at all. */
  readonly neighbour: Presence
  /** How many others are; null where that was not looked at. */
  readonly neighbours: number | null
  /** Whether this computer's own firewall lets a connection to that port pass. */
  readonly passesHere: boolean | null
  /** Its rules say that it does not; null where they cannot be read, as for most people. */
  readonly ruledOut: boolean | null
  /** It said by multicast whether others reach it. Undefined: it said nothing. */
  readonly open?: boolean | null
  /** Another port of its computer answered, if only that nobody listens there. */
  readonly alive: boolean
}

export interface Multicast {
  /** What the registry says; null: it does not listen, or was not asked. */
  readonly out: boolean | null
  /** The registry itself was heard. */
  readonly in: boolean
  readonly listens: boolean
}

export interface Evidence {
  readonly system: System
  /** The interface that the person chose, a name or an address. */
  readonly chosen: string | null
  /** Whom the person asked for. */
  readonly wanted: string | null
  /** Who is signed in on this profile. */
  readonly me: string | null
  readonly interfaces?: readonly RankedInterface[]
  readonly sights?: readonly Sight[]
  readonly found?: readonly FoundRegistry[]
  readonly answers?: readonly Answer[]
  /** Null: none is known and none was found. */
  readonly target?: Target | null
  /** The address it was at before, where it is found elsewhere now. */
  readonly before?: Address
  /** Null: its name is unknown. */
  readonly route?: Route | null
  readonly port?: PortResult
  readonly meeting?: Meeting
  readonly program?: string | null
  readonly silence?: Silence
  /** Milliseconds by which this computer's clock is ahead. */
  readonly ahead?: number
  readonly multicast?: Multicast
  readonly reach?: Omit<Reach, 'peer'>
  readonly peer?: PeerReach & { readonly route: Route | null; readonly neighbour: Presence }
  /** Why nothing is known about the person. */
  readonly refused?: ErrorCode
}
