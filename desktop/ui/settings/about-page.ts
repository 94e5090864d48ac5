/** What runs here, what this device is known by, and where its log is. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { msg } from '../i18n/text.ts'
import mark from '../icon.svg'
import '../parts/fingerprint.ts'
import { SettingsPage } from './page.ts'

@customElement('oc-settings-about')
export class AboutPage extends SettingsPage {
  static override styles = [
    SettingsPage.styles,
    css`
      .brand { display: flex; align-items: center; gap: var(--s3); }
      .brand strong { display: block; font-size: var(--text-title); font-weight: 650; }
      dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: var(--s2) var(--s4); align-items: baseline; }
      dt { color: var(--ink-soft); }
      dd { overflow-wrap: anywhere; }
    `,
  ]

  override render() {
    const { version, versions, shell, deviceFingerprint } = this.store.view
    return html`
      <section><div class="brand"><img src=${mark} width="48" height="48" alt="" />
        <p><strong>OptiChat ${version}</strong><span class="soft">${msg('Chat and file hand-over on the local network')}</span></p></div></section>
      <section><h3>${msg('Versions')}</h3>
        <dl dir="ltr">${versions.map(([name, number]) => html`<dt>${name}</dt><dd>${number}</dd>`)}</dl></section>
      <section><h3>${msg('This device')}</h3>
        <p class="soft small">${msg('Others can compare this fingerprint with what their app shows of you.')}</p>
        <oc-fingerprint value=${deviceFingerprint}></oc-fingerprint></section>
      <section>${this.row(
        msg('Log'),
        msg('What the app did, for whoever helps you'),
        html`<button type="button" @click=${() => this.saving.run(() => this.store.call('showLogs'))}>${msg('Show the folder')}</button>`,
      )}${this.note()}
      ${shell.kind === 'browser' ? html`<p class="soft small">${msg('The app runs in a browser window here; with Electron it has a window of its own, a tray icon and notifications of the system.')}</p>` : nothing}</section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings-about': AboutPage
  }
}
