/** A conversation without messages: what it would be. */
import { css, html } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'

@customElement('oc-nothing-said')
export class NothingSaid extends StoreElement {
  static override styles = [
    controls,
    css`
      :host { margin: auto; padding: var(--s4); max-width: 380px; text-align: center; color: var(--ink-soft); }
      .round { display: grid; place-items: center; width: 72px; height: 72px; margin: 0 auto var(--s3); border-radius: 50%; background: var(--accent-soft); color: var(--accent-ink); }
      .round.everyone { background: var(--wide-soft); color: var(--wide-ink); }
      h2 { color: var(--ink); font-size: var(--text-big); margin-block-end: var(--s1); overflow-wrap: anywhere; }
    `,
  ]

  override render() {
    const { audience } = this.store
    const { everyone, title } = audience
    // While there is nobody to tick, that one could is no help.
    const told =
      everyone && audience.people.length > 0
        ? msg('What you write here goes to everyone. Tick people on the left to write to them alone.')
        : msg('Write a message below, or drop files into the window.')
    return html`<div class="round ${everyone ? 'everyone' : ''}">${icon(everyone ? 'people' : audience.room ? 'room' : 'bubble', 32)}</div>
      <h2>${everyone ? msg('Say hello') : msg(html`Nothing said yet with <bdi>${title}</bdi>`)}</h2>
      <p>${told}</p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-nothing-said': NothingSaid
  }
}
