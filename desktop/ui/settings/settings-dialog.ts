/** All that can be set, in pages: a list of them beside the one that is shown. */
import { css, html } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { msg, phrase } from '../i18n/text.ts'
import { type IconName, icon } from '../icons.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import './about-page.ts'
import './account-page.ts'
import './files-page.ts'
import './general-page.ts'
import './network-page.ts'
import './notifications-page.ts'

const PAGES = {
  general: { icon: 'settings', title: phrase('General'), page: () => html`<oc-settings-general></oc-settings-general>` },
  notifications: {
    icon: 'bell',
    title: phrase('Notifications'),
    page: () => html`<oc-settings-notifications></oc-settings-notifications>`,
  },
  files: { icon: 'download', title: phrase('Files'), page: () => html`<oc-settings-files></oc-settings-files>` },
  network: {
    icon: 'network',
    title: phrase('Network'),
    page: (leave: () => void) => html`<oc-settings-network @leave=${leave}></oc-settings-network>`,
  },
  account: { icon: 'person', title: phrase('Account'), page: () => html`<oc-settings-account></oc-settings-account>` },
  about: { icon: 'info', title: phrase('About'), page: () => html`<oc-settings-about></oc-settings-about>` },
} as const satisfies Record<string, { icon: IconName; title: string; page(leave: () => void): unknown }>

export type SettingsPageName = keyof typeof PAGES
const NAMES = Object.keys(PAGES) as SettingsPageName[]

@customElement('oc-settings')
export class SettingsDialog extends StoreElement {
  @state() private shown: SettingsPageName = 'general'
  @state() private open = false
  @query('oc-modal') private readonly modal?: Modal

  static override styles = [
    controls,
    css`
      :host { display: contents; }
      .pages { display: grid; grid-template-columns: fit-content(240px) minmax(0, 1fr); height: 100%; border-top: 1px solid var(--line); }
      [role='tablist'] { display: grid; align-content: start; min-width: 176px; gap: 2px; padding: var(--s3) 12px; border-inline-end: 1px solid var(--line); background: var(--bg); overflow-y: auto; }
      [role='tab'] { justify-content: flex-start; border-color: transparent; background: none; min-height: 36px; min-width: 0; }
      [role='tab']:hover { background: var(--hover); }
      [role='tab'][aria-selected='true'] { background: var(--accent-soft); color: var(--accent-ink); }
      [role='tabpanel'] { overflow-y: auto; padding: var(--s4); }
      @media (width < 700px) {
        .pages { grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); }
        [role='tablist'] { grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); min-width: 0; padding: var(--s2); border-inline-end: 0; border-block-end: 1px solid var(--line); }
        [role='tabpanel'] { padding: var(--s3); }
      }
      [role='tabpanel']:focus-visible { outline-offset: -2px; }
    `,
  ]

  show(page: SettingsPageName = this.shown): void {
    this.shown = page
    this.open = true
    this.modal?.show()
  }

  close(): void {
    this.modal?.close()
  }

  /** As in every list of tabs: arrows go to the next one, around the ends. */
  private onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const at = { Home: 0, End: NAMES.length - 1 }[event.key] ?? (step && NAMES.indexOf(this.shown) + step)
    if (at === undefined) return
    event.preventDefault()
    this.shown = NAMES.at(at % NAMES.length) ?? 'general'
    this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus())
  }

  private tab(name: SettingsPageName) {
    const { title, icon: drawing } = PAGES[name]
    const selected = this.shown === name
    return html`<button type="button" role="tab" id=${name} aria-controls="page" aria-selected=${selected} tabindex=${selected ? 0 : -1}
      @click=${() => (this.shown = name)}>${icon(drawing, 16)}<span class="cut">${msg(title)}</span></button>`
  }

  override render() {
    return html`<oc-modal wide heading=${msg('Settings')} @close=${() => (this.open = false)}>
      <div class="pages">
        <div role="tablist" aria-orientation="vertical" aria-label=${msg('Settings')} @keydown=${this.onKey}>${NAMES.map((name) => this.tab(name))}</div>
        <div role="tabpanel" id="page" tabindex="0" aria-labelledby=${this.shown}>${this.open ? PAGES[this.shown].page(() => this.close()) : ''}</div>
      </div>
    </oc-modal>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings': SettingsDialog
  }
}
