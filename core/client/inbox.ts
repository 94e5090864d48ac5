/**
 * Takes in what the registry sends: a batch is stored in one transaction together with the position to catch up from, and only
 * then shown. So a message is neither lost nor doubled, whenever a process dies.
 */
import type { Clock } from '../protocol/clock.ts'
import type { Message } from '../protocol/messages.ts'
import type { ClientEvents, User } from './client.ts'
import type { Emitter } from './emitter.ts'
import { type History, isShown } from './history.ts'
import type { Receipts } from './receipts.ts'
import type { Store } from './store.ts'
import type { TransferTable } from './transfer-table.ts'

/** Messages stored at once at most: a catch-up of thousands leaves room for the rest of the program in between. */
const BATCH = 500

export class Inbox {
  readonly #store: Store
  readonly #history: History
  readonly #transfers: TransferTable
  readonly #receipts: Receipts
  readonly #me: User
  readonly #events: Emitter<ClientEvents>
  readonly #clock: Clock
  readonly #fault: (error: unknown) => void
  /** Up to here this process has shown everything; another process on the profile may have stored more. */
  #position: number
  #batch: Message[] = []
  #cancel: (() => void) | null = null
  /** Our own messages that were shown at their acknowledgement, before they come as events: id → position. */
  readonly #shownOwn = new Map<string, number>()

  constructor(rooms: {
    store: Store
    history: History
    transfers: TransferTable
    receipts: Receipts
    me: User
    events: Emitter<ClientEvents>
    clock: Clock
    /** Told when a batch that waited could not be stored. */
    fault(error: unknown): void
  }) {
    this.#store = rooms.store
    this.#history = rooms.history
    this.#transfers = rooms.transfers
    this.#receipts = rooms.receipts
    this.#me = rooms.me
    this.#events = rooms.events
    this.#clock = rooms.clock
    this.#fault = rooms.fault
    this.#position = rooms.store.cursor('synced')
  }

  /** The position this process catches up from. */
  get position(): number {
    return this.#position
  }

  /** A message of the stream; stored with others in this turn's wake. */
  take(message: Message): void {
    this.#batch.push(message)
    if (this.#batch.length >= BATCH) this.flush()
    else
      this.#cancel ??= this.#clock.after(0, () => {
        try {
          this.flush()
        } catch (error) {
          this.#fault(error)
        }
      })
  }

  /** Stores and shows what waits. @throws when it cannot be stored; it will come again with the next session */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    let last = this.#position
    const batch: Message[] = []
    for (const message of this.#batch) {
      // What was had before, by an earlier session, comes again where the cursor of the disk is behind.
      if (message.position <= last) continue
      last = message.position
      batch.push(message)
    }
    this.#batch = []
    if (batch.length === 0) return
    this.#store.transaction(() => {
      for (const message of batch) this.#keep(message)
      this.#store.advance('synced', last)
    })
    this.#position = last
    for (const message of batch) {
      if (!(message.from === this.#me.id && this.#shownOwn.has(message.id))) this.#show(message)
      this.#transfers.settle(message)
    }
    const others = batch.findLast((message) => isShown(message) && message.from !== this.#me.id)
    if (others) this.#receipts.delivered(others.position)
    for (const [id, position] of this.#shownOwn) if (position <= this.#position) this.#shownOwn.delete(id)
  }

  /** Our own message, acknowledged: kept and shown without waiting for it to come round. */
  own(message: Message): void {
    this.flush()
    if (message.position <= this.#position) return
    this.#store.transaction(() => this.#keep(message))
    if (this.#shownOwn.has(message.id)) return
    this.#shownOwn.set(message.id, message.position)
    this.#show(message)
    this.#transfers.settle(message)
  }

  /** Everything up to `position` has been sent to us. */
  synced(position: number): void {
    this.flush()
    this.#store.advance('synced', position)
    this.#position = Math.max(this.#position, position)
  }

  /** Goes back to a position, where the registry's log has become shorter. */
  rewind(position: number): void {
    this.#store.transaction(() => {
      for (const cursor of ['synced', 'taken'] as const) this.#store.rewind(cursor, position)
    })
    this.#position = position
  }

  /** Forgets what is not stored: it comes again. */
  drop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#batch = []
  }

  #keep(message: Message): void {
    this.#history.keep(message)
    this.#transfers.keep(message)
  }

  #show(message: Message): void {
    const shown = this.#history.shown(message)
    if (shown) this.#events.emit(shown.is === 'new' ? 'message' : 'changed', shown.message)
  }
}
