/** What has arrived: pictures and films to be seen, files to be opened, their checksums. Asked of the host once it is in sight. */
import { css, html, nothing, type PropertyValues } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Checksum, ReceivedFile } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { shownPath } from '../text.ts'

/** Pictures and films shown, and files listed, of one transfer. */
const SHOWN = 4
const LISTED = 5

@customElement('oc-received')
export class ReceivedFiles extends StoreElement {
  @property({ attribute: false }) transfer = ''
  @state() private files: readonly ReceivedFile[] = []
  @state() private sums: readonly Checksum[] | null = null
  /** Those the browser could not make out, whatever their first bytes said. */
  @state() private broken: ReadonlySet<number> = new Set()
  private readonly asking = new Action(this)
  private readonly summing = new Action(this)

  static override styles = [
    controls,
    css`
      :host { display: grid; gap: var(--s2); }
      .media { display: flex; flex-wrap: wrap; gap: var(--s2); }
      .media button { display: block; min-height: 0; padding: 0; border: 0; border-radius: var(--radius); overflow: hidden; background: var(--well); }
      img, video { display: block; max-width: 100%; max-height: 240px; border-radius: var(--radius); background: var(--well); object-fit: contain; }
      video { width: 100%; }
      .media.many { display: grid; grid-template-columns: 1fr 1fr; }
      .media.many:has(> :nth-child(3):last-child) { grid-template-columns: 1fr 1fr 1fr; }
      .media.many :is(img, video) { width: 100%; height: auto; aspect-ratio: 4 / 3; object-fit: cover; }
      ul.list { display: grid; }
      ul.list button { display: flex; justify-content: flex-start; gap: var(--s2); width: 100%; min-height: 28px; padding: 0 var(--s1); border-color: transparent; background: none; font-weight: 400; }
      ul.list button:hover { background: var(--hover); }
      dl { display: grid; gap: var(--s1); margin-block-start: var(--s1); }
      dd { font: 11px / 1.5 var(--mono); overflow-wrap: anywhere; user-select: all; direction: ltr; text-align: start; }
    `,
  ]

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has('transfer')) return
    this.files = []
    this.sums = null
    this.asking.run(async () => {
      this.files = await this.store.call('received', this.transfer)
    })
  }

  private open(index: number): void {
    this.asking.run(() => this.store.call('open', this.transfer, index))
  }

  private sum(event: Event): void {
    if (!(event.target as HTMLDetailsElement).open || this.sums) return
    this.summing.run(async () => {
      this.sums = await this.store.call('checksums', this.transfer)
    })
  }

  private media({ index, name, media }: ReceivedFile) {
    const address = `media/${this.transfer}/${index}`
    const failed = () => {
      this.broken = new Set([...this.broken, index])
    }
    if (media?.kind === 'video')
      return html`<video src=${address} controls preload="metadata" aria-label=${shownPath(name)} @error=${failed}></video>`
    // Its size is known before it is here, so that nothing moves when it comes.
    return html`<button type="button" aria-label=${msg(str`Open ${shownPath(name)}`)} title=${shownPath(name)} @click=${() => this.open(index)}>
      <img src=${address} alt="" loading="lazy" decoding="async" width=${media?.width ?? nothing} height=${media?.height ?? nothing} @error=${failed} /></button>`
  }

  override render() {
    const shown = this.files.filter(({ media, index }) => media && !this.broken.has(index)).slice(0, SHOWN)
    const listed = this.files.filter((file) => !shown.includes(file) && file.opens).slice(0, LISTED)
    const plain = this.files.some(({ folder }) => !folder)
    return html`
      ${shown.length > 0 ? html`<div class="media ${shown.length > 1 ? 'many' : ''}">${shown.map((file) => this.media(file))}</div>` : nothing}
      ${
        listed.length > 0
          ? html`<ul class="list" aria-label=${msg('Received files')}>${listed.map(
              ({ index, name }) =>
                html`<li><button type="button" aria-label=${msg(str`Open ${shownPath(name)}`)} @click=${() => this.open(index)}>${icon('open', 16)}<bdi class="cut">${shownPath(name)}</bdi></button></li>`,
            )}</ul>`
          : nothing
      }
      ${
        plain
          ? html`<details @toggle=${this.sum}><summary class="small">${msg('Checksum')}</summary>
            ${this.sums ? html`<dl>${this.sums.map(({ name, sha256 }) => html`<div><dt class="small soft cut"><bdi>${shownPath(name)}</bdi> · SHA-256</dt><dd>${sha256}</dd></div>`)}</dl>` : html`<p class="small soft" role="status">${this.summing.busy ? msg('Reading…') : nothing}</p>`}
            <oc-error .error=${this.summing.error}></oc-error></details>`
          : nothing
      }
      <oc-error .error=${this.asking.error}></oc-error>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-received': ReceivedFiles
  }
}
