/** Where one writes: the audience named and counted above, Enter sends, files are attached. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { live } from 'lit/directives/live.js'
import type { Audience } from '../audience.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { fieldFiles } from '../files.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'

/** As many characters as the registry takes in one message. */
const MOST = 65_536

@customElement('oc-composer')
export class Composer extends StoreElement {
  private readonly picking = new Action(this)
  private readonly joining = new Action(this)
  private errorOf = ''
  @query('textarea') private readonly field?: HTMLTextAreaElement
  @query('#files') private readonly files?: HTMLInputElement
  @query('#folder') private readonly folder?: HTMLInputElement

  static override styles = [
    controls,
    css`
      :host { padding: 0 var(--column) var(--s3); }
      form { border: 1px solid var(--line-strong); border-radius: var(--radius-big); background: var(--raised); overflow: hidden; }
      form:focus-within { border-color: var(--accent); outline: 1px solid var(--accent); }
      .audience { display: flex; align-items: center; gap: var(--s2); min-height: 36px; padding: 0 var(--s1) 0 12px; background: var(--accent-soft); color: var(--accent-ink); font-weight: 600; }
      .audience.everyone { background: var(--wide-soft); color: var(--wide-ink); }
      .audience button.icon { color: inherit; width: 28px; min-height: 28px; }
      .outside { display: flex; align-items: center; gap: var(--s3); min-height: 56px; padding: var(--s2) var(--s3); border: 1px solid var(--line-strong); border-radius: var(--radius-big); color: var(--ink-soft); }
      .outside p { overflow-wrap: anywhere; }
      .line { display: flex; align-items: flex-end; gap: var(--s1); padding: var(--s1); }
      textarea {
        flex: 1; min-width: 0; resize: none; border: 0; background: none; padding: 6px var(--s2); min-height: 32px; max-height: 160px;
        field-sizing: content; line-height: 20px;
      }
      textarea:focus-visible { outline: none; }
      oc-error { margin-bottom: var(--s2); }
      .errors { display: grid; gap: var(--s2); }
      .errors:not(:empty) { padding-bottom: var(--s2); }
    `,
  ]

  override firstUpdated(): void {
    this.focusField()
  }

  focusField(): void {
    this.field?.focus()
  }

  private onInput(event: Event): void {
    this.store.setDraft(this.store.audience.key, (event.target as HTMLTextAreaElement).value)
  }

  private onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a candidate (keyCode 229 is how Safari says so).
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    this.send()
  }

  private send(): void {
    this.store.sendDraft(this.store.audience)
  }

  private submit(event: Event): void {
    event.preventDefault()
    this.send()
    this.focusField()
  }

  private attach(kind: 'files' | 'folder'): void {
    const { audience, outbox, view } = this.store
    this.errorOf = audience.key
    if (!view.shell.filePaths) {
      const field = kind === 'files' ? this.files : this.folder
      field?.click()
      return
    }
    this.picking.run(async () => {
      const paths = kind === 'files' ? await this.store.call('pickFiles') : [await this.store.call('pickFolder')]
      await outbox.offerPaths(
        audience,
        paths.filter((path) => path !== null),
      )
    })
  }

  private picked(event: Event): void {
    const field = event.target as HTMLInputElement
    const files = fieldFiles(field)
    field.value = ''
    this.store.outbox.upload(this.store.audience, files)
  }

  override render() {
    const { audience } = this.store
    const error = this.store.refusal(audience.key) ?? (this.errorOf === audience.key ? this.picking.error : null)
    return html`
      <div class="errors">${error ? html`<oc-error .error=${error}></oc-error>` : nothing}</div>
      ${audience.outside ? this.outside(audience) : this.form(audience)}
    `
  }

  /** A room that one is not in. What was typed for it stays. */
  private outside({ label, room, outside }: Audience) {
    const join = () => this.joining.run(async () => room && this.store.call('joinRoom', room))
    return html`<oc-error .error=${this.joining.error}></oc-error>
      <div class="outside"><p class="grow">${label}. ${outside?.open ? 'Join it to write to it.' : 'A member of it can bring you in.'}</p>
        ${outside?.open ? html`<button type="button" ?disabled=${this.joining.busy} @click=${join}>Join</button>` : nothing}
        <button type="button" class="plain" @click=${() => this.store.select([])}>Write to everyone</button></div>`
  }

  private form(audience: Audience) {
    const draft = this.store.draft(audience.key)
    return html`
      <form @submit=${this.submit} aria-label="New message">
        <div id="audience" class="audience ${audience.everyone ? 'everyone' : ''}">
          ${icon(audience.everyone || audience.room ? 'people' : 'bubble', 16)}<span class="cut grow" dir="auto" title=${audience.label}>${audience.label}</span>
          ${audience.everyone ? nothing : html`<button type="button" class="icon" aria-label="Select nobody: write to everyone" @click=${() => this.store.select([])}>${icon('close', 16)}</button>`}
        </div>
        <div class="line">
          <button type="button" class="icon" aria-label="Attach files" title="Attach files" ?disabled=${this.picking.busy} @click=${() => this.attach('files')}>${icon('attach')}</button>
          <button type="button" class="icon" aria-label="Attach a folder" title="Attach a folder" ?disabled=${this.picking.busy} @click=${() => this.attach('folder')}>${icon('folder')}</button>
          <textarea rows="1" maxlength=${MOST} dir="auto" placeholder="Write a message" aria-label="Message" aria-describedby="audience"
            .value=${live(draft)} @input=${this.onInput} @keydown=${this.onKey}></textarea>
          <button class="main" ?disabled=${!draft.trim()} title="Send (Enter)">${icon('send', 16)}Send</button>
        </div>
      </form>
      <input id="files" type="file" multiple hidden aria-label="Files to send" @change=${this.picked} />
      <input id="folder" type="file" webkitdirectory hidden aria-label="Folder to send" @change=${this.picked} />
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-composer': Composer
  }
}
