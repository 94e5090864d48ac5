/** What the doctor needs of the rest of the program: who this profile is, and the registry's help. `core/client/doctor-help.ts` gives it. */

import type { Outcome } from '../../core/protocol/messages.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface PinnedRegistry extends Address {
  readonly id: string
  readonly name: string
  readonly fingerprint: string
}

/** A registry that said hello. */
export interface Meeting {
  readonly id: string
  readonly name: string
  readonly fingerprint: string
  /** False: it is not the one that was expected, so it was told nothing about us. */
  readonly trusted: boolean
  /** Whose device this is to the registry. */
  readonly user: { readonly name: string } | null
  /** Milliseconds by which this computer's clock is ahead of the registry's. */
  clockAhead(): Promise<number>
  /** Whether the registry heard this question of ours by multicast; null when it does not listen. */
  heard(token: string): Promise<boolean | null>
  /** What happened as others tried to reach this device, at the registry's word. Rejects with `user-unknown`, `peer-away`, `slow-down`, … */
  reach(user?: string): Promise<Reach>
  close(): void
}

/** Who reached whom. `none`: there was nothing to try. */
export interface Reach {
  /** This computer's address as the registry sees it. */
  readonly seen: string
  /** The registry dialled this device. */
  readonly fromRegistry: Outcome
  readonly peer?: PeerReach
}

export interface PeerReach {
  readonly name: string
  /** The other's address as the registry sees it. */
  readonly seen: string
  /** The operating system of the other, as `process.platform` names it. */
  readonly platform: string
  /** The other dialled this device. */
  readonly toUs: Outcome
  /** This device dialled the other: the best of its endpoints. */
  readonly fromUs: Outcome
  /** The registry dialled the other. */
  readonly fromRegistry: Outcome
  /** The address that was dialled from here. */
  readonly address: string | null
}

export interface Help {
  /** The registry this profile is signed in to. */
  readonly registry: PinnedRegistry | null
  readonly user: { readonly name: string } | null
  /** The registry that was last met at an address, by its pin. */
  knownAt(address: Address): PinnedRegistry | null
  /**
   * Connects and says hello.
   * @param pin the certificate it must show; null: any
   * @throws OptiChatError `registry-unreachable`, `not-optichat`, `protocol-version`, `slow-down`, `cancelled`, …
   */
  meet(address: Address, pin: string | null, signal: AbortSignal): Promise<Meeting>
  close(): Promise<void>
}
