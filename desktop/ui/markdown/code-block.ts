/** Code in a message: as it was written, with a button that copies it. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'

@customElement('oc-code')
export class CodeBlock extends LitElement {
  @property({ attribute: false }) text = ''
  @property({ attribute: false }) language = ''
  @state() private copied = false

  static override styles = [
    controls,
    css`
      :host { position: relative; border: 1px solid var(--line); border-radius: var(--radius); background: var(--bg); overflow: hidden; }
      /* At the beginning of the line: what can be done with the message stands at its end. */
      .bar { display: flex; align-items: center; gap: var(--s1); padding: 2px 4px 0; color: var(--ink-soft); font-size: var(--text-small); direction: ltr; }
      pre { margin: 0; padding: var(--s1) 12px var(--s2); max-height: 360px; overflow: auto; direction: ltr; text-align: left; font: 13px / 1.5 var(--mono); tab-size: 4; border-radius: var(--radius); }
      pre:focus-visible { outline-offset: -2px; }
      button.icon { width: 28px; min-height: 28px; }
    `,
  ]

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.text)
    this.copied = true
  }

  override render() {
    const label = this.copied ? msg('Copied') : msg('Copy code')
    return html`<div class="bar"><button type="button" class="icon" aria-label=${label} title=${label} @click=${this.copy} @blur=${() => (this.copied = false)}>${icon(this.copied ? 'check' : 'copy', 16)}</button>${this.language}</div>
      <pre tabindex="0" role="region" aria-label=${msg('Code')}><code>${this.text}</code></pre>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-code': CodeBlock
  }
}
