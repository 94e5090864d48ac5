/**
 * The one place that knows: the host's snapshots, who is selected, what is typed but not sent. Components read it and ask it; they
 * hear of changes at most once a frame.
 */
import type { RoomId, UserId } from '../../core/protocol/messages.ts'
import type {
  Answer,
  AppView,
  Arguments,
  Bridge,
  BridgeError,
  Command,
  Conversation,
  EventName,
  HistoryMessage,
  Transfer,
  User,
} from '../bridge.ts'
import { type Audience, audienceFor, peopleOf, type Selected } from './audience.ts'
import { Histories } from './histories.ts'
import { Outbox } from './outbox.ts'
import { Rates } from './rates.ts'
import { asBridgeError } from './words.ts'

const REPLACED = ['me', 'connection', 'interfaces', 'found', 'hosted', 'roster', 'rooms', 'conversations', 'settings', 'trouble'] as const

export class Store {
  readonly bridge: Bridge
  readonly histories: Histories
  readonly outbox: Outbox
  readonly rates = new Rates()
  /** The newest message of somebody else since the app opened, to be announced. */
  newest: HistoryMessage | null = null
  #view: AppView
  /** Why the snapshot could not be taken anew, until it could. */
  trouble: BridgeError | null = null
  #selected: Selected = NOBODY
  #drafts = new Map<string, string>()
  #refused = new Map<string, BridgeError>()
  #marked = new Map<string, number>()
  #transfers: ReadonlyMap<string, Transfer> = new Map()
  #audience: Audience | null = null
  #newestStamp: string
  readonly #listeners = new Set<() => void>()
  #scheduled = false

  constructor(bridge: Bridge, view: AppView) {
    this.bridge = bridge
    this.#view = view
    this.#indexTransfers()
    this.#newestStamp = newestOf(view)
    this.histories = new Histories(bridge, () => this.changed())
    this.outbox = new Outbox(bridge, () => this.changed())
    for (const event of REPLACED) bridge.on(event, (value) => this.#replace(event, value))
    bridge.on('message', (message) => this.#onMessage(message))
    bridge.on('removed', ({ id, conversation }) => this.histories.remove(conversation, id))
    bridge.on('transfer', (transfer) => this.#onTransfer(transfer))
  }

  get view(): AppView {
    return this.#view
  }

  /** The people ticked; none while a room is chosen. */
  get selected(): ReadonlySet<UserId> {
    return this.#selected.people
  }

  /** Whom what is written now goes to. */
  get audience(): Audience {
    this.#audience ??= audienceFor(this.#view, this.#selected)
    return this.#audience
  }

  /** The transfer an offer speaks of, while the host knows it. */
  transfer(id: string): Transfer | undefined {
    return this.#transfers.get(id)
  }

  /** What is typed for these people but not sent. */
  draft(audience: string): string {
    return this.#drafts.get(audience) ?? ''
  }

  setDraft(audience: string, text: string): void {
    if (text) this.#drafts.set(audience, text)
    else this.#drafts.delete(audience)
    this.changed()
  }

  /** Why the last message to these people could not even be kept to be sent. */
  refusal(audience: string): BridgeError | null {
    return this.#refused.get(audience) ?? null
  }

  /** Sends what is typed for the audience, now or once there is a connection. What is not taken comes back into the draft, before what was typed meanwhile. */
  async sendDraft({ key, to, outside }: Audience): Promise<void> {
    const text = this.draft(key).trim()
    if (!text || outside) return
    this.#refused.delete(key)
    this.setDraft(key, '')
    try {
      await this.call('send', to, text)
    } catch (error) {
      const others = this.draft(key)
      // Of several that come back, the first one sent stays first.
      const back = this.#refused.has(key) ? [others, text] : [text, others]
      this.setDraft(key, back.filter(Boolean).join('\n'))
      this.#refused.set(key, asBridgeError(error))
    }
  }

  /** The messages of a conversation up to a position are on the page before the person's eyes. */
  async seen(conversation: string, position: number): Promise<void> {
    const before = this.#marked.get(conversation) ?? 0
    if (position <= before) return
    this.#marked.set(conversation, position)
    try {
      await this.call('markRead', conversation, position)
    } catch {
      // Not told yet: the next message seen tells it again.
      this.#marked.set(conversation, before)
    }
  }

  select(people: Iterable<UserId>): void {
    this.#selected = { people: new Set(people), room: null }
    this.changed()
  }

  selectRoom({ id, name }: { id: RoomId; name: string }): void {
    this.#selected = { people: new Set(), room: { id, name } }
    this.changed()
  }

  /** Shows a conversation: what is written then goes to exactly those who are in it. */
  choose(conversation: Conversation): void {
    if (conversation.room) this.selectRoom(conversation.room)
    else this.select(peopleOf(conversation, this.#view.me))
  }

  /** A person's name, also of one who left. */
  nameOf(id: UserId): string {
    const { roster, rooms, conversations } = this.#view
    const people = [
      ...roster,
      ...rooms.flatMap((room) => room.members),
      ...conversations.flatMap((conversation) => (conversation.with === 'everyone' ? [] : conversation.with)),
    ]
    return people.find((person) => person.id === id)?.name ?? 'somebody'
  }

  toggle(person: UserId): void {
    const next = new Set(this.selected)
    // A note to oneself is an audience of its own: picking somebody else ends it.
    if (this.#view.me) next.delete(this.#view.me.id)
    if (!next.delete(person)) next.add(person)
    this.select(next)
  }

  /** Asks the host. Rejects with what the bridge rejects with: a BridgeError. */
  call<C extends Command>(command: C, ...args: Arguments<C>): Promise<Answer<C>> {
    return this.bridge.call(command, ...args)
  }

  /** Signs in or up, then takes the whole snapshot anew: roster and conversations are another registry's. */
  async enter(how: 'register' | 'login', address: string, name: string, password: string): Promise<User> {
    const user = await this.call(how, address, name, password)
    await this.refresh()
    return user
  }

  async leave(): Promise<void> {
    await this.call('logout')
    await this.refresh()
  }

  async refresh(): Promise<void> {
    const before = this.#view.me?.id
    this.#view = await this.call('view')
    this.trouble = null
    this.#indexTransfers()
    this.#newestStamp = newestOf(this.#view)
    if (this.#view.me?.id !== before) this.#forget()
    this.changed()
  }

  /** @returns how to stop hearing. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(): void {
    this.#audience = null
    if (this.#scheduled) return
    this.#scheduled = true
    // A hidden page gets no frames, but its title still counts unread messages.
    const hear = () => {
      if (!this.#scheduled) return
      this.#scheduled = false
      for (const listener of this.#listeners) listener()
    }
    requestAnimationFrame(hear)
    setTimeout(hear, 200)
  }

  #replace<E extends EventName & keyof AppView>(event: E, value: AppView[E]): void {
    const before = this.#view.me?.id
    this.#view = { ...this.#view, [event]: value }
    if (event === 'me' && this.#view.me?.id !== before) this.#becameSomebodyElse()
    this.changed()
  }

  /** Signed in or out elsewhere (another window, or revoked): what is on the page is another's, and transfers come by no event. */
  #becameSomebodyElse(): void {
    this.#forget()
    this.refresh().catch((error) => {
      this.trouble = asBridgeError(error)
      this.changed()
    })
  }

  #onMessage(message: HistoryMessage): void {
    this.histories.add(message)
    // One that was known comes again when its words or its reactions change: that is no news.
    if (!message.state && message.stamp > this.#newestStamp) {
      this.#newestStamp = message.stamp
      if (message.from.id !== this.#view.me?.id) this.newest = message
    }
    this.changed()
  }

  #onTransfer(transfer: Transfer): void {
    const transfers = this.#view.transfers.filter((known) => known.id !== transfer.id)
    this.#view = { ...this.#view, transfers: [...transfers, transfer] }
    this.#indexTransfers()
    for (const part of transfer.parts) {
      const key = rateKey(transfer, part.user.id)
      if (part.state === 'moving') this.rates.note(key, part.bytes, performance.now())
      else this.rates.forget(key)
    }
    this.changed()
  }

  #indexTransfers(): void {
    this.#transfers = new Map(this.#view.transfers.map((transfer) => [transfer.id, transfer]))
  }

  #forget(): void {
    this.#selected = NOBODY
    this.#drafts.clear()
    this.#refused.clear()
    this.#marked.clear()
    this.histories.forget()
    this.newest = null
  }
}

const NOBODY: Selected = { people: new Set(), room: null }

/** The stamp of the newest message there is. */
function newestOf({ conversations }: AppView): string {
  return conversations.reduce((newest, { last }) => (!last.state && last.stamp > newest ? last.stamp : newest), '')
}

export const rateKey = (transfer: Transfer, user: UserId): string => `${transfer.id} ${user}`
