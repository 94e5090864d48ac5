/** The network interfaces of this computer, best first, with the reason for each rank; one can be insisted on. */
import { css, html } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg } from '../i18n/text.ts'
import './error-note.ts'
import { kindWord, reasonWords } from './interface-words.ts'

@customElement('oc-interface-picker')
export class InterfacePicker extends StoreElement {
  private readonly choosing = new Action(this)

  static override styles = [
    controls,
    css`
      fieldset { margin: 0; padding: 0; border: 0; display: grid; gap: var(--s2); }
      label {
        display: grid; grid-template-columns: auto 1fr auto; gap: 0 12px; align-items: center; padding: var(--s2) 12px;
        border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); cursor: pointer;
      }
      label:hover { background: var(--hover); }
      label:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
      .reason { grid-column: 2 / -1; color: var(--ink-soft); font-size: var(--text-small); }
      label:has(:checked) .reason { color: var(--ink); }
      strong { font-weight: 600; }
      code { color: var(--ink-soft); }
      label:has(:checked) code { color: var(--ink); }
      p { margin-top: var(--s2); }
    `,
  ]

  private choose(name: string | null): void {
    this.choosing.run(() => this.store.call('chooseInterface', name))
  }

  private option(value: string | null, title: unknown, address: string, reason: string) {
    const checked = this.store.view.settings.interface === value
    return html`<label>
      <input type="radio" name="interface" ?disabled=${this.choosing.busy} .checked=${checked} @change=${() => this.choose(value)} />
      <strong class="cut">${title}</strong><code dir="ltr">${address}</code>
      <span class="reason">${reason}</span>
    </label>`
  }

  override render() {
    const { interfaces } = this.store.view
    return html`
      <fieldset>
        <legend class="hidden-text">${msg('Network interface')}</legend>
        ${this.option(null, msg('Automatic'), '', msg('OptiChat looks on every interface that can carry it, the best one first.'))}
        ${interfaces.map((one) => this.option(one.name, html`<bdi>${one.name}</bdi> · ${kindWord(one.kind)}`, one.address, reasonWords(one)))}
        <oc-error .error=${this.choosing.error}></oc-error>
      </fieldset>
      ${interfaces.length === 0 ? html`<p class="soft">${msg('This computer has no network connection just now.')}</p>` : ''}
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-interface-picker': InterfacePicker
  }
}
