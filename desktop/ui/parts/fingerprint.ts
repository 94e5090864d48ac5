/** A fingerprint as two people compare it: groups of four in lines of eight. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { fingerprintGroups } from '../format.ts'

@customElement('oc-fingerprint')
export class Fingerprint extends LitElement {
  @property() value = ''

  static override styles = [
    controls,
    css`
      code {
        display: grid; grid-template-columns: repeat(8, max-content); gap: var(--s1) var(--s2);
        font-size: var(--text-small); color: var(--ink); user-select: all;
      }
    `,
  ]

  override render() {
    return html`<code dir="ltr">${fingerprintGroups(this.value).map((group) => html`<span>${group} </span>`)}</code>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-fingerprint': Fingerprint
  }
}
