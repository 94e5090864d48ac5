/** Finding registries: what every finder gives. All finders pass test/discovery/finder-contract.ts. */

/** A registry as a network told of it. Nothing here is trusted: the fingerprint is a hint until a connection proved it. */
export interface FoundRegistry {
  /** Stable while it is the same advertisement: fingerprint if given, else name and address. */
  readonly key: string
  readonly name: string
  /** The address to dial: the one the answer came from, not what a record claims. */
  readonly host: string
  readonly port: number
  readonly fingerprint?: string
  /** The local interface it was heard on; empty where it was not heard but asked for. */
  readonly interface: string
  /** How it was found, unless by mDNS: its address was typed in, another registry told of it, or it was knocked at. */
  readonly by?: 'typed' | 'told' | 'probe'
}

export interface FinderEvents {
  found(registry: FoundRegistry): void
  changed(registry: FoundRegistry): void
  lost(registry: FoundRegistry): void
  /** A registry that was found says, or somebody says in its name, that it is at this address too. */
  also?(registry: FoundRegistry): void
  /** Something went wrong on an interface and is being retried. */
  trouble(what: { interface: string; message: string }): void
}

export interface Finder {
  /** Starts listening; each registry is `found` once until `lost`. */
  start(events: FinderEvents): void
  /** Where it asks at known addresses: resolves when each has answered or failed once. */
  settled?(): Promise<void>
  stop(): Promise<void>
}
