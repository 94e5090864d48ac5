/** All transfers: what asks for something, what goes on, what has ended; newest first. */
import { css, html, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Transfer } from '../../bridge.ts'
import { conversationTitle } from '../audience.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { msg, phrase } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { asksForSomething, isOver } from './states.ts'
import './transfer-card.ts'

type Which = 'all' | 'receive' | 'send'

const WHICH: readonly (readonly [Which, string])[] = [
  ['all', phrase('All')],
  ['receive', phrase('To you')],
  ['send', phrase('From you')],
]
/** Ended ones shown at first. */
const FIRST = 50

@customElement('oc-transfers')
export class TransfersPage extends StoreElement {
  @state() private which: Which = 'all'
  @state() private whole = false

  static override styles = [
    controls,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      header { display: flex; align-items: center; gap: var(--s2); min-height: 64px; padding-inline: var(--column); border-block-end: 1px solid var(--line); }
      h1 { font-size: var(--text-big); }
      fieldset { display: flex; flex: none; margin: 0; padding: 3px; border: 0; border-radius: var(--radius); background: var(--well); }
      fieldset label { position: relative; padding: 3px 12px; border-radius: 6px; font-weight: 500; cursor: pointer; }
      fieldset label:has(:checked) { background: var(--raised); box-shadow: 0 1px 2px #0003; }
      fieldset label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
      @media (width < 480px) { fieldset label { padding-inline: 6px; } }
      fieldset input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
      .list { flex: 1; min-height: 0; overflow-y: auto; padding: var(--s3) var(--column) var(--s5); }
      .list:focus-visible { outline-offset: -2px; }
      h2 { margin-block: var(--s4) var(--s2); font-size: var(--text-small); color: var(--ink-soft); }
      h2:first-child { margin-block-start: 0; }
      ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: var(--s3); align-items: start; }
      li { min-width: 0; content-visibility: auto; contain-intrinsic-block-size: auto 140px; }
      .where { max-width: 100%; min-height: 24px; margin-block-end: 2px; padding: 0 var(--s1); font-size: var(--text-small); }
      oc-transfer { max-width: none; }
      .nothing { display: grid; justify-items: center; gap: var(--s1); margin: auto; max-width: 380px; padding: var(--s6) var(--s4); text-align: center; color: var(--ink-soft); }
      .round { display: grid; place-items: center; width: 72px; height: 72px; margin-block-end: var(--s2); border-radius: 50%; background: var(--accent-soft); color: var(--accent-ink); }
      .nothing h2 { margin: 0; color: var(--ink); font-size: var(--text-big); }
      .more { margin-block-start: var(--s3); }
    `,
  ]

  private card(transfer: Transfer) {
    const { store } = this
    const conversation = store.view.conversations.find(({ id }) => id === transfer.conversation)
    const show = () => store.openConversation(transfer.conversation, transfer.message).catch((error) => store.fail(error))
    const mine = transfer.direction === 'send'
    const title = mine ? (conversation ? conversationTitle(conversation) : '') : transfer.from.name
    return html`<li>
      ${conversation ? html`<button type="button" class="plain where" title=${msg('Show it in its conversation')} @click=${show}>${icon(mine ? 'up' : 'down', 14)}<bdi class="cut">${title}</bdi></button>` : nothing}
      <oc-transfer .offer=${transfer} .transfer=${transfer} .from=${transfer.from} .mine=${mine}></oc-transfer></li>`
  }

  private group(title: string, transfers: readonly Transfer[]) {
    if (transfers.length === 0) return nothing
    return html`<h2>${title}</h2><ul aria-label=${title}>${repeat(
      transfers,
      ({ id }) => id,
      (one) => this.card(one),
    )}</ul>`
  }

  override render() {
    const all = this.store.view.transfers.filter(({ direction }) => this.which === 'all' || direction === this.which).reverse()
    const asking = all.filter(asksForSomething)
    const over = all.filter(isOver)
    const going = all.filter((one) => !asksForSomething(one) && !isOver(one))
    return html`
      <header><slot></slot><h1 class="grow cut">${msg('Transfers')}</h1>
        <fieldset><legend class="hidden-text">${msg('Which transfers')}</legend>${WHICH.map(
          ([which, label]) =>
            html`<label><input type="radio" name="which" .checked=${this.which === which} @change=${() => (this.which = which)} />${msg(label)}</label>`,
        )}</fieldset></header>
      <div class="list" tabindex="0" role="region" aria-label=${msg('List of transfers')}>
        ${
          all.length === 0
            ? html`<div class="nothing"><div class="round">${icon('download', 32)}</div><h2>${msg('Nothing handed over yet')}</h2>
              <p>${msg('Drop files or folders into a conversation: they go straight to the other computers.')}</p></div>`
            : nothing
        }
        ${this.group(msg('Waiting for you'), asking)}${this.group(msg('Going on'), going)}
        ${this.group(msg('Ended'), this.whole ? over : over.slice(0, FIRST))}
        ${over.length > FIRST && !this.whole ? html`<button type="button" class="more" @click=${() => (this.whole = true)}>${msg('Show older ones')}</button>` : nothing}
      </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-transfers': TransfersPage
  }
}
