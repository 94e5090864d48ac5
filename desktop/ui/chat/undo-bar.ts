/** For some seconds after something went to everyone: one click takes it back. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg, shownNumber } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'

@customElement('oc-undo')
export class UndoBar extends StoreElement {
  private readonly taking = new Action(this)
  #ticking: ReturnType<typeof setInterval> | undefined

  static override styles = [
    controls,
    css`
      .bar { display: flex; align-items: center; gap: var(--s2); min-height: 40px; margin-block-end: var(--s2); padding: var(--s1) var(--s2) var(--s1) 12px; border: 1px solid var(--wide-line); border-radius: var(--radius); background: var(--wide-soft); color: var(--wide-ink); }
      button { border-color: currentColor; background: none; color: inherit; }
      .left { font-variant-numeric: tabular-nums; min-width: 2ch; text-align: end; }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.#ticking = setInterval(() => this.store.undo && this.requestUpdate(), 1_000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#ticking)
  }

  override render() {
    const { undo } = this.store
    if (!undo) return html`<oc-error .error=${this.taking.error}></oc-error>`
    const left = Math.max(0, Math.ceil((undo.until - Date.now()) / 1000))
    return html`<div class="bar">${icon('people', 16)}<span class="grow" role="status">${undo.transfer ? msg('Offered to everyone.') : msg('Sent to everyone.')}</span>
        <span class="left small" aria-hidden="true">${shownNumber(left)}</span>
        <button type="button" ?disabled=${this.taking.busy} @click=${() => this.taking.run(() => this.store.takeBackLast())}>${msg('Take it back')}</button></div>
      ${this.taking.error ? html`<oc-error .error=${this.taking.error}></oc-error>` : nothing}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-undo': UndoBar
  }
}
