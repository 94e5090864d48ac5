/** "Start one here": one switch, and beside it the way to what others need to come in. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'

@customElement('oc-host-switch')
export class HostSwitch extends StoreElement {
  private readonly switching = new Action(this)

  static override styles = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s2); }
      label, button { width: 100%; }
      label { display: flex; align-items: center; gap: 12px; min-height: 40px; padding: 6px 12px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); font-weight: 500; cursor: pointer; }
      label:hover { background: var(--hover); }
      label svg { color: var(--ink-soft); }
      .title { display: block; }
      label .soft { font-weight: 400; }
    `,
  ]

  private async turn(on: boolean): Promise<void> {
    const { hosted, suggestedName } = this.store.view
    const name = hosted.name ?? msg(str`${suggestedName}’s team`)
    if (on) this.dispatchEvent(new Event('open'))
    await this.switching.run(() => (on ? this.store.call('startRegistry', name) : this.store.call('stopRegistry')))
  }

  override render() {
    const { hosted } = this.store.view
    const running = hosted.state === 'running'
    const busy = this.switching.busy || hosted.state === 'starting'
    return html`
      <label>${icon('registry')}<span class="grow"><span class="title cut" dir="auto">${running ? hosted.name : msg('Start a registry here')}</span>
          ${running ? nothing : html`<span class="soft small">${msg('One person of a team does this; the others find it.')}</span>`}</span>
        <input type="checkbox" role="switch" aria-label=${msg('Start a registry on this computer')} .checked=${running || busy} ?disabled=${busy}
          @change=${(event: Event) => this.turn((event.target as HTMLInputElement).checked)} /></label>
      ${running ? html`<button type="button" @click=${() => this.dispatchEvent(new Event('open'))}>${msg('Address, invite and log')}</button>` : nothing}
      <oc-error .error=${hosted.state === 'failed' ? null : this.switching.error}></oc-error>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-host-switch': HostSwitch
  }
}
