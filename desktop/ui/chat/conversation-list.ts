/** The conversations, newest first, everyone's among them from the start. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Conversation, HistoryMessage } from '../../bridge.ts'
import { conversationKey, conversationTitle, peopleOf } from '../audience.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { exactTime, plural, shortWhen } from '../format.ts'
import { shownPath } from '../text.ts'

@customElement('oc-conversations')
export class ConversationList extends StoreElement {
  static override styles = [
    controls,
    css`
      h2 { padding: var(--s2) var(--s3) var(--s1); font-size: var(--text-small); color: var(--ink-soft); }
      ul { padding: 0 var(--s2); }
      button {
        display: grid; grid-template-columns: 1fr auto; gap: 0 var(--s2); width: 100%; padding: var(--s1) var(--s2); border: 0;
        min-height: 48px; align-content: center; justify-content: stretch; text-align: left; background: none; font-weight: 400;
      }
      button[aria-current='true'] { background: var(--accent-soft); }
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
      this.store.select(peopleOf(conversation, this.store.view.me))
      this.dispatchEvent(new Event('picked'))
    }
    return html`<li><button type="button" aria-current=${conversationKey(conversation) === current} @click=${pick}>
      <span class="title cut" dir="auto">${conversationTitle(conversation)}</span>
      <span class="when" title=${exactTime(last.sentAt)}>${shortWhen(last.sentAt, Date.now())}</span>
      <span class="last cut" dir="auto">${this.summary(last)}</span>
      ${unread > 0 ? html`<span class="unread" aria-label="${unread} unread">${unread > 999 ? '999+' : unread}</span>` : nothing}
    </button></li>`
  }

  private summary(message: HistoryMessage): string {
    const { body, from } = message
    const what =
      body.kind === 'text'
        ? body.text.slice(0, 200)
        : body.count === 1
          ? shownPath(body.files[0]?.path ?? 'a file')
          : plural(body.count, 'file')
    return `${from.id === this.store.view.me?.id ? 'You' : from.name}: ${what}`
  }

  override render() {
    const { conversations } = this.store.view
    const current = this.store.audience.key
    const sorted = [...conversations].sort((a, b) => (a.last.stamp < b.last.stamp ? 1 : -1))
    const everyone = sorted.some((conversation) => conversation.with === 'everyone')
    return html`
      <h2 id="heading">Conversations</h2>
      <ul aria-labelledby="heading">
        ${repeat(
          sorted,
          (conversation) => conversation.id,
          (conversation) => this.row(conversation, current),
        )}
        ${everyone ? nothing : this.emptyEveryone(current)}
      </ul>
    `
  }

  private emptyEveryone(current: string) {
    return html`<li><button type="button" aria-current=${current === 'everyone'} @click=${() => this.store.select([])}>
      <span class="title">Everyone</span><span></span><span class="last">No messages yet</span>
    </button></li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-conversations': ConversationList
  }
}
