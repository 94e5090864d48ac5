/** An error where it happened: what, and what to do. Said aloud when it appears. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { icon } from '../icons.ts'
import type { Words } from '../words.ts'

@customElement('oc-error')
export class ErrorNote extends LitElement {
  @property({ attribute: false }) error: Words | null = null

  static override styles = [
    controls,
    css`
      :host { display: contents; }
      div {
        display: flex; gap: var(--s2); padding: var(--s2) 12px; border-radius: var(--radius);
        background: var(--danger-soft); color: var(--ink); overflow-wrap: anywhere;
      }
      svg { color: var(--danger); margin-top: 1px; }
      strong { font-weight: 600; }
    `,
  ]

  override render() {
    if (!this.error) return nothing
    const { message, next } = this.error
    return html`<div role="alert">${icon('warning')}<p><strong>${message}</strong> ${next}</p></div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-error': ErrorNote
  }
}
