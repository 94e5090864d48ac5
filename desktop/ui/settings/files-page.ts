/** Where received files go, whose are taken without asking, and how fast they may move. */
import { css, html } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { TransferSettings } from '../../bridge.ts'
import { bytes } from '../format.ts'
import { msg, shownNumber, str } from '../i18n/text.ts'
import './accept-rules.ts'
import './download-folder.ts'
import { SettingsPage } from './page.ts'

/** Bytes a second. */
const SPEEDS = [1e6, 5e6, 10e6, 25e6, 50e6, 100e6]
const AT_ONCE = [1, 2, 4, 8, 16]

@customElement('oc-settings-files')
export class FilesPage extends SettingsPage {
  static override styles = [SettingsPage.styles, css`input[type='number'] { text-align: end; }`]

  private keep(change: Partial<TransferSettings>): void {
    this.saving.run(() => this.store.call('changeTransferSettings', change))
  }

  /** 0 stands for no bound. */
  private speed(label: string, which: 'up' | 'down') {
    const now = this.store.view.settings.transfers[which] ?? 0
    const offered = [...new Set([...SPEEDS, ...(now > 0 ? [now] : [])])].sort((a, b) => a - b)
    const options: [number, string][] = [
      [0, msg('As fast as it goes')],
      ...offered.map((rate): [number, string] => [rate, msg(str`${bytes(rate)} a second`)]),
    ]
    return this.choice(label, now, options, (rate) => this.keep({ [which]: rate === 0 ? null : rate }))
  }

  private port(event: Event): void {
    const field = event.target as HTMLInputElement
    if (field.reportValidity()) this.keep({ peerPort: Number(field.value || 0) })
  }

  override render() {
    const { transfers } = this.store.view.settings
    const atOnce = [...new Set([...AT_ONCE, transfers.atOnce])].sort((a, b) => a - b).map((n): [number, string] => [n, shownNumber(n)])
    return html`
      <section><h3>${msg('Received files')}</h3><oc-download-folder></oc-download-folder></section>
      <section><h3>${msg('Accept without asking')}</h3><oc-accept-rules></oc-accept-rules></section>
      <section>
        <h3>${msg('Speed')}</h3>
        <div>
          ${this.row(msg('Receive at most'), '', this.speed(msg('Receive at most'), 'down'))}
          ${this.row(msg('Send at most'), '', this.speed(msg('Send at most'), 'up'))}
          ${this.row(
            msg('Large files at once'),
            '',
            this.choice(msg('Large files at once'), transfers.atOnce, atOnce, (n) => this.keep({ atOnce: n })),
          )}
          ${this.row(
            msg('Port for transfers'),
            msg('For a firewall that has to know it. Empty: any free one. Counts from the next start.'),
            html`<input type="number" min="1024" max="65535" aria-label=${msg('Port for transfers')} .value=${transfers.peerPort ? String(transfers.peerPort) : ''} @change=${this.port} />`,
          )}
        </div>
      </section>
      ${this.note()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings-files': FilesPage
  }
}
