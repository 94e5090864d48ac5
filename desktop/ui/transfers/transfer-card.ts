/** An offer of files and how it goes: accept, decline, progress, pause, done, failed; for the sender, each recipient. */
import { css, html, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { BodyOf, OfferedFile } from '../../../core/protocol/messages.ts'
import type { Transfer, TransferPart, User } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { bytes } from '../format.ts'
import { counted, msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { progressStyles } from '../parts/progress.ts'
import { folderOf } from '../saying.ts'
import { rateKey } from '../store.ts'
import { shownPath } from '../text.ts'
import './received-files.ts'
import { isEnded, isGoing } from './states.ts'
import { progressLine, receivedLine, sentLine } from './transfer-words.ts'

type Ask = 'accept' | 'decline' | 'cancel' | 'pause' | 'resume' | 'showFolder'

@customElement('oc-transfer')
export class TransferCard extends StoreElement {
  @property({ attribute: false }) offer: Pick<BodyOf<'offer'>, 'files' | 'count' | 'bytes'> | null = null
  @property({ attribute: false }) transfer: Transfer | undefined
  @property({ attribute: false }) from: User | null = null
  @property({ attribute: false }) mine = false
  private readonly action = new Action(this)

  static override styles = [
    controls,
    progressStyles,
    css`
      :host { max-width: 480px; }
      .card { display: grid; gap: var(--s2); padding: 12px var(--s3); border: 1px solid var(--line); border-radius: var(--radius-big); background: var(--raised); }
      .head > svg { color: var(--accent-ink); align-self: flex-start; margin-block-start: 1px; }
      .name { font-weight: 600; overflow-wrap: anywhere; }
      ul.files { display: grid; gap: 2px; margin-block-start: var(--s1); max-height: 200px; overflow-y: auto; }
      ul.files li { display: flex; justify-content: space-between; gap: var(--s3); font-size: var(--text-small); }
      ul.files span { white-space: nowrap; }
      .paused progress::-webkit-progress-value { background: var(--line-strong); }
      .parts { display: grid; gap: var(--s2); max-height: 280px; overflow-y: auto; }
      .parts li { display: grid; gap: var(--s1); }
      .state { overflow-wrap: anywhere; }
      .amount { font-variant-numeric: tabular-nums; }
      .buttons { display: flex; flex-wrap: wrap; gap: var(--s2); padding-block-start: var(--s1); }
    `,
  ]

  private ask(command: Ask): void {
    const id = this.transfer?.id
    if (id) this.action.run(() => this.store.call(command, id))
  }

  private button(command: Ask, label: string, kind = '') {
    return html`<button type="button" class=${kind} ?disabled=${this.action.busy} @click=${() => this.ask(command)}>${label}</button>`
  }

  private head(offer: Pick<BodyOf<'offer'>, 'files' | 'count' | 'bytes'>) {
    const folder = folderOf(offer)
    const many = counted(offer.count, '# file', '# files')
    const title = folder ?? (offer.count === 1 ? shownPath(offer.files[0]?.path ?? msg('a file')) : many)
    return html`<div class="head row">${icon(folder === null ? 'file' : 'folder')}
      <p class="grow"><bdi class="name">${title}</bdi> <span class="soft">· ${folder === null ? nothing : `${many} · `}${bytes(offer.bytes)}</span></p></div>
      ${offer.count > 1 ? this.files(offer) : nothing}`
  }

  private files(offer: { files: readonly OfferedFile[]; count: number }) {
    const more = offer.count - offer.files.length
    return html`<details><summary class="small">${counted(offer.count, 'Show # file', 'Show # files')}</summary>
      <ul class="files" tabindex="0" aria-label=${msg('Files')}>
        ${offer.files.map((file) => html`<li><bdi class="cut" title=${shownPath(file.path)}>${shownPath(file.path)}</bdi><span class="soft">${bytes(file.bytes)}</span></li>`)}
        ${more > 0 ? html`<li class="soft">${counted(more, 'and # more file', 'and # more files')}</li>` : nothing}
      </ul></details>`
  }

  private bar(transfer: Transfer, part: TransferPart, label: string) {
    const { state, rate } = part
    const stands = state === 'paused' || (state === 'failed' && part.bytes > 0)
    if (!isGoing(state) && !stands) return nothing
    if (isGoing(state) && state !== 'moving') return html`<progress aria-label=${label}></progress>`
    const speed = stands ? null : (rate ?? this.store.rates.of(rateKey(transfer, part.user.id)))
    return html`<div class=${stands ? 'paused' : ''}><progress aria-label=${label} max=${Math.max(transfer.bytes, 1)} .value=${part.bytes}></progress></div>
      <span class="soft small amount">${progressLine(part.bytes, transfer.bytes, speed)}</span>`
  }

  private missing({ missing = [], missingCount = missing.length }: TransferPart) {
    if (missing.length === 0) return nothing
    const more = missingCount - missing.length
    return html`<details><summary class="small">${msg('What is missing')}</summary><ul class="files" tabindex="0" aria-label=${msg('What is missing')}>
      ${missing.map(({ path }) => html`<li><bdi class="cut" title=${shownPath(path)}>${shownPath(path)}</bdi></li>`)}
      ${more > 0 ? html`<li class="soft">${counted(more, 'and # more file', 'and # more files')}</li>` : nothing}</ul></details>`
  }

  private receiving(transfer: Transfer) {
    const part = transfer.parts[0]
    const state = part?.state ?? 'offered'
    return html`
      <p class="state" role="status">${receivedLine(transfer, part, this.from?.name ?? '')}</p>
      ${part ? [this.bar(transfer, part, msg('Receiving')), this.missing(part)] : nothing}
      ${transfer.paths && (state === 'done' || state === 'failed') ? html`<oc-received .transfer=${transfer.id}></oc-received>` : nothing}
      <oc-error .error=${this.action.error}></oc-error>
      <div class="buttons" ?hidden=${state === 'declined' || state === 'withdrawn' || state === 'cancelled'}>
        ${state === 'offered' ? [this.button('accept', msg('Accept'), 'main'), this.button('decline', msg('Decline'))] : nothing}
        ${state === 'accepted' || isGoing(state) ? [this.button('pause', msg('Pause')), this.button('cancel', msg('Cancel'))] : nothing}
        ${state === 'paused' ? [this.button('resume', msg('Resume'), 'main'), this.button('cancel', msg('Cancel'))] : nothing}
        ${state === 'done' ? this.button('showFolder', msg('Show in folder')) : nothing}
        ${state === 'failed' ? [this.button('resume', msg('Try again'), 'main'), this.button('cancel', msg('Give up'))] : nothing}
      </div>`
  }

  private sending(transfer: Transfer) {
    const open = transfer.parts.length === 0 || transfer.parts.some((part) => !isEnded(part.state))
    const { skipped = [], paused, queued } = transfer
    return html`
      ${queued ? html`<p class="state" role="status">${msg('Waiting to be offered')}</p>` : nothing}
      <ul class="parts" aria-label=${msg('Recipients')}>
        ${transfer.parts.map(
          (part) =>
            html`<li><p class="state">${sentLine(part)}</p>${this.bar(transfer, part, msg(str`Sending to ${part.user.name}`))}${this.missing(part)}</li>`,
        )}
        ${transfer.parts.length === 0 && !queued ? html`<li class="soft">${msg('Waiting for an answer.')}</li>` : nothing}
      </ul>
      ${
        skipped.length > 0
          ? html`<details><summary class="small">${counted(skipped.length, '# was left out', '# were left out')}</summary>
            <ul class="files" tabindex="0" aria-label=${msg('Left out')}>${skipped.map((one) => html`<li>${shownPath(one)}</li>`)}</ul></details>`
          : nothing
      }
      <oc-error .error=${this.action.error}></oc-error>
      ${
        open
          ? html`<div class="buttons">${queued ? nothing : paused ? this.button('resume', msg('Resume'), 'main') : this.button('pause', msg('Pause'))}${this.button('cancel', msg('Take back'))}</div>`
          : nothing
      }`
  }

  override render() {
    const { offer, transfer, mine } = this
    if (!offer) return nothing
    return html`<section class="card" role="group" aria-label=${mine ? msg('Files from you') : msg(str`Files from ${this.from?.name ?? ''}`)}>
      ${this.head(offer)}
      ${transfer ? (mine ? this.sending(transfer) : this.receiving(transfer)) : html`<p class="soft">${msg('These files are no longer on offer.')}</p>`}
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-transfer': TransferCard
  }
}
