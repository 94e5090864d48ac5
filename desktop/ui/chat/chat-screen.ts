/** Signed in: people and conversations at one side, the conversation or the transfers at the other. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { counted, msg, str } from '../i18n/text.ts'
import { inOneLine } from '../saying.ts'
import { type Shortcut, shortcutOf } from '../shortcuts.ts'
import '../transfers/transfers-page.ts'
import './composer.ts'
import type { Composer } from './composer.ts'
import './connection-banner.ts'
import './conversation-head.ts'
import './drop-zone.ts'
import './message-list.ts'
import type { MessageList } from './message-list.ts'
import './shortcuts-dialog.ts'
import type { ShortcutsDialog } from './shortcuts-dialog.ts'
import './sidebar.ts'
import type { Sidebar } from './sidebar.ts'

@customElement('oc-chat')
export class ChatScreen extends StoreElement {
  @query('oc-composer') private readonly composer?: Composer
  @query('oc-sidebar') private readonly sidebar?: Sidebar
  @query('oc-messages') private readonly messages?: MessageList
  @query('oc-shortcuts') private readonly shortcuts?: ShortcutsDialog

  static override styles = [
    controls,
    css`
      .app { display: grid; grid-template-columns: clamp(240px, 28vw, 328px) 1fr; height: 100vh; min-height: 480px; }
      main { display: flex; flex-direction: column; min-width: 0; min-height: 0; background: var(--surface); }
      oc-messages, oc-transfers { flex: 1; min-height: 0; }
    `,
  ]

  private readonly onKey = (event: KeyboardEvent): void => {
    const shortcut = shortcutOf(event)
    if (!shortcut || document.querySelector('dialog[open]')) return
    event.preventDefault()
    this.does[shortcut]()
  }

  private readonly does: Readonly<Record<Shortcut, () => void>> = {
    search: () => this.sidebar?.focusSearch(false),
    'search-here': () => this.sidebar?.focusSearch(true),
    transfers: () => this.store.showPage(this.store.page === 'transfers' ? 'chat' : 'transfers'),
    messages: () => this.show(() => this.messages?.focusRows()),
    write: () => this.show(() => this.composer?.focusField()),
    previous: () => this.sidebar?.step(-1),
    next: () => this.sidebar?.step(1),
    shortcuts: () => this.shortcuts?.show(),
  }

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('keydown', this.onKey)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('keydown', this.onKey)
  }

  /** The conversation, and then something in it. */
  private show(then: () => void): void {
    const shown = this.store.page === 'chat'
    this.store.showPage('chat')
    if (shown) then()
    else {
      this.requestUpdate()
      this.updateComplete.then(then)
    }
  }

  private toComposer(): void {
    this.updateComplete.then(() => this.composer?.focusField())
  }

  private get news(): string {
    const { newest } = this.store
    if (!newest) return ''
    if (newest.body.kind === 'text') return `${newest.from.name}: ${inOneLine(newest)}`
    return msg(str`${newest.from.name} offers ${counted(newest.body.count, '# file', '# files')}`)
  }

  override render() {
    const chat = this.store.page === 'chat'
    return html`
      <div class="app" @to-composer=${this.toComposer} @show-shortcuts=${() => this.shortcuts?.show()}>
        <oc-sidebar @picked=${this.toComposer}></oc-sidebar>
        <main>
          ${chat ? html`<oc-conversation-head></oc-conversation-head>` : nothing}
          <oc-connection></oc-connection>
          ${chat ? html`<oc-messages></oc-messages><oc-composer></oc-composer>` : html`<oc-transfers></oc-transfers>`}
        </main>
      </div>
      <oc-drop-zone></oc-drop-zone>
      <oc-shortcuts></oc-shortcuts>
      <div class="hidden-text" role="log" aria-live="polite" aria-label=${msg('New messages')}>${this.news}</div>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-chat': ChatScreen
  }
}
