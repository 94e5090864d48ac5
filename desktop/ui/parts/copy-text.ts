/** Something to hand on, such as an invite: shown whole, copied by one button. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { msg, phrase } from '../i18n/text.ts'
import { icon } from '../icons.ts'

@customElement('oc-copy')
export class CopyText extends LitElement {
  @property() text = ''
  @property() label = ''
  @state() private said = ''
  @query('input') private readonly field?: HTMLInputElement

  static override styles = [
    controls,
    css`
      .row { align-items: stretch; }
      input { font-family: var(--mono); font-size: var(--text-small); }
      button { min-height: 36px; }
      label { flex: 1; min-width: 0; }
    `,
  ]

  private async copy(): Promise<void> {
    this.field?.select()
    try {
      await navigator.clipboard.writeText(this.text)
      this.said = phrase('Copied')
    } catch {
      // Without the permission the older way often still works; the text is selected either way.
      this.said = document.execCommand('copy') ? phrase('Copied') : phrase('Press Ctrl+C to copy')
    }
  }

  override render() {
    return html`
      <div class="row">
        <label><span class="hidden-text">${this.label}</span>
          <input type="text" readonly dir="ltr" .value=${this.text} @focus=${() => this.field?.select()} /></label>
        <button type="button" @click=${this.copy}>${icon('copy', 16)}<span>${this.said ? msg(this.said) : msg('Copy')}<span class="hidden-text"> ${this.label}</span></span></button>
      </div>
      <span class="hidden-text" role="status">${this.said ? msg(this.said) : nothing}</span>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-copy': CopyText
  }
}
