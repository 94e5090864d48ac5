/** The language of the window, each by its own name. */
import { css, html } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { SettingsView } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { LANGUAGES } from '../i18n/languages.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import './error-note.ts'

@customElement('oc-language-picker')
export class LanguagePicker extends StoreElement {
  /** A quiet line instead of a field. */
  @property({ type: Boolean, reflect: true }) compact = false
  private readonly choosing = new Action(this)

  static override styles = [
    controls,
    css`
      :host([compact]) { font-size: var(--text-small); }
      :host([compact]) label { display: flex; align-items: center; gap: var(--s2); }
      :host([compact]) select { border-color: transparent; background: none; padding: 0; margin-inline-start: -4px; field-sizing: content; color: var(--ink-soft); cursor: pointer; }
      :host([compact]) select:hover { color: var(--ink); }
      option { background: var(--raised); color: var(--ink); }
    `,
  ]

  private choose(event: Event): void {
    const language = (event.target as HTMLSelectElement).value as SettingsView['language']
    this.choosing.run(() => this.store.call('changeSettings', { language }))
  }

  override render() {
    const { language } = this.store.view.settings
    return html`<label>${this.compact ? icon('language', 16) : ''}
        <select aria-label=${msg('Language')} @change=${this.choose}>
          <option value="system" ?selected=${language === 'system'}>${msg('Language of the system')}</option>
          ${LANGUAGES.map(({ code, name }) => html`<option value=${code} lang=${code} ?selected=${language === code}>${name}</option>`)}
        </select></label>
      <oc-error .error=${this.choosing.error}></oc-error>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-language-picker': LanguagePicker
  }
}
