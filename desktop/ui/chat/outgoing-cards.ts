/** Files that are being made ready to be offered, at the end of the stream. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { useStore } from '../element.ts'
import { bytes } from '../format.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import type { Outgoing } from '../outbox.ts'
import '../parts/error-note.ts'
import { progressStyles } from '../parts/progress.ts'

@customElement('oc-outgoing')
export class OutgoingCards extends LitElement {
  @property({ attribute: false }) outgoing: readonly Outgoing[] = []

  static override styles = [
    controls,
    progressStyles,
    css`
      :host { padding: 0 var(--column); }
      section { display: grid; gap: var(--s2); max-width: 480px; margin: var(--s2) 0; padding: 12px var(--s3); border: 1px dashed var(--line-strong); border-radius: var(--radius-big); }
      .name { font-weight: 600; overflow-wrap: anywhere; }
    `,
  ]

  private card(one: Outgoing) {
    const { id, what, bytes: sent, of, error, stopping } = one
    const title = error ? msg('Not offered') : stopping ? msg('Stopping…') : msg('Getting ready')
    return html`<section role="group" aria-label="${title}: ${what}">
      <div class="row">${icon('file')}<p class="grow">${title}: <bdi class="name">${what}</bdi></p></div>
      ${error || of === 0 ? nothing : html`<progress aria-label=${msg('Getting ready')} max=${of} .value=${sent}></progress><span class="soft small">${msg(str`${bytes(sent)} of ${bytes(of)}`)}</span>`}
      <oc-error .error=${error}></oc-error>
      <div><button type="button" ?disabled=${stopping} @click=${() => useStore().outbox.dismiss(id)}>${error ? msg('Dismiss') : msg('Stop')}</button></div>
    </section>`
  }

  override render() {
    return this.outgoing.map((one) => this.card(one))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-outgoing': OutgoingCards
  }
}
