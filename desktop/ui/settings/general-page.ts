/** How the app looks and speaks, and when it is there. */
import { html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { SettingsView } from '../../bridge.ts'
import { counted, msg, phrase } from '../i18n/text.ts'
import '../parts/language-picker.ts'
import { SettingsPage } from './page.ts'

const THEMES: readonly (readonly [SettingsView['theme'], string])[] = [
  ['system', phrase('As the system')],
  ['light', phrase('Light')],
  ['dark', phrase('Dark')],
]
/** Minutes. */
const IDLE = [5, 10, 15, 30, 60]

@customElement('oc-settings-general')
export class GeneralPage extends SettingsPage {
  private get idle(): [number, string][] {
    const { idleMinutes } = this.store.view.settings
    const offered = [...new Set([...IDLE, ...(idleMinutes > 0 ? [idleMinutes] : [])])].sort((a, b) => a - b)
    return [
      [0, msg('Never')],
      ...offered.map((minutes): [number, string] => [minutes, counted(minutes, 'After # minute', 'After # minutes')]),
    ]
  }

  override render() {
    const { settings, shell } = this.store.view
    const themes = THEMES.map(([theme, words]) => [theme, msg(words)] as const)
    return html`
      <section>
        <h3>${msg('Appearance')}</h3>
        <div>
          ${this.row(
            msg('Theme'),
            '',
            this.choice(msg('Theme'), settings.theme, themes, (theme) => this.change({ theme })),
          )}
          ${this.row(msg('Language'), '', html`<oc-language-picker></oc-language-picker>`)}
        </div>
      </section>
      <section>
        <h3>${msg('Presence')}</h3>
        <div>${this.row(
          msg('Show me as away'),
          msg('When nobody has used this computer for a while'),
          this.choice(msg('Show me as away'), settings.idleMinutes, this.idle, (idleMinutes) => this.change({ idleMinutes })),
        )}</div>
      </section>
      ${
        shell.autostart || shell.tray
          ? html`<section>
            <h3>${msg('Running')}</h3>
            <div>
              ${shell.autostart ? this.switch(msg('Start with the computer'), msg('When you sign in to it'), settings.autostart, (autostart) => this.change({ autostart })) : nothing}
              ${shell.tray ? this.switch(msg('Keep running when the window is closed'), msg('An icon in the tray opens it again, and quits'), settings.tray, (tray) => this.change({ tray })) : nothing}
            </div>
          </section>`
          : nothing
      }
      ${this.note()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-settings-general': GeneralPage
  }
}
