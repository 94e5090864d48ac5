/** Before signing in: which registry, on the left; who you are there, on the right. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import mark from '../icon.svg'
import { icon } from '../icons.ts'
import '../parts/host-panel.ts'
import '../parts/interface-picker.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import type { Chosen } from './chosen.ts'
import './registry-list.ts'
import './sign-in-form.ts'

@customElement('oc-start')
export class StartScreen extends StoreElement {
  @state() private chosen: Chosen | null = null
  @query('#network') private readonly network?: Modal
  @query('#host') private readonly host?: Modal

  static override styles = [
    controls,
    css`
      main { display: grid; grid-template-columns: minmax(300px, 2fr) minmax(360px, 3fr); height: 100vh; min-height: 480px; }
      aside { display: flex; flex-direction: column; gap: var(--s4); padding: var(--s5) var(--s4) var(--s3); background: var(--bg);
        border-right: 1px solid var(--line); overflow: hidden auto; min-width: 0; }
      aside > * { width: 100%; max-width: 400px; margin-inline: auto; }
      .brand { display: flex; align-items: center; gap: 12px; font-size: var(--text-title); font-weight: 650; letter-spacing: -0.01em; }
      .brand img { display: block; }
      .network { margin-top: auto; display: flex; align-items: center; gap: var(--s2); padding-top: var(--s2); color: var(--ink-soft); }
      .join { display: grid; place-items: safe center; background: var(--surface); padding: var(--s4); overflow-y: auto; min-width: 0; }
      .nothing { display: grid; justify-items: center; gap: var(--s2); text-align: center; color: var(--ink-soft); max-width: 320px; }
      .nothing svg { color: var(--line-strong); margin-bottom: var(--s2); }
      .nothing h2 { color: var(--ink); font-size: var(--text-title); }
      .join-own { margin-top: var(--s3); }
            .own button { width: 100%; min-width: 0; justify-content: flex-start; min-height: 40px; }
    `,
  ]

  private choose(event: CustomEvent<Chosen>): void {
    this.chosen = event.detail
  }

  /** A registry started here is the one its owner wants to join. */
  private joinOwn(): void {
    const { hosted } = this.store.view
    this.host?.close()
    if (hosted.state !== 'running') return
    const address = hosted.invite ?? `${hosted.address}:${hosted.port}`
    this.chosen = { address, name: hosted.name ?? 'This computer', fingerprint: hosted.fingerprint, known: false }
  }

  private get interfaceLine(): string {
    const { interfaces, settings } = this.store.view
    const used = interfaces.find((one) => one.chosen) ?? interfaces.find((one) => one.accepted)
    if (!used) return 'No network'
    return `${used.name} · ${used.address}${settings.interface === null ? ' · automatic' : ''}`
  }

  override render() {
    const { hosted } = this.store.view
    const running = hosted.state === 'running'
    return html`
      <main>
        <aside aria-label="Registries">
          <h1 class="brand"><img src=${mark} width="32" height="32" alt="" />OptiChat</h1>
          <oc-registry-list .chosen=${this.chosen} @choose=${this.choose}></oc-registry-list>
          <section class="own">
            <button type="button" @click=${() => this.host?.show()}>
              ${icon('registry')}<span class="cut">${running ? `Registry on this computer: ${hosted.name}` : 'Start a registry on this computer'}</span>
            </button>
          </section>
          <div class="network small">
            ${icon('network', 16)}<span class="cut grow" title=${this.interfaceLine}>${this.interfaceLine}</span>
            <button type="button" class="plain small" aria-label="Change the network interface" @click=${() => this.network?.show()}>Change</button>
          </div>
        </aside>
        <section class="join" aria-label="Sign in">
          ${this.chosen ? html`<oc-sign-in .chosen=${this.chosen}></oc-sign-in>` : this.nothingChosen()}
        </section>
      </main>
      <oc-modal id="network" heading="Network interface"><oc-interface-picker></oc-interface-picker></oc-modal>
      <oc-modal id="host" heading="Registry on this computer">
        <oc-host-panel></oc-host-panel>
        ${running ? html`<p class="join-own"><button type="button" class="main" @click=${this.joinOwn}>Join this registry</button></p>` : nothing}
      </oc-modal>
    `
  }

  private nothingChosen() {
    return html`<div class="nothing">
      ${icon('bubble', 48)}
      <h2>Talk with your team</h2>
      <p>Choose the registry your team meets at. No internet and no account elsewhere is needed.</p>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-start': StartScreen
  }
}
