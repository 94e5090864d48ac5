/** Which screen: before signing in, or the chat. Also theme, language and the window's title, which live outside components. */
import { css, html } from 'lit'
import { customElement } from 'lit/decorators.js'
import { watchAttention } from './attention.ts'
import './chat/chat-screen.ts'
import { controls } from './controls.ts'
import { StoreElement } from './element.ts'
import { speak } from './i18n/speak.ts'
import './parts/error-note.ts'
import { shellWords } from './shell-words.ts'
import './start/start-screen.ts'

@customElement('oc-app')
export class App extends StoreElement {
  private language = this.store.view.settings.language

  static override styles = [
    controls,
    css`
      :host { height: 100vh; min-height: 480px; overflow: clip; }
    `,
  ]

  override firstUpdated(): void {
    watchAttention(this.store)
    this.tellShell()
  }

  override updated(): void {
    const { settings, conversations, me, doctor } = this.store.view
    // Seldom asked for, and all it may say is much.
    if (doctor) import('./doctor/dialog.ts').catch(this.store.failed)
    if (settings.theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = settings.theme
    const unread = me ? conversations.reduce((sum, conversation) => sum + conversation.unread, 0) : 0
    document.title = `${unread > 0 ? `(${unread}) ` : ''}OptiChat${me ? ` · ${me.name}` : ''}`
    if (settings.language === this.language) return
    this.language = settings.language
    speak(settings.language)
      .then(() => this.tellShell())
      .catch(this.store.failed)
  }

  private tellShell(): void {
    this.store.call('setShellWords', shellWords()).catch(this.store.failed)
  }

  override render() {
    const { trouble, view, adding } = this.store
    const chat = view.me && !adding && view.link === null
    return html`<oc-error .error=${trouble}></oc-error>${chat ? html`<oc-chat></oc-chat>` : html`<oc-start></oc-start>`}<oc-doctor></oc-doctor>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-app': App
  }
}
