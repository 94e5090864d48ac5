/** Whom it goes to, named and counted: one chip for each person selected, taken away by a click. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { User } from '../../bridge.ts'
import { countPeople } from '../audience.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { counted, msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'

/** Chips that are shown; the others are counted. */
const MOST = 8

@customElement('oc-audience')
export class AudienceBar extends StoreElement {
  static override styles = [
    controls,
    css`
      .bar { display: flex; align-items: center; gap: var(--s2); min-height: 36px; padding-block: 3px; padding-inline: 12px var(--s1); background: var(--accent-soft); color: var(--accent-ink); font-weight: 600; }
      .bar.everyone { background: var(--wide-soft); color: var(--wide-ink); }
      ul { display: flex; flex-wrap: wrap; gap: var(--s1); flex: 1; min-width: 0; max-height: 64px; overflow-y: auto; }
      li { display: flex; align-items: center; max-width: 200px; padding-inline-start: 10px; border: 1px solid var(--accent); border-radius: 14px; background: var(--raised); color: var(--accent-ink); font-weight: 500; line-height: 24px; }
      li.more { padding-inline: 10px; }
      li button.icon, .bar > button.icon { width: 24px; min-height: 24px; color: inherit; border-radius: 12px; }
      .bar > button.icon { width: 28px; min-height: 28px; }
      .count { font-weight: 500; white-space: nowrap; }
    `,
  ]

  private chip({ id, name }: User) {
    return html`<li><bdi class="cut">${name}</bdi><button type="button" class="icon" aria-label=${msg(str`Remove ${name}`)} @click=${() => this.store.toggle(id)}>${icon('close', 12)}</button></li>`
  }

  override render() {
    const { everyone, room, label, people } = this.store.audience
    const chips = !everyone && !room && people.length > 0
    const more = people.length - MOST
    const away = msg('Select nobody: write to everyone')
    return html`<div class="bar ${everyone ? 'everyone' : ''}">
      ${icon(everyone ? 'people' : room ? 'room' : 'bubble', 16)}
      ${
        chips
          ? html`<ul aria-label=${msg('Selected people')}>${people.slice(0, more > 0 ? MOST - 1 : MOST).map((person) => this.chip(person))}
              ${more > 0 ? html`<li class="more">${counted(more + 1, '# more', '# more')}</li>` : nothing}</ul>
            <span class="count" aria-hidden="true">${countPeople(people)}</span><span class="hidden-text">${label}</span>`
          : html`<span class="cut grow" title=${label}>${label}</span>`
      }
      ${everyone ? nothing : html`<button type="button" class="icon" aria-label=${away} title=${away} @click=${() => this.store.select([])}>${icon('close', 16)}</button>`}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-audience': AudienceBar
  }
}
