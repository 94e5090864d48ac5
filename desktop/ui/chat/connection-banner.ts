/** Above the messages while there is no connection: why, when it is tried again, and a button for now. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { icon } from '../icons.ts'
import { wordsFor } from '../words.ts'
import '../parts/error-note.ts'

@customElement('oc-connection')
export class ConnectionBanner extends StoreElement {
  private readonly action = new Action(this)
  #ticking: ReturnType<typeof setInterval> | undefined

  static override styles = [
    controls,
    css`
      .banner { display: flex; align-items: center; gap: 12px; padding: var(--s2) var(--column); background: var(--wide-soft); color: var(--wide-ink); min-height: 48px; }
      .banner.refused { background: var(--danger-soft); color: var(--ink); }
      .refused svg { color: var(--danger); }
      p { flex: 1; min-width: 0; }
      strong { font-weight: 600; }
      button { background: none; border-color: currentColor; color: inherit; }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.#ticking = setInterval(() => this.store.view.connection.at === 'waiting' && this.requestUpdate(), 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#ticking)
  }

  override render() {
    const { connection } = this.store.view
    return html`<div role="status">${this.banner(connection)}</div><oc-error .error=${this.action.error}></oc-error>`
  }

  private banner(connection: typeof this.store.view.connection) {
    switch (connection.at) {
      case 'online':
      case 'signed-out':
        return nothing
      case 'connecting':
        return html`<div class="banner">${icon('network')}<p>Connecting to ${connection.registry.host}…</p></div>`
      case 'waiting': {
        const { message } = wordsFor(connection.code)
        const seconds = Math.max(0, Math.ceil((connection.retryAt - Date.now()) / 1000))
        // The countdown changes every second and is not worth saying aloud each time.
        return html`<div class="banner">${icon('network')}
          <p><strong>${message}</strong> <span aria-hidden="true">${seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…'}</span></p>
          <button type="button" ?disabled=${this.action.busy} @click=${() => this.action.run(() => this.store.call('retryNow'))}>Retry now</button>
        </div>`
      }
      case 'refused': {
        const { message, next } = wordsFor(connection.code)
        return html`<div class="banner refused">${icon('warning')}
          <p><strong>${message}</strong> ${next}</p>
          <button type="button" ?disabled=${this.action.busy} @click=${() => this.action.run(() => this.store.leave())}>Sign out</button>
        </div>`
      }
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-connection': ConnectionBanner
  }
}
