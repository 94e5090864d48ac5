/** The people of the registry: favourites first, then who is here; a box beside each to choose whom to write to. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { RosterEntry } from '../../bridge.ts'
import { conversationKey, personKey } from '../audience.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { byName, lastSeen, presenceWord } from '../format.ts'
import { counted, msg, shownNumber, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { presenceStyles } from '../parts/presence.ts'
import { unreadBadge, unreadStyles } from '../parts/unread.ts'

@customElement('oc-people')
export class PeopleList extends StoreElement {
  private readonly starring = new Action(this)

  static override styles = [
    controls,
    unreadStyles,
    presenceStyles,
    css`
      /* In sight however far one scrolls: how many are selected, and the way to select nobody. */
      header { position: sticky; z-index: 1; inset-block-start: 0; background: var(--bg); display: flex; align-items: center; justify-content: space-between; min-height: 40px; padding-block: var(--s1) 0; padding-inline: var(--s3) var(--s2); }
      h2 { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: var(--text-small); color: var(--ink-soft); }
      header button { min-height: 28px; font-size: var(--text-small); }
      ul { padding: 0 var(--s2) var(--s2); }
      li { position: relative; display: flex; align-items: center; border-radius: var(--radius); content-visibility: auto; contain-intrinsic-block-size: auto 40px; }
      li:hover { background: var(--hover); }
      li:has(:checked) { background: var(--accent-soft); }
      li:has(:checked) .seen { color: var(--ink); }
      label { flex: 1; min-width: 0; display: flex; align-items: center; gap: 10px; min-height: 40px; padding-block: 2px; padding-inline: var(--s2); cursor: pointer; }
      .who { flex: 1; min-width: 0; line-height: 1.3; }
      .who .cut { display: block; }
      .seen { display: block; color: var(--ink-soft); font-size: var(--text-small); }
      /* A star that is not given takes no room: what stands at the edge is at the edge. */
      button.icon { position: absolute; inset-inline-end: var(--s1); width: 28px; min-height: 28px; }
      li:is(:hover, :focus-within, :has([aria-pressed='true'])) label { padding-inline-end: 36px; }
      button.icon[aria-pressed='false'] { opacity: 0; }
      li:is(:hover, :focus-within) button.icon { opacity: 1; }
      button.icon[aria-pressed='true'] { color: var(--away); }
      .nobody { padding: var(--s2) var(--s3) var(--s3); color: var(--ink-soft); }
    `,
  ]

  /** Without a connection nobody can tell who is there. */
  private get connected(): boolean {
    return this.store.view.connection.at === 'online'
  }

  private person(person: RosterEntry, unread: number) {
    const { id, name, presence } = person
    const quiet = presence === 'online' || !this.connected
    const state = !this.connected ? '' : presence === 'offline' ? lastSeen(person.lastSeen, Date.now()) : presenceWord(presence)
    const key = personKey(id)
    const favourite = this.store.view.desk.favourites.includes(key)
    const star = msg(str`${name} is a favourite`)
    return html`<li><label>
      <input type="checkbox" aria-label=${name} aria-describedby="state-${id}" .checked=${this.store.selected.has(id)} @change=${() => this.store.toggle(id)} />
      <span class="dot ${presence}" title=${state}></span>
      <span class="who"><span class="cut" dir="auto">${name}</span>
        <span class=${quiet ? 'hidden-text' : 'seen cut'} id="state-${id}">${state}</span></span>
      ${unreadBadge(unread)}
    </label>
    <button type="button" class="icon" aria-label=${star} title=${favourite ? msg('No longer a favourite') : msg('Make a favourite')} aria-pressed=${favourite}
      @click=${() => this.starring.run(() => this.store.call('setFavourite', key, !favourite))}>${icon(favourite ? 'starred' : 'star', 16)}</button></li>`
  }

  private heading(online: number, all: number): string {
    const { size } = this.store.selected
    if (all === 0) return msg('People')
    if (size > 0) return counted(size, '# selected', '# selected')
    if (!this.connected) return msg('People')
    return msg(str`People · ${shownNumber(online)} of ${shownNumber(all)} online`)
  }

  override render() {
    const { roster, conversations, desk } = this.store.view
    const others = roster.filter((person) => !person.self)
    const stars = new Set(desk.favourites)
    const rank = ({ id, presence }: RosterEntry) => (stars.has(personKey(id)) ? 0 : presence === 'offline' ? 2 : 1)
    const sorted = others.sort((a, b) => rank(a) - rank(b) || byName(a.name, b.name))
    const unread = new Map(conversations.map((conversation) => [conversationKey(conversation), conversation.unread]))
    const online = others.length - others.filter((person) => person.presence === 'offline').length
    return html`
      <header>
        <h2>${this.heading(online, others.length)}</h2>
        ${this.store.selected.size > 0 ? html`<button type="button" class="plain" @click=${() => this.store.select([])}>${msg('Select nobody')}</button>` : nothing}
      </header>
      ${others.length === 0 ? html`<p class="nobody">${msg('Nobody else has joined yet. They will appear here by themselves.')}</p>` : nothing}
      <ul aria-label=${msg('People')}>
        ${repeat(
          sorted,
          (person) => person.id,
          (person) => this.person(person, unread.get(personKey(person.id)) ?? 0),
        )}
      </ul>
      <oc-error .error=${this.starring.error}></oc-error>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-people': PeopleList
  }
}
