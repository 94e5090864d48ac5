/** What the person is told of while the window is elsewhere. */
import { html, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { msg } from '../i18n/text.ts'
import { SettingsPage } from './page.ts'

@customElement('oc-settings-notifications')
export class NotificationsPage extends SettingsPage {
  @state() private permission = Notification.permission

  /** A browser asks the person once, and only at a click. */
  private async notify(on: boolean): Promise<void> {
    if (on) this.permission = await Notification.requestPermission()
    this.change({ notifications: on })
  }

  override render() {
    const { settings } = this.store.view
    const refused = settings.notifications && this.permission !== 'granted'
    return html`
      <section>
        <div>
          ${this.switch(msg('Notifications'), msg('One for each conversation, however much is said'), settings.notifications, (on) => this.notify(on))}
          ${this.switch(msg('Show what was written'), msg('Otherwise only who wrote'), settings.previews, (previews) => this.change({ previews }))}
          ${this.switch(msg('Sound'), msg('A short tone with each notification'), settings.sound, (sound) => this.change({ sound }))}
          ${this.switch(msg('Do not disturb'), msg('No notifications, and others see you as busy'), settings.presence === 'busy', (on) => this.change({ presence: on ? 'busy' : 'online' }))}
        </div>
        ${
          refused
            ? html`<div class="card"><p>${msg('This window may not show notifications yet.')}</p>
              <p class="soft small">${this.permission === 'denied' ? msg('They were refused: allow them in the browser’s settings for this page.') : msg('The browser asks once.')}</p>
              ${this.permission === 'default' ? html`<div><button type="button" @click=${() => this.notify(true)}>${msg('Allow notifications')}</button></div>` : nothing}</div>`
            : nothing
        }
        <p class="soft small">${msg('A single conversation is muted by the bell above its messages.')}</p>
      </section>
      ${this.note()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings-notifications': NotificationsPage
  }
}
