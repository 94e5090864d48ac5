/** What becomes of the account: its devices, its password, what was said, and the ways out. */
import { css, html, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Device } from '../../bridge.ts'
import { Action } from '../element.ts'
import { lastSeen } from '../format.ts'
import { msg } from '../i18n/text.ts'
import { SettingsPage } from './page.ts'

@customElement('oc-settings-account')
export class AccountPage extends SettingsPage {
  @state() private devices: readonly Device[] | null = null
  @state() private changed = false
  @state() private exported = ''
  private readonly looking = new Action(this)
  private readonly password = new Action(this)
  private readonly exporting = new Action(this)
  private readonly leaving = new Action(this)
  private readonly deleting = new Action(this)

  static override styles = [
    SettingsPage.styles,
    css`
      .path { overflow-wrap: anywhere; }
      details > form { margin-top: 12px; max-width: 360px; }
      label.check { display: flex; align-items: center; gap: var(--s2); }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.look()
  }

  private look(): void {
    this.looking.run(async () => {
      this.devices = await this.store.call('devices')
    })
  }

  private revoke({ fingerprint }: Device): void {
    this.looking.run(async () => {
      await this.store.call('revokeDevice', fingerprint)
      this.devices = await this.store.call('devices')
    })
  }

  private async changePassword(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    const options = { revokeOthers: data.get('others') === 'on' }
    const done = await this.password.run(() =>
      this.store.call('changePassword', String(data.get('present')), String(data.get('next')), options),
    )
    this.changed = done
    if (!done) return
    form.reset()
    if (options.revokeOthers) this.look()
  }

  private export(format: 'jsonl' | 'text'): void {
    this.exporting.run(async () => {
      this.exported = await this.store.call('exportHistory', format)
    })
  }

  private delete(event: SubmitEvent): void {
    event.preventDefault()
    const password = String(new FormData(event.target as HTMLFormElement).get('password'))
    this.deleting.run(async () => {
      await this.store.call('deleteAccount', password)
      await this.store.refresh()
    })
  }

  private device(device: Device) {
    const seen = device.online ? msg('Online') : lastSeen(device.lastSeen, Date.now())
    return html`<li class="setting"><span><strong class="cut" dir="auto">${device.name}</strong>
        <span class="hint">${device.current ? msg('This device') : seen} · <code dir="ltr">${device.fingerprint.slice(0, 8).toUpperCase()}</code></span></span>
      ${device.current ? nothing : html`<button type="button" ?disabled=${this.looking.busy} @click=${() => this.revoke(device)}><span>${msg('Sign out')}<span class="hidden-text"> ${device.name}</span></span></button>`}</li>`
  }

  private field(name: string, label: string, fresh: boolean) {
    return html`<label class="field"><span>${label}</span><input type="password" name=${name} required minlength=${fresh ? 8 : 1} maxlength="1024"
      autocomplete=${fresh ? 'new-password' : 'current-password'} /></label>`
  }

  override render() {
    const { me } = this.store.view
    return html`
      <section>
        ${this.row(
          me?.name ?? '',
          msg('Signing out takes this device off the account; what was said stays on it'),
          html`<button type="button" class="danger" ?disabled=${this.leaving.busy} @click=${() => this.leaving.run(() => this.store.leave())}>${this.leaving.busy ? msg('Signing out…') : msg('Sign out')}</button>`,
        )}
        <oc-error .error=${this.leaving.error}></oc-error>
      </section>
      <section>
        <h3>${msg('Devices')}</h3>
        <ul aria-label=${msg('Devices')}>${this.devices?.map((device) => this.device(device))}</ul>
        <oc-error .error=${this.looking.error}></oc-error>
      </section>
      <section>
        <h3>${msg('Password')}</h3>
        <details><summary>${msg('Change the password')}</summary>
          <form @submit=${this.changePassword}>
            ${this.field('present', msg('Present password'), false)}${this.field('next', msg('New password'), true)}
            <label class="check"><input type="checkbox" name="others" />${msg('Sign out all other devices')}</label>
            <oc-error .error=${this.password.error}></oc-error>
            <div><button class="main" ?disabled=${this.password.busy}>${this.password.busy ? msg('Changing…') : msg('Change the password')}</button></div>
          </form></details>
        <p role="status" class="soft small" ?hidden=${!this.changed}>${msg('The password was changed.')}</p>
      </section>
      <section>
        <h3>${msg('What was said')}</h3>
        ${this.row(
          msg('Write all of it into a file'),
          msg('It is put into the folder for received files'),
          html`<span class="row"><button type="button" ?disabled=${this.exporting.busy} @click=${() => this.export('text')}>${msg('As text')}</button>
            <button type="button" ?disabled=${this.exporting.busy} @click=${() => this.export('jsonl')}>${msg('For programs')}</button></span>`,
        )}
        <p role="status" class="soft small path" ?hidden=${!this.exported}>${msg(html`Written to <bdi>${this.exported}</bdi>`)}</p>
        <oc-error .error=${this.exporting.error}></oc-error>
      </section>
      <section>
        <details><summary>${msg('Delete the account')}</summary>
          <form @submit=${this.delete}>
            <p>${msg('Your name is given up and nobody can reach you any more. What you wrote stays with those who have it. This cannot be undone.')}</p>
            ${this.field('password', msg('Password'), false)}
            <oc-error .error=${this.deleting.error}></oc-error>
            <div><button class="danger" ?disabled=${this.deleting.busy}>${this.deleting.busy ? msg('Deleting…') : msg('Delete the account for good')}</button></div>
          </form></details>
      </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings-account': AccountPage
  }
}
