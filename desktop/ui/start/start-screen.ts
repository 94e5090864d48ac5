/** Before signing in, or to add a registry: which one, on the left; who you are there, on the right. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { msg, str } from '../i18n/text.ts'
import mark from '../icon.svg'
import { icon } from '../icons.ts'
import '../parts/host-panel.ts'
import '../parts/interface-picker.ts'
import '../parts/language-picker.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import { type Chosen, chosenFromHosted, chosenFromText } from './chosen.ts'
import './host-switch.ts'
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
        border-inline-end: 1px solid var(--line); overflow: hidden auto; min-width: 0; }
      aside > * { width: 100%; max-width: 400px; margin-inline: auto; }
      @media (width < 700px) {
        main { grid-template-columns: minmax(0, 1fr); height: auto; }
        aside { overflow: visible; padding: var(--s4) var(--s3) var(--s3); border-inline-end: 0; border-block-end: 1px solid var(--line); }
      }
      header { display: flex; align-items: center; gap: 12px; }
      .brand { flex: 1; display: flex; align-items: center; gap: 12px; font-size: var(--text-title); font-weight: 650; letter-spacing: -0.01em; }
      .brand img { display: block; }
      footer { margin-top: auto; display: grid; gap: var(--s1); padding-top: var(--s2); color: var(--ink-soft); }
      footer .row { min-height: 32px; }
      /* Its words stand at the edge, as all above them does. */
      footer button { margin-inline-end: calc(-1 * var(--s2) - 1px); }
      .join { position: relative; display: grid; place-items: safe center; background: var(--surface); padding: var(--s4); overflow-y: auto; min-width: 0; }
      .nothing { display: grid; justify-items: center; gap: var(--s2); text-align: center; color: var(--ink-soft); max-width: 320px; text-wrap: balance; }
      .nothing svg { color: var(--line-strong); margin-bottom: var(--s2); }
      .nothing h2 { color: var(--ink); font-size: var(--text-title); }
    `,
  ]

  override willUpdate(): void {
    const { link } = this.store.view
    if (link === null) return
    // The invite the app was opened with is what the person wants.
    this.chosen = chosenFromText(link)
    this.store.takeLink()
  }

  private choose(event: CustomEvent<Chosen>): void {
    this.chosen = event.detail
  }

  /** A registry started here is the one its owner wants to join. */
  private joinOwn(): void {
    this.host?.close()
    this.chosen = chosenFromHosted(this.store.view.hosted)
  }

  private get interfaceLine(): string {
    const { interfaces, settings } = this.store.view
    const used = interfaces.find((one) => one.chosen) ?? interfaces.find((one) => one.accepted)
    if (!used) return msg('No network')
    const { name, address } = used
    return settings.interface === null ? msg(str`${name} · ${address} · automatic`) : `${name} · ${address}`
  }

  override render() {
    const running = this.store.view.hosted.state === 'running'
    const { me } = this.store.view
    return html`
      <main>
        <aside aria-label=${msg('Registries')}>
          <header>
            <h1 class="brand"><img src=${mark} width="32" height="32" alt="" />OptiChat</h1>
            ${me ? html`<button type="button" @click=${() => this.store.addRegistry(false)}>${msg('Back')}</button>` : nothing}
          </header>
          <oc-registry-list .chosen=${this.chosen} @choose=${this.choose} @examine=${() => this.store.examine(null)}></oc-registry-list>
          <oc-host-switch @open=${() => this.host?.show()}></oc-host-switch>
          <footer class="small">
            <div class="row">
              ${icon('network', 16)}<span class="cut grow" title=${this.interfaceLine}>${this.interfaceLine}</span>
              <button type="button" class="plain small" aria-label=${msg('Change the network interface')} @click=${() => this.network?.show()}>${msg('Change')}</button>
            </div>
            <oc-language-picker compact></oc-language-picker>
          </footer>
        </aside>
        <section class="join" aria-label=${msg('Sign in')}>
          ${this.chosen ? html`<oc-sign-in .chosen=${this.chosen}></oc-sign-in>` : this.nothingChosen()}
        </section>
      </main>
      <oc-modal id="network" heading=${msg('Network interface')}><oc-interface-picker></oc-interface-picker></oc-modal>
      <oc-modal id="host" heading=${msg('Registry on this computer')}>
        <oc-host-panel>${running ? html`<button slot="join" type="button" class="main" @click=${this.joinOwn}>${msg('Join this registry')}</button>` : nothing}</oc-host-panel>
      </oc-modal>
    `
  }

  private nothingChosen() {
    return html`<div class="nothing">
      ${icon('bubble', 48)}
      <h2>${msg('Talk with your team')}</h2>
      <p>${msg('A registry is the computer your team meets at. Choose it, or start one here if you are the first. No internet and no account elsewhere is needed.')}</p>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-start': StartScreen
  }
}
