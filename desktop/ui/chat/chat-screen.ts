/** Signed in: people and conversations at one side, the conversation or the transfers at the other. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { counted, msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
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

const NARROW = window.matchMedia('(width < 700px)')

/** Wherever in the page the dialog is. */
const inDialog = (event: Event): boolean => event.composedPath().some((element) => element instanceof HTMLDialogElement && element.open)

@customElement('oc-chat')
export class ChatScreen extends StoreElement {
  @query('oc-composer') private readonly composer?: Composer
  @query('oc-sidebar') private readonly sidebar?: Sidebar
  @query('oc-messages') private readonly messages?: MessageList
  @query('oc-shortcuts') private readonly shortcuts?: ShortcutsDialog
  /** In a narrow window the lists lie over the conversation, while one looks at them. */
  @state() private lists = false

  static override styles = [
    controls,
    css`
      .app { display: grid; grid-template: minmax(0, 1fr) / clamp(240px, 28vw, 328px) 1fr; height: 100vh; min-height: 480px; }
      main { display: flex; flex-direction: column; min-width: 0; min-height: 0; background: var(--surface); }
      oc-messages, oc-transfers { flex: 1; min-height: 0; }
      .to-lists, .cover { display: none; }
      @media (width < 700px) {
        .app { grid-template-columns: minmax(0, 1fr); }
        oc-sidebar { position: fixed; z-index: 7; inset-block: 0; inset-inline-start: 0; width: min(328px, 100vw - 56px); box-shadow: var(--shadow); }
        .app:not(.lists) > oc-sidebar { visibility: hidden; }
        .lists > .cover { display: block; position: fixed; z-index: 6; inset: 0; background: var(--backdrop); }
        .to-lists { display: inline-flex; position: relative; }
        .news { position: absolute; inset-block-start: 4px; inset-inline-end: 4px; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); }
      }
    `,
  ]

  private readonly onKey = (event: KeyboardEvent): void => {
    const shortcut = shortcutOf(event)
    if (!shortcut || inDialog(event)) return
    event.preventDefault()
    this.does[shortcut]()
  }

  private readonly does: Readonly<Record<Shortcut, () => void>> = {
    search: () => this.search(false),
    'search-here': () => this.search(true),
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
    NARROW.addEventListener('change', this.hideLists)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('keydown', this.onKey)
    NARROW.removeEventListener('change', this.hideLists)
  }

  private readonly hideLists = (): void => {
    this.lists = false
  }

  private async search(here: boolean): Promise<void> {
    this.lists = NARROW.matches
    await this.updateComplete
    this.sidebar?.focusSearch(here)
  }

  /** A key in the lists. One in a dialog of theirs is the dialog’s. */
  private onListKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.lists && !inDialog(event)) this.toComposer()
  }

  /** The button to the lists, which a wide window has in sight. */
  private toLists() {
    const { conversations, desk } = this.store.view
    const news = conversations.some(({ id, unread }) => unread > 0 && !desk.muted.includes(id))
    const label = msg('People and conversations')
    return html`<button type="button" class="icon to-lists" aria-label=${label} title=${label} aria-expanded=${this.lists} @click=${() => this.search(false)}>
      ${icon('lists')}${news ? html`<span class="news"></span>` : nothing}</button>`
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
    this.hideLists()
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
      <div class="app ${this.lists ? 'lists' : ''}" @to-composer=${this.toComposer} @show-shortcuts=${() => this.shortcuts?.show()}>
        <oc-sidebar @picked=${this.toComposer} @keydown=${this.onListKey}></oc-sidebar>
        <div class="cover" @click=${this.toComposer}></div>
        <main @focusin=${this.hideLists}>
          ${chat ? html`<oc-conversation-head>${this.toLists()}</oc-conversation-head>` : nothing}
          <oc-connection></oc-connection>
          ${chat ? html`<oc-messages></oc-messages><oc-composer></oc-composer>` : html`<oc-transfers>${this.toLists()}</oc-transfers>`}
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
