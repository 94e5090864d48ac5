/** Each option of a registry with its reason, unit and default. */
import type { Clock } from '../protocol/clock.ts'
import type { Registration } from '../protocol/messages.ts'
import type { Admin } from './admin.ts'
import type { Neighbours } from './neighbours.ts'
import type { RateTable } from './rates.ts'
import type { Reaches } from './reaches.ts'
import type { Retention } from './retention.ts'

export interface RegistryOptions {
  /** Folder of the registry's keys and database; made, for its owner only, when it is not there. One registry at a time. */
  readonly data: string
  /** What people see in their list of registries; at most 200 characters are used. */
  readonly name: string
  /** TCP port; 0 takes any free one. */
  readonly port: number
  /** The address to listen on. Default: all of this machine. */
  readonly host?: string
  /**
   * Days for which messages are kept, or 'none': only until they have reached everybody they are for and can no longer be taken back
   * (15 minutes). Default: RETENTION_DAYS (30).
   */
  readonly retentionDays?: Retention
  /** Who may register: anybody, who has a one-time code (`optichat admin invite`), nobody. Default: as it was said last, open at first. */
  readonly registration?: Registration
  /** How often is too often; null: nothing is. Default: RATES. */
  readonly rates?: RateTable | null
  /** Whether files are passed on, unread, between two devices that cannot dial each other (at most 50 MiB/s for a user). Default: true. */
  readonly relay?: boolean
  /** Port on 127.0.0.1 for `/metrics` and `/healthz`; 0 takes any free one. Default: none. */
  readonly metricsPort?: number
  /** Gets a readable line for each thing that happens, free of control characters; never a message's text. */
  log(line: string): void
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface RunningRegistry {
  /** 22 characters base64url; stays the same for one data folder. */
  readonly id: string
  readonly name: string
  readonly port: number
  /** Of the certificate, lower-case hex SHA-256. */
  readonly fingerprint: string
  /** Of `/metrics` and `/healthz` on 127.0.0.1; null when they were not asked for. */
  readonly metricsPort: number | null
  /** What whoever runs it can do to its accounts. */
  readonly admin: Admin
  /** Its help for doctors, where questions by multicast come in: whoever listens for them puts its `listener` here. */
  readonly reaches: Pick<Reaches, 'listener' | 'openToOthers'>
  /** The other registries it tells its users of: whoever learns of some puts them here. */
  readonly neighbours: Neighbours
  /** Resolves when the registry has ended: with null after `close`, with the error when it had to stop by itself. */
  readonly stopped: Promise<Error | null>
  /** Tells every session why (an error code; default `registry-stopping`), commits what was accepted, leaves a clean database. */
  close(reason?: string): Promise<void>
}
