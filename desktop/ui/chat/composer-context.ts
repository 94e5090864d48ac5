/** Above the field: the message that is answered, or the one that is edited, and a way out of it. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { HistoryMessage } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { inOneLine } from '../saying.ts'

@customElement('oc-composer-context')
export class ComposerContext extends StoreElement {
  /** The message that is answered, as it was fetched: a draft may answer one that is not on the page. */
  private answered: HistoryMessage | null = null

  static override styles = [
    controls,
    css`
      .context { display: flex; align-items: center; gap: var(--s2); min-height: 36px; padding-inline: 12px var(--s1); border-block-end: 1px solid var(--line); color: var(--ink-soft); font-size: var(--text-small); }
      .context.editing { background: var(--accent-soft); color: var(--accent-ink); font-weight: 600; border-block-end: 0; }
      strong { color: var(--ink); font-weight: 600; }
      button.icon { width: 28px; min-height: 28px; margin-inline-start: auto; }
      svg { flex: none; }
    `,
  ]

  override willUpdate(): void {
    const { store } = this
    const reply = store.drafts.get(store.audience.key)?.reply
    if (reply === undefined || this.answered?.id === reply) return
    const here = store.histories.get(store.audience.conversation?.id ?? '').messages.find(({ id }) => id === reply)
    if (here) this.answered = here
    else if (this.answered?.id !== reply)
      store
        .call('message', reply)
        .then((message) => {
          this.answered = message
          if (!message) store.setReply(store.audience.key, null)
          this.requestUpdate()
        })
        .catch((error) => store.fail(error))
  }

  override render() {
    const { store } = this
    const end = (label: string, click: () => void) =>
      html`<button type="button" class="icon" aria-label=${label} title=${label} @click=${click}>${icon('close', 16)}</button>`
    if (store.editing)
      return html`<div class="context editing">${icon('pen', 16)}<span class="grow cut">${msg('Editing a message')}</span>${end(msg('Stop editing'), () => store.edit(null))}</div>`
    const { key } = store.audience
    const reply = store.drafts.get(key)?.reply
    if (reply === undefined || this.answered?.id !== reply) return nothing
    const whose = this.answered.from.id === store.view.me?.id ? msg('You') : this.answered.from.name
    return html`<div class="context">${icon('reply', 16)}
      <span class="cut" dir="auto"><span class="hidden-text">${msg(str`Answering ${whose}`)}: </span><strong aria-hidden="true">${whose}</strong> ${inOneLine(this.answered)}</span>
      ${end(msg('Do not answer it'), () => store.setReply(key, null))}</div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-composer-context': ComposerContext
  }
}
