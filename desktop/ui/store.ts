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
import { Drafts } from './drafts.ts'
import { Histories } from './histories.ts'
import { locale } from './i18n/text.ts'
import { Outbox } from './outbox.ts'
import { Rates } from './rates.ts'
import { asBridgeError } from './words.ts'

const REPLACED = [
  'me',
  'connection',
  'interfaces',
  'found',
  'hosts',
  'hosted',
  'roster',
  'rooms',
  'conversations',
  'settings',
  'desk',
  'registries',
  'link',
  'doctor',
  'trouble',
] as const

export class Store {
  readonly bridge: Bridge
  readonly histories: Histories
  readonly outbox: Outbox
  readonly rates = new Rates()
  /** Signed in, and about to sign in at one more registry. */
  adding = false
  /** The newest message of somebody else since the app opened, to be announced. */
  newest: HistoryMessage | null = null
  #view: AppView
  /** Why the snapshot could not be taken anew, until it could. */
  trouble: BridgeError | null = null
  #selected: Selected = NOBODY
  readonly drafts: Drafts
  /** The message of one's own that is being given other words, and the words so far. */
  editing: { readonly message: HistoryMessage; readonly text: string } | null = null
  /** What was just sent to everyone, for as long as one click takes it back. */
  undo: Undoable | null = null
  /** What the main column shows. */
  page: 'chat' | 'transfers' = 'chat'
  /** The message to be shown, by whoever asked for it last; the list takes it. */
  target: { readonly message: HistoryMessage; readonly words: string } | null = null
  readonly #typing = new Map<string, readonly User[]>()
  #refused = new Map<string, BridgeError>()
  #marked = new Map<string, number>()
  #transfers: ReadonlyMap<string, Transfer> = new Map()
  #audience: { readonly of: readonly unknown[]; readonly audience: Audience } | null = null
  /** The list shows older messages than the newest: new ones wait below. */
  holding = false
  /** How often something was sent from here: what shows messages goes to their end. */
  sends = 0
  #newestStamp: string
  readonly #listeners = new Set<() => void>()
  #scheduled = false

  constructor(bridge: Bridge, view: AppView) {
    this.bridge = bridge
    this.#view = view
    this.#indexTransfers()
    this.#newestStamp = newestOf(view)
    this.histories = new Histories(bridge, () => this.changed())
    this.outbox = new Outbox(
      bridge,
      () => this.changed(),
      (transfer, { everyone }) => everyone && this.#offerUndo({ text: '', transfer: transfer.id }),
    )
    this.drafts = new Drafts(bridge, (error) => this.fail(error))
    this.drafts.load(view.desk.drafts)
    for (const event of REPLACED) bridge.on(event, (value) => this.#replace(event, value))
    bridge.on('message', (message) => this.#onMessage(message))
    bridge.on('removed', ({ id, conversation }) => this.histories.remove(conversation, id))
    bridge.on('transfer', (transfer) => this.#onTransfer(transfer))
    bridge.on('typing', ({ conversation, users }) => {
      this.#typing.set(conversation, users)
      this.changed()
    })
  }

  get view(): AppView {
    return this.#view
  }

  /** The people ticked; none while a room is chosen. */
  get selected(): ReadonlySet<UserId> {
    return this.#selected.people
  }

  /** Whom what is written now goes to. The same object for as long as nothing about it changed, so that what shows it need not be drawn anew. */
  get audience(): Audience {
    const { roster, rooms, conversations, me } = this.#view
    const of = [roster, rooms, conversations, me, locale(), this.#selected]
    if (!this.#audience?.of.every((one, index) => one === of[index]))
      this.#audience = { of, audience: audienceFor(this.#view, this.#selected) }
    return this.#audience.audience
  }

  /** Who is writing in the conversation shown. */
  get typing(): readonly User[] {
    return this.#typing.get(this.audience.conversation?.id ?? '') ?? []
  }

  /** The transfer an offer speaks of, while the host knows it. */
  transfer(id: string): Transfer | undefined {
    return this.#transfers.get(id)
  }

  /** What is typed for these people but not sent. */
  draft(audience: string): string {
    return this.drafts.get(audience)?.text ?? ''
  }

  setDraft(audience: string, text: string): void {
    const reply = this.drafts.get(audience)?.reply
    this.drafts.set(audience, { text, ...(reply === undefined ? {} : { reply }) })
    this.changed()
  }

  /** The message that what is typed answers; null: none. */
  setReply(audience: string, reply: string | null): void {
    this.editing = null
    this.drafts.set(audience, { text: this.draft(audience), ...(reply === null ? {} : { reply }) })
    this.changed()
  }

  edit(message: HistoryMessage | null, text = message?.body.kind === 'text' ? message.body.text : ''): void {
    this.editing = message && { message, text }
    this.changed()
  }

  /** Why the last message to these people could not even be kept to be sent. */
  refusal(audience: string): BridgeError | null {
    return this.#refused.get(audience) ?? null
  }

  /** Sends what is typed for the audience, now or once there is a connection. What is not taken comes back into the draft, before what was typed meanwhile. */
  async sendDraft({ key, to, outside, everyone }: Audience): Promise<void> {
    const text = this.draft(key).trim()
    const reply = this.drafts.get(key)?.reply
    if (!text || outside) return
    this.#refused.delete(key)
    this.drafts.set(key, null)
    this.drafts.flush()
    this.sends++
    this.changed()
    try {
      const { id } = await this.call('send', to, text, reply === undefined ? {} : { reply })
      if (everyone) this.#offerUndo({ text, message: id })
    } catch (error) {
      const others = this.draft(key)
      // Of several that come back, the first one sent stays first.
      const back = this.#refused.has(key) ? [others, text] : [text, others]
      this.setDraft(key, back.filter(Boolean).join('\n'))
      this.#refused.set(key, asBridgeError(error))
    }
  }

  #offerUndo(what: Omit<Undoable, 'until'>): void {
    const undo = { ...what, until: Date.now() + UNDO }
    this.undo = undo
    this.changed()
    setTimeout(() => this.#endUndo(undo), UNDO)
  }

  #endUndo(undo: Undoable): void {
    if (this.undo !== undo) return
    this.undo = null
    this.changed()
  }

  /** Takes back what was just sent to everyone; its words come back into the field. */
  async takeBackLast(): Promise<void> {
    const undo = this.undo
    if (!undo) return
    if (undo.transfer) await this.call('cancel', undo.transfer)
    // One that is still queued is cancelled, and nobody ever hears of it.
    else if (undo.message && !(await this.call('cancelQueued', undo.message))) await this.call('takeBack', undo.message)
    this.#endUndo(undo)
    if (undo.text && this.draft('everyone') === '') this.setDraft('everyone', undo.text)
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
    this.#show({ people: new Set(people), room: null })
  }

  selectRoom({ id, name }: { id: RoomId; name: string }): void {
    this.#show({ people: new Set(), room: { id, name } })
  }

  #show(selected: Selected): void {
    this.#selected = selected
    this.page = 'chat'
    this.editing = null
    this.holding = false
    this.drafts.flush()
    this.changed()
  }

  showPage(page: Store['page']): void {
    this.page = page
    this.changed()
  }

  /** Shows a conversation by its id, as a notification names it, and in it a message. False: it is not known. */
  async openConversation(id: string, message?: string): Promise<boolean> {
    const conversation = this.#view.conversations.find((one) => one.id === id)
    if (!conversation) return false
    this.choose(conversation)
    const found = message === undefined ? null : await this.call('message', message)
    if (found) await this.showMessage(found)
    return true
  }

  /** Shows a message where it stands, with these words in it marked. */
  async showMessage(message: HistoryMessage, words = ''): Promise<void> {
    const conversation = this.#view.conversations.find((one) => one.id === message.conversation)
    if (conversation && conversation.id !== this.audience.conversation?.id) this.choose(conversation)
    this.showPage('chat')
    await this.histories.to(message.conversation, message)
    this.target = { message, words }
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
    this.adding = false
    await this.refresh()
    return user
  }

  /** Goes to another registry that this device is signed in at. */
  async switchTo(registry: string): Promise<void> {
    await this.call('switchRegistry', registry)
    this.adding = false
    await this.refresh()
  }

  /** Shows the registries to choose one more, or the conversations again. */
  addRegistry(on: boolean): void {
    this.adding = on
    this.changed()
  }

  /** What could not be asked of the host, for which no place on the page is better than its head. */
  readonly failed = (error: unknown): void => {
    this.trouble = asBridgeError(error)
    this.changed()
  }

  /** Asks the doctor, whose dialog opens with what it says. */
  examine(peer: string | null): void {
    this.call('examine', peer).catch(this.failed)
  }

  /** The invite the app was opened with is on the page now. */
  takeLink(): void {
    this.#view = { ...this.#view, link: null }
    this.adding = this.#view.me !== null
    this.call('takeLink').catch(this.failed)
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

  /** What failed that nobody waits for. */
  fail(error: unknown): void {
    this.trouble = asBridgeError(error)
    this.changed()
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
    this.refresh()
      .then(() => this.drafts.load(this.#view.desk.drafts))
      .catch((error) => this.fail(error))
  }

  #onMessage(message: HistoryMessage): void {
    this.histories.add(message, this.holding && message.conversation === this.audience.conversation?.id)
    this.#typing.set(message.conversation, this.#typing.get(message.conversation)?.filter(({ id }) => id !== message.from.id) ?? [])
    if (message.gone && this.newest?.id === message.id) this.newest = null
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
    this.drafts.load(this.#view.desk.drafts)
    this.#typing.clear()
    this.editing = null
    this.undo = null
    this.target = null
    this.page = 'chat'
    this.#refused.clear()
    this.#marked.clear()
    this.histories.forget()
    this.newest = null
  }
}

/** Milliseconds for which one click takes back what went to everyone. */
const UNDO = 10_000

export interface Undoable {
  /** The words, to come back; empty for files. */
  readonly text: string
  readonly message?: string
  readonly transfer?: string
  /** Milliseconds since 1970. */
  readonly until: number
}

const NOBODY: Selected = { people: new Set(), room: null }

/** The stamp of the newest message there is. */
export function newestOf({ conversations }: AppView): string {
  return conversations.reduce((newest, { last }) => (!last.state && last.stamp > newest ? last.stamp : newest), '')
}

export const rateKey = (transfer: Transfer, user: UserId): string => `${transfer.id} ${user}`
