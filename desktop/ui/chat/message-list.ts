/**
 * The messages of the conversation shown. It stays at the newest one unless the person scrolls up; more are paged in above and
 * below, and whatever comes or goes, the message one was reading stays where it was.
 */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { HistoryMessage } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { day, dayKey } from '../format.ts'
import { type History, NOTHING } from '../histories.ts'
import { counted, msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { type Block, Blocks } from './blocks.ts'
import type { MessageRow } from './message-row.ts'
import './message-row.ts'
import './nothing-said.ts'
import './outgoing-cards.ts'
import { Quotes } from './quotes.ts'
import { rowKey } from './row-keys.ts'

/** Pixels from an edge at which the next page is asked for, and within which one counts as being at the end. */
const NEAR = 800
const AT_END = 40
/** Milliseconds after the last movement. */
const SETTLED = 120
/** Milliseconds after which the same author's next message gets a heading of its own. */
const PAUSE = 5 * 60_000

@customElement('oc-messages')
export class MessageList extends StoreElement {
  @state() private atEnd = true
  @query('.scroll') private readonly scroller?: HTMLElement
  @query('.rows') private readonly list?: HTMLElement
  private conversation: string | null = null
  private history: History = NOTHING
  private audienceKey = ''
  /** What others said after this position was new when one came here; null: nothing was. */
  private newAfter: number | null = null
  /** The divider is still to be brought into sight. */
  private toDivider = false
  private sends = this.store.sends
  private place: { id: string; top: number } | null = null
  /** Where the scroll bar was when that was true. */
  private remembered = 0
  /** The row that shows what can be done with it. */
  private active: MessageRow | null = null
  /** Runs while it scrolls. */
  #settling: ReturnType<typeof setTimeout> | undefined
  private readonly blocks = new Blocks()
  private readonly quotes = new Quotes(this.store, () => this.requestUpdate())
  private readonly resizes = new ResizeObserver(() => this.restore())

  static override styles = [
    controls,
    css`
      :host { position: relative; display: flex; min-height: 0; }
      .scroll { flex: 1; overflow-y: auto; overflow-anchor: none; display: flex; flex-direction: column; min-width: 0; }
      .scroll:focus-visible { outline-offset: -2px; }
      .rows { margin-block-start: auto; padding-block-end: var(--s2); }
      .block { content-visibility: auto; contain-intrinsic-block-size: auto calc(var(--rows) * 48px); }
      [data-id]:focus-visible { outline-offset: -2px; border-radius: var(--radius); }
      .day, .new { display: flex; align-items: center; gap: var(--s3); padding: var(--s3) var(--column) var(--s1); color: var(--ink-soft); font-size: var(--text-small); font-weight: 600; }
      .day::before, .day::after, .new::before, .new::after { content: ''; flex: 1; border-block-start: 1px solid var(--line); }
      .new { padding-block: var(--s2) 0; color: var(--accent-ink); }
      .new::before, .new::after { border-color: var(--accent); }
      .edge { min-height: 36px; padding: var(--s3) var(--s4) 0; text-align: center; color: var(--ink-soft); font-size: var(--text-small); }
      .latest { position: absolute; inset-inline-end: var(--column); inset-block-end: var(--s2); border-radius: 16px; box-shadow: var(--shadow); }
      .found { animation: found 2.4s ease-out; }
      @keyframes found { from, 40% { background: var(--wide-soft); } }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('focus', this.read)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('focus', this.read)
    this.resizes.disconnect()
    clearTimeout(this.#settling)
  }

  override firstUpdated(): void {
    if (this.scroller) this.resizes.observe(this.scroller)
  }

  /** The rows are in the hands of the keyboard, beginning with the newest one seen. */
  focusRows(): void {
    this.rows.at(-1)?.focus()
  }

  private get rows(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[data-id]')]
  }

  override willUpdate(): void {
    const { audience, histories } = this.store
    const { conversation } = audience
    if (audience.key !== this.audienceKey) {
      this.audienceKey = audience.key
      this.atEnd = true
      this.place = null
      this.newAfter = conversation && conversation.unread > 0 ? conversation.read : null
      this.toDivider = this.newAfter !== null
      // What was shown of it when it was left is not where one comes back to.
      if (conversation && !this.store.target) histories.toNewest(conversation.id)
    } else if (this.scroller && this.scroller.scrollTop !== this.remembered) {
      // Scrolled in this very frame, so the event for it has not come yet.
      this.remember()
    }
    if (this.sends !== this.store.sends) {
      this.sends = this.store.sends
      this.newAfter = null
      this.toNewest()
    }
    // What comes while nobody is looking is new, too.
    if (conversation && conversation.unread > 0 && this.newAfter === null && !document.hasFocus()) this.newAfter = conversation.read
    this.conversation = conversation?.id ?? null
    if (this.conversation && !histories.get(this.conversation).error) histories.open(this.conversation)
    this.history = this.conversation ? histories.get(this.conversation) : NOTHING
    this.quotes.of(this.history.messages)
  }

  override async updated(): Promise<void> {
    const rows = [...this.renderRoot.querySelectorAll<MessageRow>('oc-message')]
    await Promise.all(rows.map((row) => (row.isUpdatePending ? row.updateComplete : null)))
    if (this.list) {
      // Anew, so that we hear when what is new has its real height, even if all of it together is then as high as before.
      this.resizes.unobserve(this.list)
      this.resizes.observe(this.list)
    }
    this.showDivider()
    this.restore()
    this.showTarget()
    this.page()
    this.read()
  }

  /** More is new than fits: one begins to read where it begins. */
  private showDivider(): void {
    const scroller = this.scroller
    if (!this.toDivider || !this.history.opened || !scroller) return
    this.toDivider = false
    const divider = this.renderRoot.querySelector('.new')
    const row = divider?.closest<HTMLElement>('[data-id]')
    if (!divider || !row) return
    const above = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop
    if (scroller.scrollHeight - above < scroller.clientHeight) return
    this.atEnd = false
    this.store.holding = true
    this.place = { id: row.dataset.id ?? '', top: 24 }
  }

  private showTarget(): void {
    const { target } = this.store
    const row = target && this.renderRoot.querySelector<HTMLElement>(`[data-id="${CSS.escape(target.message.id)}"]`)
    if (!row || !this.scroller) return
    this.store.target = null
    row.scrollIntoView({ block: 'center' })
    row.classList.add('found')
    row.addEventListener('animationend', () => row.classList.remove('found'), { once: true })
    this.remember()
    row.focus({ preventScroll: true })
    row.querySelector<MessageRow>('oc-message')?.markFound(target.words)
  }

  /** Where the person is: at the end, or at which message. */
  private remember(): void {
    const scroller = this.scroller
    if (!scroller) return
    this.remembered = scroller.scrollTop
    this.atEnd = this.history.live && scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < AT_END
    this.store.holding = !this.atEnd
    const top = scroller.getBoundingClientRect().top
    const row = this.firstInSight(top)
    this.place = row ? { id: row.dataset.id ?? '', top: row.getBoundingClientRect().top - top } : null
  }

  /** By its block first: the rows of one that is not drawn are not where they will be. */
  private firstInSight(top: number): HTMLElement | undefined {
    const block = firstBelow(this.renderRoot.querySelectorAll<HTMLElement>('.block'), top)
    return block && firstBelow(block.querySelectorAll<HTMLElement>('[data-id]'), top)
  }

  /** Puts the place back: the end, or the message that was at the top. */
  private restore(): void {
    const scroller = this.scroller
    if (!scroller) return
    const row = this.place && this.renderRoot.querySelector(`[data-id="${CSS.escape(this.place.id)}"]`)
    if (this.atEnd && this.history.live) scroller.scrollTop = scroller.scrollHeight
    else if (row && this.place)
      scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - this.place.top
    this.remembered = scroller.scrollTop
  }

  private scrolled(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.settle(), SETTLED)
    this.remember()
    this.page()
    this.read()
  }

  /** What passed below the pointer is not what one points at: only the row it has come to rest on shows what can be done with it. */
  private settle(): void {
    this.#settling = undefined
    if (!this.active?.parentElement?.matches(':focus-within')) this.show(this.renderRoot.querySelector('[data-id]:hover > oc-message'))
  }

  /** Near an edge of what is here, more is fetched beyond it. */
  private page(): void {
    const scroller = this.scroller
    const conversation = this.conversation
    // What is on the page must be what is known, or its heights tell nothing.
    if (!scroller || !conversation || this.isUpdatePending || this.history !== this.store.histories.get(conversation)) return
    const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
    if (this.history.error) return
    if (below < NEAR && !this.history.live) this.store.histories.newer(conversation)
    else if (scroller.scrollTop < NEAR) this.store.histories.older(conversation)
  }

  /** The newest message is before somebody's eyes: its sender may know. */
  private readonly read = (): void => {
    const unread = this.store.audience.conversation?.unread ?? 0
    if (!this.conversation || unread === 0 || !this.atEnd || !this.history.live || !document.hasFocus()) return
    const position = this.history.messages.reduce((most, message) => Math.max(most, message.position), 0)
    this.store.seen(this.conversation, position)
  }

  private toNewest(): void {
    this.atEnd = true
    this.store.holding = false
    if (this.conversation) this.store.histories.toNewest(this.conversation)
  }

  private retry(): void {
    if (!this.conversation) return
    if (this.history.opened) this.store.histories.older(this.conversation)
    else this.store.histories.toNewest(this.conversation)
  }

  private activate(event: Event): void {
    if (this.#settling !== undefined && event.type === 'pointerover') return
    const row = event.composedPath().find((one): one is HTMLElement => one instanceof HTMLElement && one.dataset.id !== undefined)
    this.show(row?.querySelector<MessageRow>('oc-message') ?? null)
  }

  private show(row: MessageRow | null): void {
    if (row === this.active) return
    if (this.active) this.active.active = false
    this.active = row
    if (row) row.active = true
  }

  private leave(): void {
    // A button that gives way to another loses the focus for a moment.
    requestAnimationFrame(() => {
      if (!this.active?.parentElement?.matches(':hover, :focus-within')) this.show(null)
    })
  }

  private onKey(event: KeyboardEvent): void {
    const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-id]') : null
    // Keys are the row's own only while no button within it has them.
    if (!row || event.composedPath()[0] !== row || event.ctrlKey || event.metaKey || event.altKey) return
    if (!rowKey(event.key, row, this.rows)) return
    event.preventDefault()
    event.stopPropagation()
  }

  private block({ messages, before }: Block) {
    const last = this.history.messages.at(-1)
    return html`<div class="block" .style=${`--rows: ${messages.length}`}>${repeat(
      messages,
      ({ id }) => id,
      (message, index) => this.row(message, messages[index - 1] ?? before, message === last),
    )}</div>`
  }

  private row(message: HistoryMessage, before: HistoryMessage | undefined, isLast: boolean) {
    const newDay = !before || dayKey(before.sentAt) !== dayKey(message.sentAt)
    const mine = message.from.id === this.store.view.me?.id
    const isNew = this.isNew(message) && !(before && this.isNew(before))
    const first = newDay || isNew || before.from.id !== message.from.id || message.sentAt - before.sentAt > PAUSE
    const { body } = message
    return html`<div role="listitem" data-id=${message.id} tabindex=${isLast ? 0 : -1}>${
      newDay ? html`<div class="day">${day(message.sentAt, Date.now())}</div>` : nothing
    }${
      isNew ? html`<div class="new" role="separator" aria-label=${msg('New messages')}>${msg('New')}</div>` : nothing
    }<oc-message .message=${message} .first=${first} .mine=${mine} .transfer=${body.kind === 'offer' ? this.store.transfer(body.transfer) : undefined}
        .people=${this.store.audience.people} .answered=${this.quotes.answered(message)}></oc-message></div>`
  }

  private isNew(message: HistoryMessage): boolean {
    return this.newAfter !== null && message.position > this.newAfter && message.from.id !== this.store.view.me?.id
  }

  override render() {
    const { messages, complete, live, loading, opened, error } = this.history
    const outgoing = this.store.outbox.for(this.store.audience.key)
    const empty = opened && messages.length === 0 && outgoing.length === 0
    const unread = this.store.audience.conversation?.unread ?? 0
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label=${msg('Messages')} @scroll=${this.scrolled}>
        <div class="edge" ?hidden=${empty || (complete && !error)}>
          ${loading === 'older' ? msg('Fetching messages…') : nothing}
          ${error ? html`<oc-error .error=${error}></oc-error><button type="button" class="plain" @click=${this.retry}>${msg('Try again')}</button>` : nothing}
        </div>
        ${empty ? html`<oc-nothing-said></oc-nothing-said>` : nothing}
        <div class="rows" role="list" @pointerover=${this.activate} @pointerleave=${this.leave} @focusin=${this.activate} @focusout=${this.leave} @keydown=${this.onKey}>
          ${repeat(
            this.blocks.of(messages),
            ({ key }) => key,
            (block) => this.block(block),
          )}
          <div role="listitem">${live ? html`<oc-outgoing .outgoing=${outgoing}></oc-outgoing>` : nothing}</div>
        </div>
      </div>
      ${
        (this.atEnd && live) || empty || !opened
          ? nothing
          : html`<button type="button" class="latest" @click=${this.toNewest}>${icon('down', 16)}${unread > 0 ? counted(unread, '# newer message', '# newer messages') : msg('Newest')}</button>`
      }
    `
  }
}

/** Of elements one below the other, the first that ends below this edge. */
function firstBelow(elements: NodeListOf<HTMLElement>, top: number): HTMLElement | undefined {
  let [from, to] = [0, elements.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) > top) to = middle
    else from = middle + 1
  }
  return elements[from]
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-messages': MessageList
  }
}
