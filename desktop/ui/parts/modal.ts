/** A native dialog with a heading, a body that scrolls and a way to close it. Opened and closed by whoever made it. */
import { css, html, LitElement } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'

@customElement('oc-modal')
export class Modal extends LitElement {
  @property() heading = ''
  /** Room for a list of pages beside what they show. */
  @property({ type: Boolean, reflect: true }) wide = false
  @query('dialog') private readonly dialog?: HTMLDialogElement

  static override styles = [
    controls,
    css`
      :host { display: contents; }
      dialog {
        /* Also one that belongs to what is hidden just now, as the lists are in a narrow window. */
        visibility: visible;
        width: min(560px, calc(100vw - 24px)); max-height: calc(100vh - 64px); padding: 0; border: 1px solid var(--line);
        border-radius: var(--radius-big); background: var(--surface); color: var(--ink); box-shadow: var(--shadow);
        overflow: hidden;
      }
      :host([wide]) dialog { width: min(800px, calc(100vw - 24px)); height: min(600px, calc(100vh - 64px)); }
      :host([wide]) .body { flex: 1; padding: 0; overflow: hidden; }
      dialog[open] { display: flex; flex-direction: column; }
      dialog::backdrop { background: var(--backdrop); }
      header { display: flex; align-items: center; gap: var(--s2); padding-block: var(--s3) var(--s2); padding-inline: var(--s4) var(--s3); }
      h2 { flex: 1; font-size: var(--text-big); }
      .body { overflow-y: auto; padding: var(--s1) var(--s4) var(--s4); }
    `,
  ]

  /** Also by whoever has just made it. */
  show(): void {
    if (this.hasUpdated) this.dialog?.showModal()
    else this.updateComplete.then(() => this.dialog?.showModal())
  }

  close(): void {
    this.dialog?.close()
  }

  private closed(): void {
    this.dispatchEvent(new Event('close'))
  }

  override render() {
    return html`
      <dialog aria-labelledby="heading" @close=${this.closed}>
        <header>
          <h2 id="heading">${this.heading}</h2>
          <button type="button" class="icon" aria-label=${msg('Close')} @click=${this.close}>${icon('close')}</button>
        </header>
        <div class="body"><slot></slot></div>
      </dialog>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-modal': Modal
  }
}
