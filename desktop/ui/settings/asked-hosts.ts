/** Addresses at which registries are asked for, beside what the network announces; shared with `optichat hosts`. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { SettingsPage } from './page.ts'

@customElement('oc-asked-hosts')
export class AskedHosts extends SettingsPage {
  @query('input') private readonly field?: HTMLInputElement

  static override styles = [
    SettingsPage.styles,
    css`:host { gap: var(--s2); } form { gap: var(--s2); } form .row { align-items: stretch; max-width: 420px; }`,
  ]

  private async ask(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const address = String(new FormData(form).get('address'))
    if (await this.saving.run(() => this.store.call('addHost', address))) form.reset()
  }

  /** The button that was pressed is gone then: the field is where one goes on. */
  private async forget(host: string): Promise<void> {
    if (await this.saving.run(() => this.store.call('removeHost', host))) this.field?.focus()
  }

  private host(host: string) {
    return html`<li class="setting"><bdi class="cut" dir="ltr">${host}</bdi>
      <button type="button" class="icon" ?disabled=${this.saving.busy} aria-label=${msg(str`Ask at ${host} no more`)} @click=${() => this.forget(host)}>${icon('close', 16)}</button></li>`
  }

  override render() {
    const { hosts } = this.store.view
    return html`
      <p class="soft small">${msg('For registries that the network does not announce here, as in another subnet or a guest Wi-Fi: OptiChat asks at these addresses by itself.')}</p>
      ${hosts.length === 0 ? nothing : html`<ul aria-label=${msg('Addresses that are asked')}>${hosts.map((host) => this.host(host))}</ul>`}
      <form @submit=${this.ask}>
        <div class="row">
          <input type="text" name="address" dir="ltr" maxlength="2000" aria-label=${msg('Address or invite')} placeholder=${msg('192.168.1.20 or optichat://…')}
            autocomplete="off" spellcheck="false" required />
          <button ?disabled=${this.saving.busy}>${msg('Add')}</button>
        </div>
        ${this.note()}
      </form>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-asked-hosts': AskedHosts
  }
}
