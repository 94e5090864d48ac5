/**
 * The messages of the conversation shown. It stays at the newest one unless the person scrolls up; older ones are paged in
 * above, and whatever comes or goes, the message one was reading stays where it was.
 */
import { css, html, nothing, type PropertyValues } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { HistoryMessage } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { day, dayKey, plural } from '../format.ts'
import { type History, NOTHING } from '../histories.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import type { MessageRow } from './message-row.ts'
import './message-row.ts'
import './outgoing-cards.ts'
import { shiftNewer, shiftOlder, shownOf } from './window.ts'

/** Pixels from an edge at which the next page is asked for, and within which one counts as being at the end. */
const NEAR = 600
const AT_END = 40
/** Milliseconds after which the same author's next message gets a heading of its own. */
const PAUSE = 5 * 60_000

@customElement('oc-messages')
export class MessageList extends StoreElement {
  /** Stamp of the newest message in the page while one reads further up; null: up to the newest. */
  @state() private until: string | null = null
  @state() private atEnd = true
  @query('.scroll') private readonly scroller?: HTMLElement
  private conversation: string | null = null
  private history: History = NOTHING
  private audienceKey = ''
  private lastShown: string | null = null
  /** The page as it was drawn went up to the newest message. */
  private shownLive = true
  private place: { id: string; top: number } | null = null
  /** Where the scroll bar was when that was true. */
  private remembered = 0
  private readonly resizes = new ResizeObserver(() => this.restore())

  static override styles = [
    controls,
    css`
      :host { position: relative; display: flex; min-height: 0; }
      .scroll { flex: 1; overflow-y: auto; overflow-anchor: none; display: flex; flex-direction: column; min-width: 0; }
      .scroll:focus-visible { outline-offset: -2px; }
      ol { margin-top: auto; padding-bottom: var(--s2); }
      .day { display: flex; align-items: center; gap: var(--s3); padding: var(--s3) var(--column) var(--s1); color: var(--ink-soft); font-size: var(--text-small); font-weight: 600; }
      .day::before, .day::after { content: ''; flex: 1; border-top: 1px solid var(--line); }
      .edge { min-height: 36px; padding: var(--s3) var(--s4) 0; text-align: center; color: var(--ink-soft); font-size: var(--text-small); }
      .nothing { margin: auto; display: grid; justify-items: center; gap: var(--s2); padding: var(--s4); max-width: 360px; text-align: center; color: var(--ink-soft); }
      .nothing svg { color: var(--line-strong); }
      .nothing h2 { color: var(--ink); font-size: var(--text-big); }
      .latest { position: absolute; right: var(--column); bottom: var(--s2); border-radius: 16px; box-shadow: var(--shadow); }
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
  }

  override firstUpdated(): void {
    for (const element of this.renderRoot.querySelectorAll('.scroll, ol')) this.resizes.observe(element)
  }

  override willUpdate(): void {
    const { audience } = this.store
    const conversation = audience.conversation?.id ?? null
    if (audience.key !== this.audienceKey) {
      this.until = null
      this.atEnd = true
      this.place = null
      this.audienceKey = audience.key
    } else if (this.scroller && this.scroller.scrollTop !== this.remembered) {
      // Scrolled in this very frame, so the event for it has not come yet.
      this.remember()
    }
    this.conversation = conversation
    if (conversation && !this.store.histories.get(conversation).error) this.store.histories.open(conversation)
    this.history = conversation ? this.store.histories.get(conversation) : NOTHING
    // While one reads further up, new messages would push the oldest out of the page from under the eyes.
    const { messages } = this.history
    const more = this.shownLive && messages.at(-1)?.stamp !== this.lastShown && shownOf(messages, null).start > 0
    if (!this.atEnd && this.until === null && more) this.until = this.lastShown
  }

  override async updated(_changed: PropertyValues): Promise<void> {
    const rows = [...this.renderRoot.querySelectorAll<MessageRow>('oc-message')]
    await Promise.all(rows.map((row) => row.updateComplete))
    this.restore()
    this.page()
    this.read()
  }

  /** Where the person is: at the end, or at which message. */
  private remember(): void {
    const scroller = this.scroller
    if (!scroller) return
    this.remembered = scroller.scrollTop
    this.atEnd = this.until === null && scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < AT_END
    const top = scroller.getBoundingClientRect().top
    const row = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-id]')].find((one) => one.getBoundingClientRect().bottom > top)
    this.place = row ? { id: row.dataset.id ?? '', top: row.getBoundingClientRect().top - top } : null
  }

  /** Puts the place back: the end, or the message that was at the top. */
  private restore(): void {
    const scroller = this.scroller
    if (!scroller) return
    const row = this.place && this.renderRoot.querySelector(`[data-id="${this.place.id}"]`)
    if (this.atEnd && this.until === null) scroller.scrollTop = scroller.scrollHeight
    else if (row && this.place)
      scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - this.place.top
    this.remembered = scroller.scrollTop
  }

  private scrolled(): void {
    this.remember()
    this.page()
    this.read()
  }

  /** Near an edge of the page, more is brought in beyond it: from what is loaded, else from the host. */
  private page(): void {
    const scroller = this.scroller
    const conversation = this.conversation
    // What is on the page must be what is known, or its heights tell nothing.
    if (!scroller || !conversation || this.isUpdatePending || this.history !== this.store.histories.get(conversation)) return
    const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
    const { messages, error } = this.history
    const shown = shownOf(messages, this.until)
    if (this.until !== null && below < NEAR) this.until = shiftNewer(messages, shown)
    else if (scroller.scrollTop < NEAR && shown.start > 0) this.until = shiftOlder(messages, shown, this.until)
    else if (scroller.scrollTop < NEAR && !error) this.store.histories.older(conversation)
  }

  /** The newest message is before somebody's eyes: its sender may know. */
  private readonly read = (): void => {
    const unread = this.store.audience.conversation?.unread ?? 0
    if (!this.conversation || unread === 0 || !this.atEnd || this.until !== null || !document.hasFocus()) return
    const position = this.history.messages.reduce((most, message) => Math.max(most, message.position), 0)
    this.store.seen(this.conversation, position)
  }

  private toLatest(): void {
    this.remember()
    this.until = null
    this.atEnd = true
  }

  private retry(): void {
    if (!this.conversation) return
    if (this.history.opened) this.store.histories.older(this.conversation)
    else this.store.histories.open(this.conversation)
  }

  private row(message: HistoryMessage, before: HistoryMessage | undefined) {
    const newDay = !before || dayKey(before.sentAt) !== dayKey(message.sentAt)
    const first = newDay || before.from.id !== message.from.id || message.sentAt - before.sentAt > PAUSE
    const { body, replyTo } = message
    return html`<li data-id=${message.id}>
      ${newDay ? html`<div class="day">${day(message.sentAt, Date.now())}</div>` : nothing}
      <oc-message .message=${message} .first=${first} .mine=${message.from.id === this.store.view.me?.id}
        .transfer=${body.kind === 'offer' ? this.store.transfer(body.transfer) : undefined} .people=${this.store.audience.people} .answered=${replyTo ? (this.history.messages.find((one) => one.id === replyTo) ?? null) : undefined}></oc-message>
    </li>`
  }

  override render() {
    const { messages, complete, loading, error } = this.history
    const { start, end } = shownOf(messages, this.until)
    this.lastShown = messages[end - 1]?.stamp ?? null
    this.shownLive = this.until === null
    const outgoing = this.store.outbox.for(this.store.audience.key)
    const empty = this.history.opened && messages.length === 0 && outgoing.length === 0
    const newer = messages.length - end
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Messages" @scroll=${this.scrolled}>
        <div class="edge" ?hidden=${empty || (complete && !error)}>
          ${loading ? 'Fetching messages…' : nothing}
          ${error ? html`<oc-error .error=${error}></oc-error><button type="button" class="plain" @click=${this.retry}>Try again</button>` : nothing}
        </div>
        ${empty ? this.empty() : nothing}
        <ol>
          ${repeat(
            messages.slice(start, end),
            (message) => message.id,
            (message, index) => this.row(message, messages[start + index - 1]),
          )}
          <li><oc-outgoing .outgoing=${outgoing}></oc-outgoing></li>
        </ol>
      </div>
      ${
        this.atEnd && this.until === null
          ? nothing
          : html`<button type="button" class="latest" @click=${this.toLatest}>${icon('down', 16)}${newer > 0 ? plural(newer, 'newer message') : 'Newest'}</button>`
      }
    `
  }

  private empty() {
    const { audience } = this.store
    return html`<div class="nothing">${icon('bubble', 48)}
      <h2>${audience.everyone ? 'Say hello' : html`Nothing said yet with <bdi>${audience.title}</bdi>`}</h2>
      <p>${audience.everyone ? 'What you write here goes to everyone. Tick people on the left to write to them alone.' : 'Write a message below, or drop files into the window.'}</p></div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-messages': MessageList
  }
}
