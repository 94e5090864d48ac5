/** Whom and what there is to talk to: oneself, a field that finds anything, the conversations, the people, the transfers. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { counted, msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../settings/account-menu.ts'
import { goesOn } from '../transfers/states.ts'
import './conversation-list.ts'
import type { ConversationList } from './conversation-list.ts'
import './people-list.ts'
import './search-results.ts'

@customElement('oc-sidebar')
export class Sidebar extends StoreElement {
  @state() private words = ''
  /** Messages of the conversation shown only. */
  @state() private here = false
  @query('.search input') private readonly field?: HTMLInputElement
  @query('oc-conversations') private readonly conversations?: ConversationList

  static override styles = [
    controls,
    css`
      aside { display: flex; flex-direction: column; height: 100%; min-width: 0; min-height: 0; background: var(--bg); border-inline-end: 1px solid var(--line); }
      .search { position: relative; padding: var(--s2) var(--s2) var(--s1); }
      .search svg { position: absolute; inset-inline-start: 18px; inset-block-start: 18px; color: var(--ink-soft); pointer-events: none; }
      .search input { padding-inline: 34px 32px; min-height: 36px; background: var(--surface); border-color: var(--line); }
      .search input:hover { border-color: var(--line-strong); }
      .search button.icon { position: absolute; inset-inline-end: 10px; inset-block-start: 12px; width: 28px; min-height: 28px; }
      .search button.icon svg { position: static; }
      nav { flex: 0 1 auto; max-height: 50%; overflow-y: auto; padding-block-end: var(--s2); }
      .people { flex: 1 1 160px; min-height: 0; overflow-y: auto; border-block-start: 1px solid var(--line); }
      oc-found { flex: 1; min-height: 0; overflow-y: auto; }
      .foot { padding: var(--s1) var(--s2); border-block-start: 1px solid var(--line); }
      .foot button { width: 100%; justify-content: flex-start; gap: 10px; min-height: 40px; padding: 0 var(--s2); border-color: transparent; background: none; font-weight: 500; }
      .foot button:hover { background: var(--hover); }
      .foot button[aria-current='page'] { background: var(--accent-soft); color: var(--accent-ink); }
      .going { margin-inline-start: auto; color: var(--accent-ink); font-size: var(--text-small); font-weight: 600; }
    `,
  ]

  /** The cursor is in the field that finds things. */
  focusSearch(here: boolean): void {
    this.here = here
    this.field?.focus()
    this.field?.select()
  }

  /** To the conversation so many below the one shown. */
  step(by: number): void {
    this.conversations?.step(by)
  }

  private clear(): void {
    this.words = ''
    this.here = false
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return
    if (event.key === 'Escape') {
      this.clear()
      this.dispatchEvent(new Event('picked'))
    } else if (event.key === 'ArrowDown') {
      this.renderRoot.querySelector('oc-found')?.focusFirst()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  /** There, and back. */
  private toTransfers(): void {
    this.store.showPage(this.store.page === 'transfers' ? 'chat' : 'transfers')
    this.dispatchEvent(new Event('picked'))
  }

  private picked(event: Event): void {
    event.stopPropagation()
    this.clear()
    this.dispatchEvent(new Event('picked'))
  }

  override render() {
    const searching = this.words.trim() !== ''
    const label = this.here ? msg('Search this conversation') : msg('Search')
    return html`<aside aria-label=${msg('People and conversations')}>
      <oc-account-menu></oc-account-menu>
      <div class="search" role="search">${icon('search', 16)}
        <input type="text" .value=${this.words} placeholder=${label} aria-label=${label} autocomplete="off" spellcheck="false"
          @input=${() => (this.words = this.field?.value ?? '')} @keydown=${this.onKey} />
        ${searching || this.here ? html`<button type="button" class="icon" aria-label=${msg('Clear the search')} @click=${this.clear}>${icon('close', 16)}</button>` : nothing}
      </div>
      ${
        searching
          ? html`<oc-found .words=${this.words} .here=${this.here} @picked=${this.picked} @everywhere=${() => (this.here = false)}></oc-found>`
          : html`<nav aria-label=${msg('Conversations')} tabindex="-1"><oc-conversations @picked=${this.picked}></oc-conversations></nav>
            <div class="people"><oc-people></oc-people></div>`
      }
      ${this.transfers()}
    </aside>`
  }

  private transfers() {
    const going = this.store.view.transfers.filter(goesOn).length
    const shown = this.store.page === 'transfers'
    return html`<div class="foot"><button type="button" aria-current=${shown ? 'page' : nothing} @click=${this.toTransfers}>
      ${icon('download')}${msg('Transfers')}${going > 0 ? html`<span class="going">${counted(going, '# going on', '# going on')}</span>` : nothing}</button></div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-sidebar': Sidebar
  }
}
