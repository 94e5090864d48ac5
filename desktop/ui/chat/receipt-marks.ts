/** Beneath one's own message: sent, delivered, read; opened, it tells which of them for whom. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { HistoryMessage, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { names } from '../format.ts'
import { icon } from '../icons.ts'

@customElement('oc-receipts')
export class ReceiptMarks extends LitElement {
  @property({ attribute: false }) receipts: HistoryMessage['receipts']
  /** Whom it went to; for everyone those who are in the roster now. */
  @property({ attribute: false }) people: readonly User[] = []

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

  private get summary(): { icon: 'check' | 'checks'; words: string; read: boolean } {
    const all = this.people.length
    const read = this.count(this.receipts?.read)
    const got = this.count(this.receipts?.delivered)
    if (all > 0 && read === all) return { icon: 'checks', words: all === 1 ? 'Read' : 'Read by all', read: true }
    if (read > 0) return { icon: 'checks', words: `Read by ${read} of ${all}`, read: true }
    if (all > 0 && got === all) return { icon: 'checks', words: all === 1 ? 'Delivered' : 'Delivered to all', read: false }
    if (got > 0) return { icon: 'checks', words: `Delivered to ${got} of ${all}`, read: false }
    return { icon: 'check', words: 'Sent', read: false }
  }

  private count(ids: readonly string[] | undefined): number {
    return this.people.filter((person) => ids?.includes(person.id)).length
  }

  private line(label: string, people: readonly User[]) {
    if (people.length === 0) return nothing
    const list = names(
      people.map((person) => person.name),
      20,
    )
    return html`<dt>${label}</dt><dd dir="auto">${list}</dd>`
  }

  override render() {
    const read = new Set(this.receipts?.read)
    const got = new Set(this.receipts?.delivered)
    const { icon: mark, words, read: seen } = this.summary
    if (this.people.length === 0) return nothing
    return html`<details>
      <summary class=${seen ? 'read' : ''} title="Who has got it">${icon(mark, 16)}${words}</summary>
      <dl>
        ${this.line(
          'Read',
          this.people.filter((person) => read.has(person.id)),
        )}
        ${this.line(
          'Delivered',
          this.people.filter((person) => got.has(person.id) && !read.has(person.id)),
        )}
        ${this.line(
          'Not yet',
          this.people.filter((person) => !got.has(person.id) && !read.has(person.id)),
        )}
      </dl>
    </details>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-receipts': ReceiptMarks
  }
}
