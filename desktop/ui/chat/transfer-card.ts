/** An offer of files in the stream of messages, and how it goes: accept, decline, progress, done, failed. */
import { css, html, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { BodyOf, OfferedFile } from '../../../core/protocol/messages.ts'
import type { Transfer, TransferPart, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { bytes, plural } from '../format.ts'
import { icon } from '../icons.ts'
import { rateKey } from '../store.ts'
import { shownPath } from '../text.ts'
import '../parts/error-note.ts'
import { isEnded, isGoing, progressLine, receivedLine, sentLine } from './transfer-words.ts'

@customElement('oc-transfer')
export class TransferCard extends StoreElement {
  @property({ attribute: false }) offer: BodyOf<'offer'> | null = null
  @property({ attribute: false }) transfer: Transfer | undefined
  @property({ attribute: false }) from: User | null = null
  @property({ attribute: false }) mine = false
  private readonly action = new Action(this)

  static override styles = [
    controls,
    css`
      :host { max-width: 480px; }
      .card { display: grid; gap: var(--s2); padding: 12px var(--s3); border: 1px solid var(--line); border-radius: var(--radius-big); background: var(--raised); }
      .head > svg { color: var(--accent-ink); }
      .name { font-weight: 600; overflow-wrap: anywhere; }
      ul.files { display: grid; gap: 2px; margin-top: var(--s1); max-height: 200px; overflow-y: auto; }
      ul.files li { display: flex; justify-content: space-between; gap: var(--s3); font-size: var(--text-small); }
      progress { appearance: none; display: block; width: 100%; height: 6px; border: 0; border-radius: 3px; overflow: hidden; background: var(--well); }
      progress::-webkit-progress-bar { background: var(--well); }
      progress::-webkit-progress-value { background: var(--accent); border-radius: 3px; }
      progress::-moz-progress-bar { background: var(--accent); }
      .parts { display: grid; gap: var(--s2); }
      .parts li { display: grid; gap: var(--s1); }
      .state { overflow-wrap: anywhere; }
      .buttons { display: flex; flex-wrap: wrap; gap: var(--s2); padding-top: var(--s1); }
    `,
  ]

  private ask(command: 'accept' | 'decline' | 'cancel' | 'showFolder'): void {
    const id = this.transfer?.id
    if (id) this.action.run(() => this.store.call(command, id))
  }

  private button(command: 'accept' | 'decline' | 'cancel' | 'showFolder', label: string, kind = '') {
    return html`<button type="button" class=${kind} ?disabled=${this.action.busy} @click=${() => this.ask(command)}>${label}</button>`
  }

  private head(offer: { files: readonly OfferedFile[]; count: number; bytes: number }) {
    const [only] = offer.files
    const title = offer.count === 1 && only ? shownPath(only.path) : plural(offer.count, 'file')
    return html`<div class="head row">${icon(offer.count === 1 ? 'file' : 'folder')}
      <p class="grow"><bdi class="name">${title}</bdi> <span class="soft">· ${bytes(offer.bytes)}</span></p></div>
      ${offer.count > 1 ? this.files(offer) : nothing}`
  }

  private files(offer: { files: readonly OfferedFile[]; count: number }) {
    const more = offer.count - offer.files.length
    return html`<details><summary class="small">Show ${plural(offer.count, 'file')}</summary>
      <ul class="files" tabindex="0" aria-label="Files">
        ${offer.files.map((file) => html`<li><bdi class="cut" title=${shownPath(file.path)}>${shownPath(file.path)}</bdi><span class="soft">${bytes(file.bytes)}</span></li>`)}
        ${more > 0 ? html`<li class="soft">and ${plural(more, 'more file', 'more files')}</li>` : nothing}
      </ul></details>`
  }

  private bar(transfer: Transfer, part: TransferPart, label: string) {
    if (!isGoing(part.state)) return nothing
    if (part.state !== 'moving') return html`<progress aria-label=${label}></progress>`
    return html`<progress aria-label=${label} max=${Math.max(transfer.bytes, 1)} .value=${part.bytes}></progress>
      <span class="soft small">${progressLine(part.bytes, transfer.bytes, this.store.rates.of(rateKey(transfer, part.user.id)))}</span>`
  }

  private receiving(transfer: Transfer) {
    const part = transfer.parts[0]
    const state = part?.state ?? 'offered'
    return html`
      <p class="state" role="status">${receivedLine(transfer, part, this.from?.name ?? '')}</p>
      ${part ? this.bar(transfer, part, 'Receiving') : nothing}
      <oc-error .error=${this.action.error}></oc-error>
      <div class="buttons" ?hidden=${state === 'declined' || state === 'withdrawn' || state === 'cancelled'}>
        ${state === 'offered' ? [this.button('accept', 'Accept', 'main'), this.button('decline', 'Decline')] : nothing}
        ${state === 'accepted' || isGoing(state) ? this.button('cancel', 'Cancel') : nothing}
        ${state === 'done' ? this.button('showFolder', 'Show in folder') : nothing}
        ${state === 'failed' ? [this.button('accept', 'Try again', 'main'), this.button('cancel', 'Give up')] : nothing}
      </div>`
  }

  private sending(transfer: Transfer) {
    const open = transfer.parts.length === 0 || transfer.parts.some((part) => !isEnded(part.state))
    return html`
      <ul class="parts" aria-label="Recipients">
        ${transfer.parts.map(
          (part) => html`<li><p class="state">${sentLine(part)}</p>${this.bar(transfer, part, `Sending to ${part.user.name}`)}</li>`,
        )}
        ${transfer.parts.length === 0 ? html`<li class="soft">Waiting for an answer.</li>` : nothing}
      </ul>
      <oc-error .error=${this.action.error}></oc-error>
      ${open ? html`<div class="buttons">${this.button('cancel', 'Take back')}</div>` : nothing}`
  }

  override render() {
    const { offer, transfer, mine } = this
    if (!offer) return nothing
    return html`<section class="card" role="group" aria-label="Files from ${mine ? 'you' : (this.from?.name ?? '')}">
      ${this.head(offer)}
      ${transfer ? (mine ? this.sending(transfer) : this.receiving(transfer)) : html`<p class="soft">These files are no longer on offer.</p>`}
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-transfer': TransferCard
  }
}
