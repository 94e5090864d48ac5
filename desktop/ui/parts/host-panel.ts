/** The registry that runs on this computer: start it under a name, hand on its invite, watch its log, stop it. */
import { css, html } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { HostedView } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import './copy-text.ts'
import './error-note.ts'
import './fingerprint.ts'

@customElement('oc-host-panel')
export class HostPanel extends StoreElement {
  private readonly action = new Action(this)
  @query('input[name=registry-name]') private readonly nameField?: HTMLInputElement

  static override styles = [
    controls,
    css`
      :host, form, .running { display: grid; gap: 12px; }
      form .row { align-items: end; }
      .status { color: var(--online); font-weight: 600; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: var(--s2) var(--s3); align-items: baseline; }
      dt { color: var(--ink-soft); }
      pre {
        margin: var(--s2) 0 0; max-height: 160px; overflow: auto; padding: var(--s2) 12px; border-radius: var(--radius);
        background: var(--bg); font: var(--text-small) / 1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere;
      }
    `,
  ]

  private start(event: Event): void {
    event.preventDefault()
    this.action.run(() => this.store.call('startRegistry', this.nameField?.value.trim() ?? ''))
  }

  private stop(): void {
    this.action.run(() => this.store.call('stopRegistry'))
  }

  private form(hosted: HostedView) {
    const busy = this.action.busy || hosted.state === 'starting'
    return html`<form @submit=${this.start}>
      <p class="soft">Others on this network will find it by its name. It runs as long as this app is open.</p>
      <div class="row">
        <label class="field grow"><span>Name of the registry</span>
          <input type="text" name="registry-name" required maxlength="60" autocomplete="off" .value=${hosted.name ?? 'Our team'} /></label>
        <button class="main" ?disabled=${busy}>${busy ? 'Starting…' : 'Start registry'}</button>
      </div>
      <oc-error .error=${this.action.error ?? (hosted.state === 'failed' ? hosted.error : null)}></oc-error>
    </form>`
  }

  private running(hosted: HostedView) {
    return html`<div class="running">
      <div class="row">
        <p class="grow cut"><span class="status">Running</span> · <bdi>${hosted.name}</bdi></p>
        <button class="danger" ?disabled=${this.action.busy} @click=${this.stop}>${this.action.busy ? 'Stopping…' : 'Stop registry'}</button>
      </div>
      <dl>
        <dt>Address</dt><dd><code>${hosted.address}${hosted.port ? `:${hosted.port}` : ''}</code></dd>
        <dt>Fingerprint</dt><dd><oc-fingerprint value=${hosted.fingerprint ?? ''}></oc-fingerprint></dd>
      </dl>
      ${hosted.invite ? html`<oc-copy label="invite" text=${hosted.invite}></oc-copy>` : ''}
      <p class="soft small">Send the invite to people whom the network does not show this registry, or who want to be sure it is yours.</p>
      <oc-error .error=${this.action.error}></oc-error>
      ${this.log(hosted)}
    </div>`
  }

  private log(hosted: HostedView) {
    return html`<details>
      <summary>Log</summary>
      <pre tabindex="0" aria-label="Log of the registry">${hosted.log.length > 0 ? hosted.log.join('\n') : 'Nothing has happened yet.'}</pre>
    </details>`
  }

  override render() {
    const { hosted } = this.store.view
    return hosted.state === 'running' ? this.running(hosted) : this.form(hosted)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-host-panel': HostPanel
  }
}
