/** The conversations, what is new first, everyone's among them from the start; and the rooms one can join or make. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Conversation, RoomEntry } from '../../bridge.ts'
import { conversationKey, conversationTitle } from '../audience.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { exactTime, shortWhen } from '../format.ts'
import { counted, msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { unreadBadge, unreadStyles } from '../parts/unread.ts'
import { inOneLine } from '../saying.ts'
import './room-dialog.ts'
import type { RoomDialog } from './room-dialog.ts'

@customElement('oc-conversations')
export class ConversationList extends StoreElement {
  private readonly joining = new Action(this)
  @query('oc-room') private readonly room?: RoomDialog

  static override styles = [
    controls,
    unreadStyles,
    css`
      header { display: flex; align-items: center; justify-content: space-between; min-height: 36px; padding-inline: var(--s3) var(--s2); }
      h2 { font-size: var(--text-small); color: var(--ink-soft); }
      header button.icon { width: 28px; min-height: 28px; }
      ul { padding: 0 var(--s2); }
      .open { display: flex; align-items: center; gap: var(--s2); min-height: 48px; padding: var(--s1) var(--s2); }
      .open .grow { line-height: 1.3; }
      .open .cut { display: block; }
      oc-error { margin: var(--s2); }
      button.pick {
        display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 var(--s2); width: 100%; padding: var(--s1) var(--s2); border: 0;
        min-height: 48px; align-content: center; justify-content: stretch; text-align: start; background: none; font-weight: 400;
      }
      button.pick:hover { background: var(--hover); }
      button.pick[aria-current='true'] { background: var(--accent-soft); }
      .title { display: flex; align-items: center; gap: 6px; min-width: 0; font-weight: 600; }
      .title svg { color: var(--ink-soft); }
      .when, .last { color: var(--ink-soft); font-size: var(--text-small); }
      .draft { color: var(--danger); font-style: normal; }
      button[aria-current='true'] :is(.when, .last, .draft) { color: var(--ink); }
      .when { align-self: center; white-space: nowrap; }
    `,
  ]

  /** To the conversation so many below the one shown, in the order of the list. */
  step(by: number): void {
    const sorted = this.sorted()
    const at = sorted.findIndex((conversation) => conversationKey(conversation) === this.store.audience.key)
    const next = sorted[at < 0 ? (by > 0 ? 0 : sorted.length - 1) : at + by]
    if (next) this.store.choose(next)
  }

  private sorted(): Conversation[] {
    return [...this.store.view.conversations].sort((a, b) => (a.last.stamp < b.last.stamp ? 1 : -1))
  }

  private pick(choose: () => void): void {
    choose()
    this.dispatchEvent(new Event('picked'))
  }

  private row(conversation: Conversation, current: string) {
    const { last, unread, id, room } = conversation
    const key = conversationKey(conversation)
    const muted = this.store.view.desk.muted.includes(id)
    return html`<li><button type="button" class="pick" aria-current=${key === current} @click=${() => this.pick(() => this.store.choose(conversation))}>
      <span class="title">${room ? icon('room', 14) : nothing}<span class="cut" dir="auto">${conversationTitle(conversation)}</span>${
        muted ? html`${icon('quiet', 14)}<span class="hidden-text">${msg('muted')}</span>` : nothing
      }</span>
      <span class="when" title=${exactTime(last.sentAt)}>${shortWhen(last.sentAt, Date.now())}</span>
      ${key !== current && this.store.drafts.has(key) ? this.draft(key) : html`<span class="last cut" dir="auto">${this.summary(conversation)}</span>`}
      ${unreadBadge(unread, muted)}
    </button></li>`
  }

  private draft(key: string) {
    return html`<span class="last cut" dir="auto"><span class="draft">${msg('Draft:')}</span> ${this.store.draft(key).slice(0, 200)}</span>`
  }

  /** What was said last, and by whom, where the title above does not say so. */
  private summary({ last, room, with: others }: Conversation): string {
    const mine = last.from.id === this.store.view.me?.id
    if (last.gone || (!mine && !room && others.length === 1)) return inOneLine(last)
    return `${mine ? msg('You') : last.from.name}: ${inOneLine(last)}`
  }

  override render() {
    const { rooms } = this.store.view
    const current = this.store.page === 'chat' ? this.store.audience.key : ''
    const sorted = this.sorted()
    const everyone = sorted.some((conversation) => conversation.with === 'everyone')
    const spoken = new Set(sorted.map((conversation) => conversation.room?.id))
    const make = msg('New room')
    return html`
      <header><h2 id="heading">${msg('Conversations')}</h2>
        <button type="button" class="icon" aria-label=${make} title=${make} @click=${() => this.room?.show(null)}>${icon('plus', 16)}</button></header>
      <ul aria-labelledby="heading">
        ${repeat(
          sorted,
          (conversation) => conversation.id,
          (conversation) => this.row(conversation, current),
        )}
        ${everyone ? nothing : this.silent('everyone', msg('Everyone'), false, current, () => this.store.select([]))}
        ${rooms.filter((room) => room.member && !spoken.has(room.id)).map((room) => this.silent(`room:${room.id}`, room.name, true, current, () => this.store.selectRoom(room)))}
        ${rooms.filter((room) => room.open && !room.member && !spoken.has(room.id)).map((room) => this.openRoom(room))}
      </ul>
      <oc-error .error=${this.joining.error}></oc-error><oc-room></oc-room>
    `
  }

  private silent(key: string, title: string, room: boolean, current: string, choose: () => void) {
    return html`<li><button type="button" class="pick" aria-current=${key === current} @click=${() => this.pick(choose)}>
      <span class="title">${room ? icon('room', 14) : nothing}<span class="cut" dir="auto">${title}</span></span><span></span>
      ${key !== current && this.store.drafts.has(key) ? this.draft(key) : html`<span class="last">${msg('No messages yet')}</span>`}
    </button></li>`
  }

  /** Whoever joins wants to be there: what is typed next must not go to where one was before. */
  private async join(room: RoomEntry): Promise<void> {
    if (await this.joining.run(() => this.store.call('joinRoom', room.id))) this.pick(() => this.store.selectRoom(room))
  }

  private openRoom(room: RoomEntry) {
    const many = counted(room.size ?? room.members.length, 'Open room, # person', 'Open room, # people')
    return html`<li class="open">
      <span class="grow"><span class="title">${icon('room', 14)}<span class="cut" dir="auto">${room.name}</span></span><span class="last cut">${many}</span></span>
      <button type="button" ?disabled=${this.joining.busy}
        @click=${() => this.join(room)}><span>${msg('Join')}<span class="hidden-text"> ${room.name}</span></span></button>
    </li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-conversations': ConversationList
  }
}
