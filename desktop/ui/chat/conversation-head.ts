/** Above the messages: with whom, who of them is there, and what can be done with the conversation. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { Audience } from '../audience.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { lastSeen, presenceWord } from '../format.ts'
import { counted, msg, shownNumber, str } from '../i18n/text.ts'
import { type IconName, icon } from '../icons.ts'
import '../parts/error-note.ts'
import './room-dialog.ts'
import type { RoomDialog } from './room-dialog.ts'

@customElement('oc-conversation-head')
export class ConversationHead extends StoreElement {
  private readonly action = new Action(this)
  @query('oc-room') private readonly room?: RoomDialog

  static override styles = [
    controls,
    css`
      header { display: flex; align-items: center; gap: var(--s1); min-height: 64px; padding-block: var(--s2); padding-inline: var(--column) max(var(--s2), calc(var(--column) - 6px)); border-block-end: 1px solid var(--line); }
      h1 { font-size: var(--text-big); line-height: 1.35; }
      button[aria-pressed='true'] { color: var(--accent-ink); }
    `,
  ]

  private subtitle({ everyone, people, room, outside }: Audience): string {
    const all = people.length
    if (everyone) return all === 0 ? msg('Nobody else has joined yet') : counted(all, 'You and # other person', 'You and # others')
    if (outside) return msg('You are not in this room')
    if (all > 0 && this.store.view.connection.at !== 'online') return msg('Who is there shows once there is a connection')
    const ids = new Set(people.map(({ id }) => id))
    const here = this.store.view.roster.filter((one) => one.presence !== 'offline' && ids.has(one.id))
    const online = msg(str`${shownNumber(here.length)} of ${shownNumber(all)} online`)
    if (room) return all === 0 ? msg('A room with nobody else in it') : msg(str`A room, ${online}`)
    if (all === 0) return msg('Notes that only you see')
    if (all > 1) return online
    if (here[0]) return presenceWord(here[0].presence)
    const known = this.store.view.roster.find(({ id }) => ids.has(id))
    return known ? msg(str`Offline, ${lastSeen(known.lastSeen, Date.now())}: gets it on coming back`) : msg('Has left this registry')
  }

  private toggle(icons: readonly [on: IconName, off: IconName], label: string, on: boolean, ask: () => Promise<unknown>) {
    return html`<button type="button" class="icon" aria-label=${label} title=${label} aria-pressed=${on} ?disabled=${this.action.busy} @click=${() => this.action.run(ask)}>${icon(on ? icons[0] : icons[1])}</button>`
  }

  override render() {
    const { audience, view } = this.store
    const { key, title, conversation, room, everyone, people } = audience
    const id = conversation?.id ?? view.rooms.find((one) => one.id === room)?.conversation
    const muted = id !== undefined && view.desk.muted.includes(id)
    const favourite = view.desk.favourites.includes(key)
    const canStar = room !== null || (!everyone && people.length === 1)
    const manage = msg('About this room')
    return html`<header><slot></slot>
        <div class="grow"><h1 class="cut" dir=${room || people.length === 1 ? 'auto' : nothing} title=${title}>${title}</h1><p class="soft small cut">${this.subtitle(audience)}</p></div>
        ${canStar ? this.toggle(['starred', 'star'], msg('Favourite'), favourite, () => this.store.call('setFavourite', key, !favourite)) : nothing}
        ${id === undefined ? nothing : this.toggle(['quiet', 'bell'], msg('Mute'), muted, () => this.store.call('setMuted', id, !muted))}
        ${room && !audience.outside ? html`<button type="button" class="icon" aria-label=${manage} title=${manage} @click=${() => room && this.room?.show(room)}>${icon('people')}</button>` : nothing}
      </header>
      <oc-error .error=${this.action.error}></oc-error><oc-room></oc-room>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-conversation-head': ConversationHead
  }
}
