/** Everything the handlers work with: the rooms of one running registry. */
import { type Probe, probeDevice } from '../link/probe.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Registration } from '../protocol/messages.ts'
import { StampClock, stampTime } from '../protocol/stamp.ts'
import { Accounts } from './accounts.ts'
import { BelievedTime } from './believed-time.ts'
import { Conversations } from './conversations.ts'
import { Invites } from './invites.ts'
import type { Journal } from './journal.ts'
import { MessageLog } from './message-log.ts'
import { Neighbours } from './neighbours.ts'
import { Offers } from './offers.ts'
import { Presences } from './presence.ts'
import { Rates, type RateTable } from './rates.ts'
import { Reaches } from './reaches.ts'
import { Receipts } from './receipts.ts'
import { Relays } from './relays.ts'
import { Rooms } from './rooms.ts'
import { Sessions } from './sessions.ts'
import type { Snapshot, Store } from './store/store.ts'
import { Throttle } from './throttle.ts'
import { Tickets } from './tickets.ts'
import { Typing } from './typing.ts'

export interface Context {
  readonly id: string
  readonly name: string
  /** OPAQUE's server setup, base64url. */
  readonly setup: string
  /** Who may register; an administrator changes it. */
  registration: Registration
  readonly clock: Clock
  /** By which old messages are deleted. */
  readonly believed: BelievedTime
  readonly store: Store
  readonly journal: Journal
  readonly accounts: Accounts
  readonly conversations: Conversations
  readonly rooms: Rooms
  readonly sessions: Sessions
  readonly presences: Presences
  readonly typing: Typing
  readonly messages: MessageLog
  readonly receipts: Receipts
  readonly offers: Offers
  readonly tickets: Tickets
  readonly relays: Relays
  readonly throttle: Throttle
  readonly invites: Invites
  readonly rates: Rates
  readonly reaches: Reaches
  readonly neighbours: Neighbours
}

export interface ContextOptions {
  readonly name: string
  readonly setup: string
  readonly store: Store
  readonly snapshot: Snapshot
  readonly clock: Clock
  readonly journal: Journal
  /** Default: what was said last, as the snapshot has it; open. */
  readonly registration?: Registration
  /** Whether transfers are passed on where two devices cannot dial each other. Default: true. */
  readonly relay?: boolean
  /** Default and null: nothing is too often. */
  readonly rates?: RateTable | null
  /** What dials devices for doctors. Default: the real thing. */
  readonly probe?: Probe
}

export function createContext(options: ContextOptions): Context {
  const { name, setup, store, snapshot, clock, journal } = options
  const id = snapshot.registry
  const accounts = new Accounts(store, clock, snapshot)
  const conversations = new Conversations(snapshot.conversations)
  const sessions = new Sessions(accounts)
  const offers = new Offers(clock, snapshot.offers, conversations, sessions)
  const { lastStamp } = snapshot
  const stamps = new StampClock(id, () => clock.now(), lastStamp ?? undefined)
  const rates = new Rates(clock, options.rates ?? null)
  return {
    id,
    name: name.slice(0, 200),
    setup,
    registration: options.registration ?? snapshot.registration ?? 'open',
    clock,
    believed: new BelievedTime(clock, store, snapshot.believed ?? (lastStamp === null ? null : stampTime(lastStamp))),
    store,
    journal,
    accounts,
    conversations,
    rooms: new Rooms(snapshot.rooms, conversations, sessions, store, clock),
    sessions,
    presences: new Presences(accounts, sessions, store, clock, journal),
    typing: new Typing(sessions, clock),
    messages: new MessageLog({ store, stamps, head: snapshot.head, conversations, offers, sessions, journal }),
    receipts: new Receipts(snapshot.reads, conversations, sessions, store, clock),
    offers,
    tickets: new Tickets(clock),
    relays: new Relays(clock, journal, options.relay ?? true),
    throttle: new Throttle(clock),
    invites: new Invites(snapshot.invites, store, clock),
    rates,
    reaches: new Reaches({ clock, accounts, sessions, rates, journal, probe: options.probe ?? probeDevice }),
    neighbours: new Neighbours(),
  }
}
