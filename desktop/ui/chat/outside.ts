/** Instead of the field, in a room that one is not in. What was typed for it stays. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg } from '../i18n/text.ts'
import '../parts/error-note.ts'

@customElement('oc-outside')
export class Outside extends StoreElement {
  private readonly joining = new Action(this)

  static override styles = [
    controls,
    css`
      .outside { display: flex; align-items: center; gap: var(--s3); min-height: 56px; padding: var(--s2) var(--s3); border: 1px solid var(--line-strong); border-radius: var(--radius-big); color: var(--ink-soft); }
      p { overflow-wrap: anywhere; }
      oc-error { margin-block-end: var(--s2); }
    `,
  ]

  override render() {
    const { label, room, outside } = this.store.audience
    const join = () => this.joining.run(async () => room && this.store.call('joinRoom', room))
    return html`<oc-error .error=${this.joining.error}></oc-error>
      <div class="outside"><p class="grow">${label}. ${outside?.open ? msg('Join it to write to it.') : msg('A member of it can bring you in.')}</p>
        ${outside?.open ? html`<button type="button" ?disabled=${this.joining.busy} @click=${join}>${msg('Join')}</button>` : nothing}
        <button type="button" class="plain" @click=${() => this.store.select([])}>${msg('Write to everyone')}</button></div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-outside': Outside
  }
}
