/** One message: whose, when, and its text or its offer of files. */

import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { HistoryMessage, Transfer, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { exactTime, timeOfDay } from '../format.ts'
import { richText } from '../text.ts'
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
      oc-receipts { margin-top: -1px; }
      oc-transfer { margin: var(--s1) 0; }
    `,
  ]

  override render() {
    const message = this.message
    if (!message) return nothing
    const { body, from, sentAt, receipts } = message
    const when = html`<time datetime=${new Date(sentAt).toISOString()} title=${exactTime(sentAt)}>${timeOfDay(sentAt)}</time>`
    return html`<article>
      ${
        this.first
          ? html`<header><span class="author cut" dir="auto">${this.mine ? 'You' : from.name}</span>${when}</header>`
          : html`<span class="hidden-text">${this.mine ? 'You' : from.name}, ${timeOfDay(sentAt)}</span>`
      }
      ${
        body.kind === 'text'
          ? html`<div class="text" dir="auto" title=${exactTime(sentAt)}>${richText(body.text)}</div>`
          : html`<oc-transfer .offer=${body} .transfer=${this.transfer} .from=${from} .mine=${this.mine}></oc-transfer>`
      }
      ${this.mine ? html`<oc-receipts .receipts=${receipts} .people=${this.people}></oc-receipts>` : nothing}
    </article>`
  }

  /** Done when what is inside is drawn too, so that heights can be measured. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const done = await super.getUpdateComplete()
    await Promise.all([...this.renderRoot.querySelectorAll<LitElement>('oc-transfer, oc-receipts')].map((inner) => inner.updateComplete))
    return done
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-message': MessageRow
  }
}
