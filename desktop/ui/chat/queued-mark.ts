/** Beneath a message of one's own that the registry does not have: that it waits, or why it was refused; and a way to cancel it. */
import { css, html, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { HistoryMessage } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { wordsFor } from '../words.ts'
import '../parts/error-note.ts'

@customElement('oc-queued')
export class QueuedMark extends StoreElement {
  @property({ attribute: false }) message: HistoryMessage | null = null
  private readonly cancelling = new Action(this)
  private late = false

  static override styles = [
    controls,
    css`
      :host { font-size: var(--text-small); color: var(--ink-soft); max-width: 280px; }
      .row { min-height: 24px; justify-content: flex-end; }
      /* Most are sent before an eye could read this. */
      .sending { animation: appear 0s 400ms both; }
      @keyframes appear { from { visibility: hidden; } }
      .refused { color: var(--ink); }
      .refused svg { color: var(--danger); }
      button { min-height: 24px; }
    `,
  ]

  private cancel(id: string): void {
    this.cancelling.run(async () => {
      this.late = !(await this.store.call('cancelQueued', id))
    })
  }

  override render() {
    if (!this.message) return nothing
    const { id, state, code } = this.message
    const sending = state === 'queued' && this.store.view.connection.at === 'online'
    const cancel = html`<button type="button" class="plain small" ?disabled=${this.cancelling.busy} @click=${() => this.cancel(id)}>${state === 'refused' ? msg('Remove') : msg('Cancel')}</button>`
    const error = html`<oc-error .error=${this.cancelling.error}></oc-error>`
    if (state === 'refused') {
      const { message, next } = wordsFor(code)
      return html`<div class="row refused">${icon('warning', 16)}<p role="status"><strong>${msg('Not sent.')}</strong> ${message} ${next}</p>${cancel}</div>${error}`
    }
    const words = this.late ? msg('It is on its way already') : sending ? msg('Sending…') : msg('Waiting to be sent')
    return html`<div class="row ${sending ? 'sending' : ''}"><span>${words}</span>${this.late ? nothing : cancel}</div>${error}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-queued': QueuedMark
  }
}
