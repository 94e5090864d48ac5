/** Beneath one's own message: sent, delivered, read; opened, it tells which of them for whom. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { HistoryMessage, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { names } from '../format.ts'
import { msg, shownNumber, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'

/** Names in a line; the others are counted. */
const MOST = 40

@customElement('oc-receipts')
export class ReceiptMarks extends LitElement {
  @property({ attribute: false }) receipts: HistoryMessage['receipts']
  /** Whom it went to; for everyone those who are in the roster now. */
  @property({ attribute: false }) people: readonly User[] = []
  @state() private opened = false

  static override styles = [
    controls,
    css`
      :host { font-size: var(--text-small); color: var(--ink-soft); max-width: 280px; }
      summary { display: inline-flex; align-items: center; gap: var(--s1); list-style: none; border-radius: var(--s1); min-height: 24px; padding: 0 var(--s1); white-space: nowrap; }
      details { display: grid; justify-items: end; }
      summary:hover { background: var(--hover); }
      summary.read { color: var(--accent-ink); }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 var(--s2); padding: var(--s1) 0 var(--s2); }
      dd { color: var(--ink); overflow-wrap: anywhere; }
    `,
  ]

  private summary(got: number, read: number): { icon: 'check' | 'checks'; words: string; read: boolean } {
    const all = this.people.length
    if (all > 0 && read === all) return { icon: 'checks', words: all === 1 ? msg('Read') : msg('Read by all'), read: true }
    if (read > 0) return { icon: 'checks', words: msg(str`Read by ${shownNumber(read)} of ${shownNumber(all)}`), read: true }
    if (all > 0 && got === all) return { icon: 'checks', words: all === 1 ? msg('Delivered') : msg('Delivered to all'), read: false }
    if (got > 0) return { icon: 'checks', words: msg(str`Delivered to ${shownNumber(got)} of ${shownNumber(all)}`), read: false }
    return { icon: 'check', words: msg('Sent'), read: false }
  }

  private line(label: string, people: readonly User[]) {
    if (people.length === 0) return nothing
    return html`<dt>${label} <span class="soft">${shownNumber(people.length)}</span></dt><dd dir="auto">${names(
      people.map(({ name }) => name),
      MOST,
    )}</dd>`
  }

  /** Whom it reached, drawn only while somebody looks. */
  private whom(read: ReadonlySet<string>, got: ReadonlySet<string>) {
    return html`<dl>
      ${this.line(
        msg('Read by'),
        this.people.filter(({ id }) => read.has(id)),
      )}
      ${this.line(
        msg('Delivered to'),
        this.people.filter(({ id }) => got.has(id) && !read.has(id)),
      )}
      ${this.line(
        msg('Not yet'),
        this.people.filter(({ id }) => !got.has(id) && !read.has(id)),
      )}
    </dl>`
  }

  override render() {
    if (this.people.length === 0) return nothing
    const read = new Set<string>(this.receipts?.read)
    const got = new Set<string>([...(this.receipts?.delivered ?? []), ...read])
    let [gotBy, readBy] = [0, 0]
    for (const { id } of this.people) {
      if (got.has(id)) gotBy++
      if (read.has(id)) readBy++
    }
    const { icon: mark, words, read: seen } = this.summary(gotBy, readBy)
    return html`<details @toggle=${(event: Event) => (this.opened = (event.target as HTMLDetailsElement).open)}>
      <summary class=${seen ? 'read' : ''} title=${msg('Who has got it')}>${icon(mark, 16)}${words}</summary>
      ${this.opened ? this.whom(read, got) : nothing}
    </details>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-receipts': ReceiptMarks
  }
}
