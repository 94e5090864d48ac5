/**
 * Above the messages while there is no connection: why, when it is tried again, and a button for now. Once it is back, for a while,
 * why it was away. Also what went wrong that nothing one did can be told of.
 */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { Connection } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { timeOfDay } from '../format.ts'
import { msg, shownNumber, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { asBridgeError, wordsFor } from '../words.ts'
import '../parts/error-note.ts'

/** Milliseconds that it is told for why one was away, and how short an absence is not worth telling. */
const TOLD = 60_000
const SHORT = 10_000

@customElement('oc-connection')
export class ConnectionBanner extends StoreElement {
  private readonly action = new Action(this)
  /** The end of the absence that was read about. */
  private dismissed = 0
  #ticking: ReturnType<typeof setInterval> | undefined

  static override styles = [
    controls,
    css`
      .banner { display: flex; align-items: center; gap: 12px; padding: var(--s2) var(--column); background: var(--wide-soft); color: var(--wide-ink); min-height: 48px; }
      .banner.refused { background: var(--danger-soft); color: var(--ink); }
      .refused svg { color: var(--danger); }
      /* The note has an edge of its own, which the others' icons have not. */
      .trouble { padding-inline-start: calc(var(--column) - 12px); }
      .trouble oc-error { display: block; flex: 1; }
      p { flex: 1; min-width: 0; }
      strong { font-weight: 600; }
      button { background: none; border-color: currentColor; color: inherit; }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.#ticking = setInterval(() => this.changesByItself && this.requestUpdate(), 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#ticking)
  }

  private get changesByItself(): boolean {
    const { connection } = this.store.view
    return connection.at === 'waiting' || (connection.at === 'online' && connection.away !== undefined)
  }

  override render() {
    const { connection, trouble } = this.store.view
    return html`<div role="status">${this.banner(connection)}</div><oc-error .error=${this.action.error}></oc-error>
      ${trouble ? html`<div class="banner refused trouble"><oc-error .error=${asBridgeError(trouble)}></oc-error>${this.dismiss(() => this.action.run(() => this.store.call('dismissTrouble')))}</div>` : nothing}`
  }

  private dismiss(click: () => void) {
    return html`<button type="button" ?disabled=${this.action.busy} @click=${click}>${msg('Dismiss')}</button>`
  }

  private back({ away }: Extract<Connection, { at: 'online' }>) {
    if (!away || away.until - away.since < SHORT || Date.now() - away.until > TOLD || away.until <= this.dismissed) return nothing
    const dismiss = () => {
      this.dismissed = away.until
      this.requestUpdate()
    }
    return html`<div class="banner">${icon('network')}
      <p>${msg(str`Back online. Away from ${timeOfDay(away.since)} to ${timeOfDay(away.until)}:`)} <strong>${wordsFor(away.code).message}</strong></p>
      ${this.dismiss(dismiss)}
    </div>`
  }

  private banner(connection: Connection) {
    switch (connection.at) {
      case 'online':
        return this.back(connection)
      case 'signed-out':
        return nothing
      case 'connecting':
        return html`<div class="banner">${icon('network')}<p>${msg(str`Connecting to ${connection.registry.host}…`)}</p></div>`
      case 'waiting': {
        const { message } = wordsFor(connection.code)
        const seconds = Math.max(0, Math.ceil((connection.retryAt - Date.now()) / 1000))
        // The countdown changes every second and is not worth saying aloud each time.
        return html`<div class="banner">${icon('network')}
          <p><strong>${message}</strong> <span aria-hidden="true">${seconds > 0 ? msg(str`Trying again in ${shownNumber(seconds)} s.`) : msg('Trying again…')}</span></p>
          <button type="button" ?disabled=${this.action.busy} @click=${() => this.action.run(() => this.store.call('retryNow'))}>${msg('Retry now')}</button>
        </div>`
      }
      case 'refused': {
        const { message, next } = wordsFor(connection.code)
        return html`<div class="banner refused">${icon('warning')}
          <p><strong>${message}</strong> ${next}</p>
          <button type="button" ?disabled=${this.action.busy} @click=${() => this.action.run(() => this.store.leave())}>${msg('Sign out')}</button>
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
