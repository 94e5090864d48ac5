/** What the words typed find: people, conversations and rooms by name, and messages on this disk by what they say, as one types. */
import { css, html, nothing, type PropertyValues } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { FoundMessage } from '../../bridge.ts'
import { conversationKey, conversationTitle, personKey } from '../audience.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { exactTime, shortWhen } from '../format.ts'
import { counted, msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { presenceStyles } from '../parts/presence.ts'

/** Milliseconds after the last key before the disk is asked; messages shown at first, and as many as are ever asked for. */
const SOON = 120
const FIRST = 30
const MOST = 300
/** Names shown. */
const NAMES = 6

@customElement('oc-found')
export class Found extends StoreElement {
  @property({ attribute: false }) words = ''
  @property({ attribute: false }) here = false
  @state() private found: readonly FoundMessage[] | null = null
  @state() private limit = FIRST
  private asked = 0
  #soon: ReturnType<typeof setTimeout> | undefined

  static override styles = [
    controls,
    presenceStyles,
    css`
      :host { padding-block-end: var(--s2); }
      h2 { padding: 12px var(--s3) var(--s1); font-size: var(--text-small); color: var(--ink-soft); }
      ul { padding: 0 var(--s2); }
      li button { display: flex; align-items: center; gap: var(--s2); width: 100%; min-height: 36px; padding: var(--s1) var(--s2); border: 0; background: none; font-weight: 400; text-align: start; justify-content: flex-start; white-space: normal; }
      li button:hover { background: var(--hover); }
      li button:focus-visible { outline-offset: -2px; }
      li svg { color: var(--ink-soft); }
      /* As wide as the signs of the others. */
      .dot { margin-inline: 3px; }
      .hit { flex-direction: column; align-items: stretch; gap: 0; }
      .hit .top { display: flex; justify-content: space-between; gap: var(--s2); font-size: var(--text-small); color: var(--ink-soft); }
      .hit .top strong { color: var(--ink); font-weight: 600; }
      .snippet { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; line-height: 1.4; unicode-bidi: plaintext; text-align: start; }
      mark { background: var(--wide-soft); color: var(--wide-ink); border-radius: 2px; font-weight: 600; }
      .none { padding: var(--s2) var(--s3); color: var(--ink-soft); }
      .more { margin-inline: var(--s2); }
    `,
  ]

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#soon)
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has('words') && !changed.has('here')) return
    this.limit = FIRST
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.search(), SOON)
  }

  focusFirst(): void {
    this.renderRoot.querySelector<HTMLElement>('li button')?.focus()
  }

  private async search(): Promise<void> {
    const asked = ++this.asked
    const conversation = this.here ? this.store.audience.conversation?.id : undefined
    // A conversation without messages has none to be found.
    if (this.here && conversation === undefined) {
      this.found = []
      return
    }
    try {
      const found = await this.store.call('search', this.words, { limit: this.limit, ...(conversation ? { conversation } : {}) })
      if (asked === this.asked) this.found = found
    } catch (error) {
      if (asked === this.asked) this.store.fail(error)
    }
  }

  private more(): void {
    this.limit = MOST
    this.search()
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('li button')]
    buttons[buttons.indexOf(event.composedPath()[0] as HTMLElement) + step]?.focus()
    event.preventDefault()
  }

  private pick(choose: () => unknown): void {
    choose()
    this.dispatchEvent(new Event('picked', { bubbles: true }))
  }

  private names() {
    const { view } = this.store
    const wanted = folded(this.words.trim())
    const fits = (name: string) => folded(name).includes(wanted)
    const people = view.roster.filter((person) => !person.self && fits(person.name)).slice(0, NAMES)
    const shown = new Set(people.map(({ id }) => personKey(id)))
    const conversations = view.conversations
      .filter((one) => !shown.has(conversationKey(one)) && fits(conversationTitle(one)))
      .slice(0, NAMES)
    const spoken = new Set(conversations.map(({ room }) => room?.id))
    const rooms = view.rooms.filter((room) => !spoken.has(room.id) && fits(room.name)).slice(0, NAMES)
    if (people.length + conversations.length + rooms.length === 0) return nothing
    return html`<h2 id="names">${msg('People and conversations')}</h2><ul aria-labelledby="names">
      ${people.map((person) => html`<li><button type="button" @click=${() => this.pick(() => this.store.select([person.id]))}><span class="dot ${person.presence}"></span><span class="cut" dir="auto">${person.name}</span></button></li>`)}
      ${conversations.map((one) => html`<li><button type="button" @click=${() => this.pick(() => this.store.choose(one))}>${icon(one.room ? 'room' : 'people', 16)}<span class="cut" dir="auto">${conversationTitle(one)}</span></button></li>`)}
      ${rooms.map((room) => html`<li><button type="button" @click=${() => this.pick(() => this.store.selectRoom(room))}>${icon('room', 16)}<span class="cut" dir="auto">${room.name}</span></button></li>`)}
    </ul>`
  }

  private hit(message: FoundMessage) {
    const { text, ranges } = message.snippet
    const pieces = [
      ...ranges.map(([from, to], index) => ({ plain: text.slice(ranges[index - 1]?.[1] ?? 0, from), found: text.slice(from, to) })),
      { plain: text.slice(ranges.at(-1)?.[1] ?? 0), found: '' },
    ]
    const conversation = this.store.view.conversations.find(({ id }) => id === message.conversation)
    const who = message.from.id === this.store.view.me?.id ? msg('You') : message.from.name
    return html`<li><button type="button" class="hit" @click=${() => this.pick(() => this.store.showMessage(message, this.words).catch((error) => this.store.fail(error)))}>
      <span class="top"><span class="cut"><strong><bdi>${who}</bdi></strong>${conversation && !this.here ? html` · <bdi>${conversationTitle(conversation)}</bdi>` : nothing}</span>
        <span title=${exactTime(message.sentAt)}>${shortWhen(message.sentAt, Date.now())}</span></span>
      <span class="snippet" dir="auto">${pieces.map(({ plain, found }) => html`${plain}${found ? html`<mark>${found}</mark>` : nothing}`)}</span>
    </button></li>`
  }

  override render() {
    const { found } = this
    return html`<div @keydown=${this.onKey}>
      ${this.here ? nothing : this.names()}
      <h2 id="messages">${this.here ? msg('Messages of this conversation') : msg('Messages')}</h2>
      <p class=${found?.length === 0 ? 'none' : 'hidden-text'} role="status">${found === null ? nothing : found.length === 0 ? msg('No message has these words.') : counted(found.length, '# message found', '# messages found')}</p>
      <ul aria-labelledby="messages">${found?.map((message) => this.hit(message))}</ul>
      ${found && found.length === this.limit && this.limit < MOST ? html`<button type="button" class="plain more" @click=${this.more}>${msg('Show more')}</button>` : nothing}
      ${this.here ? html`<button type="button" class="plain more" @click=${() => this.dispatchEvent(new Event('everywhere'))}>${msg('Search everywhere')}</button>` : nothing}
    </div>`
  }
}

const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

declare global {
  interface HTMLElementTagNameMap {
    'oc-found': Found
  }
}
