/** Which network is used, which registries one is at, and the one on this computer. */
import { html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { RegistryView } from '../../bridge.ts'
import { Action } from '../element.ts'
import { endpoint } from '../format.ts'
import { msg } from '../i18n/text.ts'
import '../parts/fingerprint.ts'
import '../parts/host-panel.ts'
import '../parts/interface-picker.ts'
import './asked-hosts.ts'
import { SettingsPage } from './page.ts'

@customElement('oc-settings-network')
export class NetworkPage extends SettingsPage {
  private readonly switching = new Action(this)

  /** What is to be set is another registry's then. */
  private async goTo(registry: string): Promise<void> {
    if (await this.switching.run(() => this.store.switchTo(registry))) this.dispatchEvent(new Event('leave'))
  }

  private port(event: Event): void {
    const field = event.target as HTMLInputElement
    if (field.reportValidity()) this.change({ registryPort: Number(field.value) })
  }

  private registry({ id, name, host, port, user, current }: RegistryView) {
    return html`<div class="setting"><span><strong class="cut" dir="auto">${name}</strong>
        <span class="hint cut"><bdi dir="ltr">${endpoint(host, port)}</bdi> · <bdi>${user}</bdi></span></span>
      ${
        current
          ? html`<span class="soft small">${msg('In use')}</span>`
          : html`<button type="button" ?disabled=${this.switching.busy} @click=${() => this.goTo(id)}>${msg('Switch to it')}</button>`
      }</div>`
  }

  override render() {
    const { settings, hosted, registries, connection } = this.store.view
    const fingerprint = connection.at === 'signed-out' ? undefined : connection.registry.fingerprint
    const doctor = html`<button type="button" @click=${() => this.store.examine(null)}>${msg('Check the connection')}</button>`
    return html`
      <section>
        <h3>${msg('Registries you are signed in at')}</h3>
        <div>${registries.map((one) => this.registry(one))}</div>
        <oc-error .error=${this.switching.error}></oc-error>
        ${fingerprint ? html`<details><summary>${msg('Fingerprint of the one in use')}</summary><p><oc-fingerprint value=${fingerprint}></oc-fingerprint></p></details>` : nothing}
        <div><button type="button" @click=${() => this.store.addRegistry(true)}>${msg('Add a registry…')}</button></div>
      </section>
      <section><h3>${msg('Network interface')}</h3><oc-interface-picker></oc-interface-picker></section>
      <section><h3>${msg('Addresses that are asked')}</h3><oc-asked-hosts></oc-asked-hosts></section>
      <section>${this.row(msg('Something does not work?'), msg('The doctor looks at this computer, the network and the way to others'), doctor)}</section>
      <section>
        <h3>${msg('Registry on this computer')}</h3>
        <oc-host-panel></oc-host-panel>
        ${
          hosted.state === 'running'
            ? nothing
            : this.row(
                msg('Port of the registry'),
                '',
                html`<input type="number" required min="1" max="65535" aria-label=${msg('Port of the registry')} .value=${String(settings.registryPort)} @change=${this.port} />`,
              )
        }
      </section>
      ${this.note()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings-network': NetworkPage
  }
}
