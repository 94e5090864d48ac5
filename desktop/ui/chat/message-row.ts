/** One message: whose, when, its text or its offer of files, what it answers, how people reacted; and what can be done with it. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { HistoryMessage, Transfer, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { useStore } from '../element.ts'
import { exactTime, names, timeOfDay } from '../format.ts'
import { counted, msg, str } from '../i18n/text.ts'
import { renderText, textStyles } from '../markdown/render.ts'
import { pickEmoji } from '../parts/emoji-picker.ts'
import { inOneLine, TAKEN_BACK } from '../saying.ts'
import { markWords } from './mark-words.ts'
import type { MessageTools } from './message-tools.ts'
import './message-tools.ts'
import './queued-mark.ts'
import './receipt-marks.ts'
import '../transfers/transfer-card.ts'

/** Characters and lines of a text that are shown at once; the rest of it on demand. */
const MOST = 6_000
const MOST_LINES = 60

@customElement('oc-message')
export class MessageRow extends LitElement {
  @property({ attribute: false }) message: HistoryMessage | null = null
  @property({ attribute: false }) transfer: Transfer | undefined
  @property({ type: Boolean, reflect: true }) mine = false
  /** Opens a group: says who speaks. */
  @property({ type: Boolean, reflect: true }) first = false
  /** The message that this one answers; null when it is nowhere any more, undefined when it answers none. */
  @property({ attribute: false }) answered: HistoryMessage | null | undefined
  @property({ attribute: false }) people: readonly User[] = []
  /** Pointed at or in the hands of the keyboard: shows what can be done. */
  @property({ type: Boolean, reflect: true }) active = false
  @state() private whole = false
  @query('oc-message-tools') readonly tools?: MessageTools
  @query('.text') private readonly text?: HTMLElement
  /** What was last made of a text, as most redraws do not change it. */
  private drawn: { readonly of: string; readonly text: HTMLElement } | null = null

  static override styles = [
    controls,
    textStyles,
    css`
      :host { position: relative; padding: 2px var(--column); }
      :host([first]) { padding-block-start: 12px; }
      :host([active]) { background: var(--bg); }
      :host([mine]) article { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: var(--s3); align-items: start; }
      :host([mine]) :is(header, .quote, .reactions) { grid-column: 1 / -1; }
      header { display: flex; align-items: baseline; gap: var(--s2); margin-block-end: 2px; }
      .author { font-weight: 600; }
      :host([mine]) .author { color: var(--accent-ink); }
      time { color: var(--ink-soft); font-size: var(--text-small); white-space: nowrap; }
      .quote {
        display: block; width: fit-content; max-width: 100%; min-height: 24px; margin-block: 2px; padding: 0 var(--s2); border: 0; border-inline-start: 2px solid var(--line-strong);
        border-radius: 0 var(--s1) var(--s1) 0; background: none; color: var(--ink-soft); font-size: var(--text-small); font-weight: 400; text-align: start;
      }
      .quote:disabled { opacity: 1; }
      .gone { color: var(--ink-soft); font-style: italic; }
      .edited { color: var(--ink-soft); font-size: var(--text-small); white-space: nowrap; }
      .more { margin-block-start: var(--s1); padding: 0; min-height: 24px; }
      .reactions { display: flex; flex-wrap: wrap; gap: var(--s1); margin-block: var(--s1); }
      .reactions button { min-height: 24px; padding: 0 var(--s2); border-color: var(--line); border-radius: 12px; background: var(--raised); font-size: var(--text-small); font-weight: 400; }
      .reactions button:hover { border-color: var(--line-strong); }
      .reactions button[aria-pressed='true'] { border-color: var(--accent); background: var(--accent-soft); color: var(--accent-ink); font-weight: 600; }
      .reactions .add { padding: 0 6px; color: var(--ink-soft); }
      oc-receipts { margin-block-start: -1px; }
      oc-transfer { margin-block: var(--s1); }
      oc-message-tools { position: absolute; z-index: 1; inset-block-start: -6px; inset-inline-end: max(var(--s2), var(--column) - 16px); }
      :host([first]) oc-message-tools { inset-block-start: 2px; }
      ::highlight(found) { background: var(--wide-line); color: var(--bg); }
    `,
  ]

  /** Shows these words in its text as found. */
  async markFound(words: string): Promise<void> {
    this.whole = true
    await this.updateComplete
    if (this.text) markWords(this.text, words)
  }

  async addReaction(anchor: Element = this): Promise<void> {
    const emoji = await pickEmoji(anchor)
    const { message } = this
    if (emoji === null || !message) return
    await useStore()
      .call('react', message.id, emoji, true)
      .catch((error) => useStore().fail(error))
  }

  override render() {
    const message = this.message
    if (!message) return nothing
    const { from, sentAt, gone, state: waiting } = message
    const who = this.mine ? msg('You') : from.name
    const when = html`<time datetime=${new Date(sentAt).toISOString()} title=${exactTime(sentAt)}>${timeOfDay(sentAt)}</time>`
    // No space between the parts: each would be a node, and there are many rows.
    return html`<article>${
      this.first
        ? html`<header><span class="author cut" dir="auto">${who}</span>${when}</header>`
        : html`<span class="hidden-text">${who}, ${timeOfDay(sentAt)}</span>`
    }${this.answered === undefined || gone ? nothing : this.quote(this.answered)}${this.content(message)}${this.marks(message)}${
      gone ? nothing : this.reactions(message)
    }</article>${
      this.active && !gone && !waiting
        ? html`<oc-message-tools .message=${message} .mine=${this.mine} @react=${(event: CustomEvent<Element>) => this.addReaction(event.detail)}></oc-message-tools>`
        : nothing
    }`
  }

  /** How far a message of one's own has come. */
  private marks(message: HistoryMessage) {
    if (!this.mine || message.gone) return nothing
    if (message.state) return html`<oc-queued .message=${message}></oc-queued>`
    return html`<oc-receipts .receipts=${message.receipts} .people=${this.people}></oc-receipts>`
  }

  private content({ body, from, sentAt, edited, gone }: HistoryMessage) {
    if (gone) return html`<p class="gone" title=${exactTime(sentAt)}>${msg(TAKEN_BACK)}</p>`
    if (body.kind === 'offer')
      return html`<oc-transfer .offer=${body} .transfer=${this.transfer} .from=${from} .mine=${this.mine}></oc-transfer>`
    const shown = this.whole ? body.text : beginning(body.text)
    if (this.drawn?.of !== shown) this.drawn = { of: shown, text: renderText(shown) }
    const mark = edited === undefined ? nothing : html`<span class="edited" title=${exactTime(edited)}>${msg('edited')}</span>`
    const more = () => {
      this.whole = true
    }
    return html`<div>${this.drawn.text}${mark}${
      shown === body.text
        ? nothing
        : html`<button type="button" class="plain small more" @click=${more}>${counted(body.text.length, 'Show all # character', 'Show all # characters')}</button>`
    }</div>`
  }

  private quote(answered: HistoryMessage | null) {
    if (!answered)
      return html`<p class="quote cut"><span class="hidden-text">${msg('In answer to')} </span>${msg('An earlier message')}</p>`
    const whose = answered.from.id === useStore().view.me?.id ? msg('You') : answered.from.name
    return html`<button type="button" class="quote cut" dir="auto" title=${msg('Go to this message')} @click=${() => useStore().showMessage(answered)}>
      <span class="hidden-text">${msg('In answer to')} </span><bdi>${whose}</bdi>: ${inOneLine(answered)}</button>`
  }

  private reactions({ id, reactions = [] }: HistoryMessage) {
    const store = useStore()
    const me = store.view.me?.id ?? ''
    if (reactions.length === 0) return nothing
    const toggle = (emoji: string, on: boolean) => store.call('react', id, emoji, on).catch((error) => store.fail(error))
    return html`<ul class="reactions" aria-label=${msg('Reactions')}>${reactions.map(({ emoji, users }) => {
      const own = users.includes(me)
      const who = names(
        users.map((user) => (user === me ? msg('You') : store.nameOf(user))),
        20,
      )
      const label = msg(str`${emoji} ${users.length}, by ${who}`)
      return html`<li><button type="button" aria-pressed=${own} aria-label=${label} title=${who} @click=${() => toggle(emoji, !own)}>${emoji} ${users.length}</button></li>`
    })}</ul>`
  }

  /** Done when what is inside is drawn too, so that heights can be measured. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const done = await super.getUpdateComplete()
    await Promise.all(
      [...this.renderRoot.querySelectorAll<LitElement>('oc-transfer, oc-receipts, oc-queued, oc-code')].map(
        (inner) => inner.updateComplete,
      ),
    )
    return done
  }
}

function beginning(text: string): string {
  const lines = text.length > MOST_LINES ? text.split('\n', MOST_LINES + 1) : []
  const cut = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES).join('\n') : text
  // Not in the middle of a pair of surrogates.
  return cut.length > MOST ? cut.slice(0, MOST).replace(/[\ud800-\udbff]$/u, '') : cut
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-message': MessageRow
  }
}
