/** One message: whose, when, and its text or its offer of files. */

import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { HistoryMessage, Transfer, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { useStore } from '../element.ts'
import { exactTime, names, timeOfDay } from '../format.ts'
import { inOneLine, TAKEN_BACK } from '../saying.ts'
import { richText } from '../text.ts'
import './queued-mark.ts'
import './receipt-marks.ts'
import './transfer-card.ts'

@customElement('oc-message')
export class MessageRow extends LitElement {
  @property({ attribute: false }) message: HistoryMessage | null = null
  @property({ attribute: false }) transfer: Transfer | undefined
  @property({ type: Boolean, reflect: true }) mine = false
  /** Opens a group: says who speaks. */
  @property({ type: Boolean, reflect: true }) first = false
  /** Closes a group of one's own: the marks of those above it are open to a click on them, too. */
  /** The message that this one answers; null when it is not on the page, undefined when it answers none. */
  @property({ attribute: false }) answered: HistoryMessage | null | undefined
  @property({ attribute: false }) people: readonly User[] = []

  static override styles = [
    controls,
    css`
      :host { padding: 2px var(--column); }
      :host([first]) { padding-top: 12px; }
      :host([mine]) article { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: var(--s3); align-items: start; }
      :host([mine]) header { grid-column: 1 / -1; }
      header { display: flex; align-items: baseline; gap: var(--s2); margin-bottom: 2px; }
      .author { font-weight: 600; }
      :host([mine]) .author { color: var(--accent-ink); }
      time { color: var(--ink-soft); font-size: var(--text-small); white-space: nowrap; }
      .text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; line-height: 1.5; }
      a { color: var(--accent-ink); text-underline-offset: 2px; }
      .quote { grid-column: 1 / -1; padding-left: var(--s2); border-left: 2px solid var(--line-strong); color: var(--ink-soft); font-size: var(--text-small); }
      .gone { color: var(--ink-soft); font-style: italic; }
      .edited { color: var(--ink-soft); font-size: var(--text-small); white-space: nowrap; }
      .reactions { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: var(--s1); margin: var(--s1) 0; }
      .reactions li { padding: 0 var(--s2); border: 1px solid var(--line); border-radius: 12px; background: var(--raised); font-size: var(--text-small); line-height: 22px; }
      .reactions .own { border-color: var(--accent); background: var(--accent-soft); color: var(--accent-ink); }
      oc-receipts { margin-top: -1px; }
      oc-transfer { margin: var(--s1) 0; }
    `,
  ]

  override render() {
    const message = this.message
    if (!message) return nothing
    const { from, sentAt, receipts, gone, state } = message
    const when = html`<time datetime=${new Date(sentAt).toISOString()} title=${exactTime(sentAt)}>${timeOfDay(sentAt)}</time>`
    return html`<article>
      ${
        this.first
          ? html`<header><span class="author cut" dir="auto">${this.mine ? 'You' : from.name}</span>${when}</header>`
          : html`<span class="hidden-text">${this.mine ? 'You' : from.name}, ${timeOfDay(sentAt)}</span>`
      }
      ${this.answered === undefined || gone ? nothing : this.quote(this.answered)}
      ${this.content(message)}
      ${this.mine && !gone ? (state ? html`<oc-queued .message=${message}></oc-queued>` : html`<oc-receipts .receipts=${receipts} .people=${this.people}></oc-receipts>`) : nothing}
      ${gone ? nothing : this.reactions(message)}
    </article>`
  }

  private content({ body, from, sentAt, edited, gone }: HistoryMessage) {
    if (gone) return html`<p class="gone" title=${exactTime(sentAt)}>${TAKEN_BACK}</p>`
    if (body.kind === 'offer')
      return html`<oc-transfer .offer=${body} .transfer=${this.transfer} .from=${from} .mine=${this.mine}></oc-transfer>`
    const mark = edited === undefined ? nothing : html` <span class="edited" title=${exactTime(edited)}>edited</span>`
    return html`<div><div class="text" dir="auto" title=${exactTime(sentAt)}>${richText(body.text)}</div>${mark}</div>`
  }

  private quote(answered: HistoryMessage | null) {
    const whose = answered && (answered.from.id === useStore().view.me?.id ? 'You' : answered.from.name)
    return html`<p class="quote cut" dir="auto"><span class="hidden-text">In answer to </span>${
      answered ? html`<bdi>${whose}</bdi>: ${inOneLine(answered)}` : 'An earlier message'
    }</p>`
  }

  private reactions({ reactions = [] }: HistoryMessage) {
    const store = useStore()
    const me = store.view.me?.id ?? ''
    if (reactions.length === 0) return nothing
    return html`<ul class="reactions" aria-label="Reactions">${reactions.map(({ emoji, users }) => {
      const who = names(
        users.map((user) => (user === me ? 'You' : store.nameOf(user))),
        20,
      )
      return html`<li class=${users.includes(me) ? 'own' : ''} title=${who}>${emoji} ${users.length}<span class="hidden-text">, ${who}</span></li>`
    })}</ul>`
  }

  /** Done when what is inside is drawn too, so that heights can be measured. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const done = await super.getUpdateComplete()
    await Promise.all(
      [...this.renderRoot.querySelectorAll<LitElement>('oc-transfer, oc-receipts, oc-queued')].map((inner) => inner.updateComplete),
    )
    return done
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-message': MessageRow
  }
}
