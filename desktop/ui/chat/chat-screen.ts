/** Signed in: people and conversations at the left, the conversation at the right. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { plural, presenceWord } from '../format.ts'
import { icon } from '../icons.ts'
import { inOneLine } from '../saying.ts'
import '../settings/settings-dialog.ts'
import type { SettingsDialog } from '../settings/settings-dialog.ts'
import './composer.ts'
import type { Composer } from './composer.ts'
import './connection-banner.ts'
import './conversation-list.ts'
import './drop-zone.ts'
import './message-list.ts'
import './people-list.ts'

@customElement('oc-chat')
export class ChatScreen extends StoreElement {
  @query('oc-settings') private readonly settings?: SettingsDialog

  @query('oc-composer') private readonly composer?: Composer

  static override styles = [
    controls,
    css`
      .app { display: grid; grid-template-columns: clamp(232px, 28vw, 320px) 1fr; height: 100vh; min-height: 480px; }
      aside { display: flex; flex-direction: column; min-width: 0; min-height: 0; background: var(--bg); border-right: 1px solid var(--line); }
      .me { display: flex; align-items: center; gap: var(--s2); padding: 12px var(--s2) 12px var(--s3); border-bottom: 1px solid var(--line); min-height: 64px; }
      .me strong { display: block; font-weight: 600; line-height: 1.3; }
      nav { flex: 0 1 auto; max-height: 45%; overflow-y: auto; padding-bottom: var(--s2); }
      .people { flex: 1 1 160px; min-height: 0; overflow-y: auto; border-top: 1px solid var(--line); }
      main { display: flex; flex-direction: column; min-width: 0; min-height: 0; background: var(--surface); }
      main header { padding: var(--s2) var(--column); border-bottom: 1px solid var(--line); min-height: 64px; display: grid; align-content: center; }
      h1 { font-size: var(--text-big); line-height: 1.35; }
      oc-messages { flex: 1; }
    `,
  ]

  private get subtitle(): string {
    const { audience, view } = this.store
    if (!audience.everyone) {
      const here = view.roster.filter((one) => one.presence !== 'offline' && audience.people.some((person) => person.id === one.id))
      const online = `${here.length} of ${audience.people.length} online`
      if (audience.room) return audience.people.length === 0 ? 'A room with nobody else in it' : `A room, ${online}`
      if (audience.people.length === 1) return here[0] ? presenceWord(here[0].presence) : 'Offline: gets it on coming back'
      return audience.people.length === 0 ? 'Notes that only you see' : online
    }
    return audience.people.length === 0
      ? 'Nobody else has joined yet'
      : `All ${plural(audience.people.length, 'person', 'people')} of this registry`
  }

  private get registryName(): string {
    const { connection } = this.store.view
    if (connection.at === 'signed-out') return ''
    return 'name' in connection.registry ? connection.registry.name : connection.registry.host
  }

  override render() {
    const { me } = this.store.view
    const { audience, newest } = this.store
    return html`
      <div class="app">
        <aside aria-label="People and conversations">
          <div class="me">
            <p class="grow"><strong class="cut" dir="auto">${me?.name}</strong><span class="soft small cut" dir="auto">${this.registryName}</span></p>
            <button type="button" class="icon" aria-label="Settings" title="Settings" @click=${() => this.settings?.show()}>${icon('settings')}</button>
          </div>
          <nav aria-label="Conversations" tabindex="-1"><oc-conversations @picked=${() => this.composer?.focusField()}></oc-conversations></nav>
          <div class="people"><oc-people></oc-people></div>
        </aside>
        <main>
          <header><h1 class="cut" dir="auto" title=${audience.title}>${audience.title}</h1><p class="soft small cut">${this.subtitle}</p></header>
          <oc-connection></oc-connection>
          <oc-messages></oc-messages>
          <oc-composer></oc-composer>
        </main>
      </div>
      <oc-drop-zone></oc-drop-zone>
      <oc-settings></oc-settings>
      <div class="hidden-text" role="log" aria-live="polite" aria-label="New messages">
        ${newest ? `${newest.from.name}: ${newest.body.kind === 'text' ? inOneLine(newest) : `offers ${plural(newest.body.count, 'file')}`}` : nothing}
      </div>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-chat': ChatScreen
  }
}
