/** How the app looks, where files go, which network is used, whose registry it is; and the way out. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { SettingsView } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import '../parts/error-note.ts'
import '../parts/fingerprint.ts'
import '../parts/host-panel.ts'
import '../parts/interface-picker.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import './download-folder.ts'

const THEMES: readonly [SettingsView['theme'], string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

@customElement('oc-settings')
export class SettingsDialog extends StoreElement {
  @query('oc-modal') private readonly modal?: Modal
  private readonly theme = new Action(this)
  private readonly leaving = new Action(this)

  static override styles = [
    controls,
    css`
      :host { display: contents; }
      section { display: grid; gap: var(--s2); padding: var(--s3) 0; border-top: 1px solid var(--line); }
      section:first-child { border-top: 0; padding-top: 0; }
      h3 { font-size: var(--text); }
      fieldset { display: flex; gap: var(--s4); margin: 0; padding: 0; border: 0; }
      fieldset label { display: flex; align-items: center; gap: var(--s2); min-height: 32px; cursor: pointer; }
      details > :not(summary) { margin-top: 12px; }
      .end { justify-content: space-between; }
    `,
  ]

  show(): void {
    this.modal?.show()
  }

  override render() {
    const { settings, hosted } = this.store.view
    return html`<oc-modal heading="Settings">
      <section>
        <h3>Appearance</h3>
        <fieldset><legend class="hidden-text">Appearance</legend>
          ${THEMES.map(
            ([theme, label]) => html`<label><input type="radio" name="theme" .checked=${settings.theme === theme}
              @change=${() => this.theme.run(() => this.store.call('setTheme', theme))} />${label}</label>`,
          )}
        </fieldset>
        <oc-error .error=${this.theme.error}></oc-error>
      </section>
      <section><h3>Received files</h3><oc-download-folder></oc-download-folder></section>
      <section><h3>Network</h3><details><summary>Interface: ${settings.interface ?? 'automatic'}</summary><oc-interface-picker></oc-interface-picker></details></section>
      ${this.registry()}
      <section><h3>Registry on this computer</h3>
        <details ?open=${hosted.state === 'running'}><summary>${hosted.state === 'running' ? 'Address, invite and log' : 'Not running'}</summary><oc-host-panel></oc-host-panel></details></section>
      ${this.out()}
    </oc-modal>`
  }

  private registry() {
    const { connection } = this.store.view
    if (connection.at === 'signed-out' || !connection.registry.fingerprint) return nothing
    const { host, port, fingerprint } = connection.registry
    return html`<section><h3>Registry you are signed in to</h3>
      <p class="soft"><code>${host}:${port}</code></p><oc-fingerprint value=${fingerprint}></oc-fingerprint></section>`
  }

  private out() {
    const { me, version } = this.store.view
    return html`<section>
      <div class="row end"><p class="soft cut">Signed in as <bdi>${me?.name}</bdi> · OptiChat ${version}</p>
        <button type="button" class="danger" ?disabled=${this.leaving.busy} @click=${() => this.leaving.run(() => this.store.leave())}>${this.leaving.busy ? 'Signing out…' : 'Sign out'}</button></div>
      <oc-error .error=${this.leaving.error}></oc-error>
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings': SettingsDialog
  }
}
