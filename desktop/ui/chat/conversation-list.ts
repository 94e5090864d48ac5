/** The conversations, newest first, everyone's among them from the start. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Conversation, HistoryMessage, RoomEntry } from '../../bridge.ts'
import { conversationKey, conversationTitle } from '../audience.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { exactTime, plural, shortWhen } from '../format.ts'
import { inOneLine } from '../saying.ts'
import '../parts/error-note.ts'

@customElement('oc-conversations')
export class ConversationList extends StoreElement {
  private readonly joining = new Action(this)

  static override styles = [
    controls,
    css`
      h2 { padding: var(--s2) var(--s3) var(--s1); font-size: var(--text-small); color: var(--ink-soft); }
      ul { padding: 0 var(--s2); }
      .open { display: flex; align-items: center; gap: var(--s2); min-height: 48px; padding: var(--s1) var(--s2); }
      .open .grow { line-height: 1.3; }
      .open .cut { display: block; }
      oc-error { margin: var(--s2); }
      button.pick {
        display: grid; grid-template-columns: 1fr auto; gap: 0 var(--s2); width: 100%; padding: var(--s1) var(--s2); border: 0;
        min-height: 48px; align-content: center; justify-content: stretch; text-align: left; background: none; font-weight: 400;
      }
      button.pick[aria-current='true'] { background: var(--accent-soft); }
      .title { font-weight: 600; }
      .when, .last { color: var(--ink-soft); font-size: var(--text-small); }
      button[aria-current='true'] :is(.when, .last) { color: var(--ink); }
      .when { align-self: center; }
      .unread {
        align-self: center; justify-self: end; min-width: 20px; padding: 0 6px; border-radius: 10px; background: var(--accent);
        color: var(--on-accent); font-size: var(--text-small); font-weight: 600; line-height: 20px; text-align: center;
      }
    `,
  ]

  private row(conversation: Conversation, current: string) {
    const { last, unread } = conversation
    const pick = () => {
      this.store.choose(conversation)
      this.dispatchEvent(new Event('picked'))
    }
    return html`<li><button type="button" class="pick" aria-current=${conversationKey(conversation) === current} @click=${pick}>
      <span class="title cut" dir="auto">${conversationTitle(conversation)}</span>
      <span class="when" title=${exactTime(last.sentAt)}>${conversation.room ? 'Room · ' : ''}${shortWhen(last.sentAt, Date.now())}</span>
      <span class="last cut" dir="auto">${this.summary(last)}</span>
      ${unread > 0 ? html`<span class="unread" aria-label="${unread} unread">${unread > 999 ? '999+' : unread}</span>` : nothing}
    </button></li>`
  }

  private summary(message: HistoryMessage): string {
    if (message.gone) return inOneLine(message)
    return `${message.from.id === this.store.view.me?.id ? 'You' : message.from.name}: ${inOneLine(message)}`
  }

  override render() {
    const { conversations, rooms } = this.store.view
    const current = this.store.audience.key
    const sorted = [...conversations].sort((a, b) => (a.last.stamp < b.last.stamp ? 1 : -1))
    const everyone = sorted.some((conversation) => conversation.with === 'everyone')
    const spoken = new Set(conversations.map((conversation) => conversation.room?.id))
    return html`
      <h2 id="heading">Conversations</h2>
      <ul aria-labelledby="heading">
        ${repeat(
          sorted,
          (conversation) => conversation.id,
          (conversation) => this.row(conversation, current),
        )}
        ${everyone ? nothing : this.emptyEveryone(current)}
        ${rooms.filter((room) => room.member && !spoken.has(room.id)).map((room) => this.emptyRoom(room, current))}
        ${rooms.filter((room) => room.open && !room.member && !spoken.has(room.id)).map((room) => this.openRoom(room))}
      </ul>
      <oc-error .error=${this.joining.error}></oc-error>
    `
  }

  private emptyEveryone(current: string) {
    return html`<li><button type="button" class="pick" aria-current=${current === 'everyone'} @click=${() => this.store.select([])}>
      <span class="title">Everyone</span><span></span><span class="last">No messages yet</span>
    </button></li>`
  }

  private emptyRoom(room: RoomEntry, current: string) {
    const pick = () => {
      this.store.selectRoom(room)
      this.dispatchEvent(new Event('picked'))
    }
    return html`<li><button type="button" class="pick" aria-current=${current === `room:${room.id}`} @click=${pick}>
      <span class="title cut" dir="auto">${room.name}</span><span class="when">Room</span><span class="last">No messages yet</span>
    </button></li>`
  }

  private openRoom(room: RoomEntry) {
    return html`<li class="open">
      <span class="grow"><span class="title cut" dir="auto">${room.name}</span><span class="last cut">Open room, ${plural(room.members.length, 'person', 'people')}</span></span>
      <button type="button" aria-label="Join ${room.name}" ?disabled=${this.joining.busy}
        @click=${() => this.joining.run(() => this.store.call('joinRoom', room.id))}>Join</button>
    </li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-conversations': ConversationList
  }
}
