/** Who one is and where, at the head of the lists; opened, how one is there, the other registries, and the settings. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { SessionPresence } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg, phrase } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import './settings-dialog.ts'
import type { SettingsDialog } from './settings-dialog.ts'

const PRESENCES: readonly (readonly [SessionPresence, string])[] = [
  ['online', phrase('Online')],
  ['away', phrase('Away')],
  ['busy', phrase('Do not disturb')],
]

@customElement('oc-account-menu')
export class AccountMenu extends StoreElement {
  @state() private open = false
  @query('oc-settings') private readonly settings?: SettingsDialog
  @query('.head') private readonly head?: HTMLButtonElement
  private readonly action = new Action(this)
  /** Stops hearing of the system's menu. */
  #wished: (() => void) | undefined

  static override styles = [
    controls,
    css`
      :host { position: relative; }
      .bar { display: flex; align-items: center; gap: var(--s1); min-height: 64px; padding: 0 var(--s2); border-bottom: 1px solid var(--line); }
      .head { flex: 1; justify-content: flex-start; min-width: 0; min-height: 48px; padding: 0 var(--s2); border-color: transparent; background: none; text-align: start; gap: 10px; }
      .head strong, .head .soft { display: block; line-height: 1.35; font-weight: 400; }
      .head strong { font-weight: 600; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; background: var(--online); }
      .dot.away { background: none; border: 2.5px solid var(--away); }
      .dot.busy { background: var(--danger); }
      .dot.none { background: none; border: 2px solid var(--line-strong); }
      .menu {
        position: absolute; z-index: 8; inset-block-start: calc(100% - 6px); inset-inline: var(--s2); display: grid; gap: 2px; padding: var(--s2);
        border: 1px solid var(--line); border-radius: var(--radius-big); background: var(--raised); box-shadow: var(--shadow);
      }
      .menu > button, .menu label { display: flex; align-items: center; gap: 10px; justify-content: flex-start; min-height: 36px; padding: 0 var(--s2); border-color: transparent; border-radius: var(--radius); background: none; font-weight: 400; text-align: start; width: 100%; min-width: 0; cursor: pointer; }
      .menu label:hover { background: var(--hover); }
      .menu svg { color: var(--ink-soft); }
      .menu label:has(:checked) { font-weight: 600; }
      .menu label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px; }
      .menu label input { position: absolute; opacity: 0; }
      fieldset { margin: 0; padding: 0; border: 0; }
      .check { margin-inline-start: auto; color: var(--accent-ink) !important; }
      hr { width: 100%; margin: var(--s1) 0; border: 0; border-top: 1px solid var(--line); }
      .count { margin-inline-start: auto; color: var(--ink-soft); font-size: var(--text-small); }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('pointerdown', this.elsewhere)
    this.#wished = this.store.bridge.on('wish', () => this.settings?.show())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('pointerdown', this.elsewhere)
    this.#wished?.()
  }

  private readonly elsewhere = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.open = false
  }

  /** Leaving it by the keyboard closes it too, and Escape goes back to where it was opened. */
  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.open) return
    event.stopPropagation()
    this.open = false
    this.head?.focus()
  }

  private left(event: FocusEvent): void {
    const to = event.relatedTarget
    if (to instanceof Node && !this.renderRoot.contains(to)) this.open = false
  }

  private do(work: () => unknown): void {
    this.open = false
    work()
  }

  showSettings(): void {
    this.settings?.show()
  }

  private get registryName(): string {
    const { connection } = this.store.view
    if (connection.at === 'signed-out') return ''
    return 'name' in connection.registry ? connection.registry.name : connection.registry.host
  }

  private item(drawing: Parameters<typeof icon>[0], words: string, work: () => unknown) {
    return html`<button type="button" @click=${() => this.do(work)}>${icon(drawing, 16)}<span class="cut" dir="auto">${words}</span></button>`
  }

  private presence([presence, words]: (typeof PRESENCES)[number]) {
    const checked = this.store.view.settings.presence === presence
    return html`<label><input type="radio" name="presence" .checked=${checked}
      @change=${() => this.action.run(() => this.store.call('changeSettings', { presence }))} />
      <span class="dot ${presence}"></span><span class="cut">${msg(words)}</span>${checked ? html`<span class="check">${icon('check', 16)}</span>` : nothing}</label>`
  }

  private menu() {
    const others = this.store.view.registries.filter(({ current }) => !current)
    return html`<div class="menu" role="group" aria-label=${msg('You and your registries')}>
      <fieldset><legend class="hidden-text">${msg('How others see you')}</legend>${PRESENCES.map((one) => this.presence(one))}</fieldset>
      <hr />
      ${others.map(({ id, name }) => this.item('registry', name, () => this.action.run(() => this.store.switchTo(id))))}
      ${this.item('plus', msg('Add a registry…'), () => this.store.addRegistry(true))}
      <hr />
      ${this.item('settings', msg('Settings'), () => this.settings?.show())}
      ${this.item('doctor', msg('Check the connection'), () => this.store.examine(null))}
      ${this.item('exit', msg('Sign out…'), () => this.settings?.show('account'))}
    </div>`
  }

  override render() {
    const { me, settings, connection } = this.store.view
    return html`
      <div @keydown=${this.onKey} @focusout=${this.left}>
        <div class="bar">
          <button type="button" class="head" aria-expanded=${this.open} @click=${() => (this.open = !this.open)}>
            <span class="dot ${connection.at === 'online' ? settings.presence : 'none'}"></span>
            <span class="grow"><strong class="cut" dir="auto">${me?.name}</strong><span class="soft small cut" dir="auto">${this.registryName}</span></span>
            <span class="hidden-text">${msg('You and your registries')}</span>
          </button>
          <slot></slot>
          <button type="button" class="icon" aria-label=${msg('Settings')} title=${msg('Settings')} @click=${() => this.settings?.show()}>${icon('settings')}</button>
        </div>
        ${this.open ? this.menu() : nothing}
      </div>
      <oc-error .error=${this.action.error}></oc-error>
      <oc-settings></oc-settings>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-account-menu': AccountMenu
  }
}
