/** What both sides of transfers work with. */
import type { Clock, Random } from '../protocol/clock.ts'
import type { TransferSettings, User } from './client.ts'
import type { StandingConnection } from './connection.ts'
import type { EngineRoom } from './engine-room.ts'
import type { Outbox } from './outbox.ts'
import type { Store } from './store.ts'
import type { TransferTable } from './transfer-table.ts'

export interface TransferRooms {
  readonly store: Store
  readonly table: TransferTable
  readonly engines: EngineRoom
  readonly connection: StandingConnection
  readonly outbox: Outbox
  readonly me: User
  /** This process, for others on the profile. */
  readonly holder: string
  readonly clock: Clock
  readonly random: Random
  settings(): TransferSettings
  /** Takes care of what nobody waits for. */
  background(work: Promise<unknown>): void
}
