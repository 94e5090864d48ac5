/** Where one writes: the audience named and counted above, what is answered or edited, Enter sends, files are attached or pasted. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { live } from 'lit/directives/live.js'
import type { Audience } from '../audience.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { fieldFiles } from '../files.ts'
import { names } from '../format.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { pickEmoji } from '../parts/emoji-picker.ts'
import '../parts/error-note.ts'
import { mayReach } from './ask-everyone.ts'
import './audience-bar.ts'
import './composer-context.ts'
import './outside.ts'
import type { Pasted } from './pasted.ts'
import './pasted.ts'
import './undo-bar.ts'

/** As many characters as the registry takes in one message. */
const MOST = 65_536
/** Milliseconds between two words to the host that one is writing. */
const TYPING = 1_500

@customElement('oc-composer')
export class Composer extends StoreElement {
  private readonly picking = new Action(this)
  private readonly saving = new Action(this)
  private errorOf = ''
  private toldTyping = 0
  @query('textarea') private readonly field?: HTMLTextAreaElement
  @query('#files') private readonly files?: HTMLInputElement
  @query('#folder') private readonly folder?: HTMLInputElement
  @query('oc-pasted') private readonly pasted?: Pasted

  static override styles = [
    controls,
    css`
      :host { padding: 0 var(--column) var(--s3); }
      form { border: 1px solid var(--line-strong); border-radius: var(--radius-big); background: var(--raised); overflow: hidden; }
      form:focus-within { border-color: var(--accent); outline: 1px solid var(--accent); }
      .line { display: flex; align-items: flex-end; gap: 2px; padding: var(--s1); }
      .line .main { margin-inline-start: var(--s1); }
      textarea {
        flex: 1; min-width: 0; resize: none; border: 0; background: none; padding: 6px var(--s2); min-height: 32px; max-height: 160px;
        field-sizing: content; line-height: 20px;
      }
      textarea:focus-visible { outline: none; }
      .errors { display: grid; gap: var(--s2); }
      .errors:not(:empty) { padding-block-end: var(--s2); }
      @media (width < 480px) { .line .main > span { display: none; } }
      .typing { height: 20px; padding-inline: 12px; color: var(--ink-soft); font-size: var(--text-small); line-height: 20px; }
    `,
  ]

  override firstUpdated(): void {
    this.focusField()
  }

  focusField(): void {
    this.field?.focus()
  }

  private get text(): string {
    return this.store.editing?.text ?? this.store.draft(this.store.audience.key)
  }

  private write(text: string): void {
    const { store } = this
    if (store.editing) store.edit(store.editing.message, text)
    else store.setDraft(store.audience.key, text)
  }

  private onInput(event: Event): void {
    this.write((event.target as HTMLTextAreaElement).value)
    const now = performance.now()
    if (this.store.editing || now - this.toldTyping < TYPING) return
    this.toldTyping = now
    // Nobody misses it when it cannot be told.
    this.store.call('typing', this.store.audience.to).catch(() => undefined)
  }

  private onKey(event: KeyboardEvent): void {
    // While an input method composes, its keys are its own (keyCode 229 is how Safari says so).
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' && !event.shiftKey) this.send()
    else if (event.key === 'Escape' && this.store.editing) this.store.edit(null)
    else if (event.key === 'Escape' && this.store.drafts.get(this.store.audience.key)?.reply)
      this.store.setReply(this.store.audience.key, null)
    else if (event.key === 'ArrowUp' && this.text === '' && this.editLast()) this.store.changed()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  /** The newest text of one's own that can be edited. */
  private editLast(): boolean {
    const { store } = this
    const { messages } = store.histories.get(store.audience.conversation?.id ?? '')
    const own = messages.findLast(({ from, body, gone, state }) => from.id === store.view.me?.id && body.kind === 'text' && !gone && !state)
    if (own) store.edit(own)
    return own !== undefined
  }

  private async send(): Promise<void> {
    const { store } = this
    const { editing, audience } = store
    if (editing) {
      const text = editing.text.trim()
      if (!text) return
      if (await this.saving.run(() => store.call('edit', editing.message.id, text))) store.edit(null)
      return
    }
    if (!this.text.trim() || !(await mayReach(store))) return
    this.toldTyping = 0
    await store.sendDraft(audience)
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault()
    await this.send()
    this.focusField()
  }

  private async insertEmoji(event: Event): Promise<void> {
    const emoji = await pickEmoji(event.currentTarget as Element)
    const field = this.field
    if (!field) return
    field.focus()
    if (emoji === null) return
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, 'end')
    this.write(field.value)
  }

  private onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    this.pasted?.ask(files)
  }

  private async attach(kind: 'files' | 'folder'): Promise<void> {
    const { audience, outbox, view } = this.store
    this.errorOf = audience.key
    if (!view.shell.filePaths) {
      const field = kind === 'files' ? this.files : this.folder
      field?.click()
      return
    }
    await this.picking.run(async () => {
      const paths = kind === 'files' ? await this.store.call('pickFiles') : [await this.store.call('pickFolder')]
      const picked = paths.filter((path) => path !== null)
      if (picked.length > 0 && (await mayReach(this.store))) await outbox.offerPaths(audience, picked)
    })
  }

  private async picked(event: Event): Promise<void> {
    const field = event.target as HTMLInputElement
    const files = fieldFiles(field)
    const { audience } = this.store
    field.value = ''
    if (files.length > 0 && (await mayReach(this.store))) await this.store.outbox.upload(audience, files)
  }

  override render() {
    const { audience, editing, typing } = this.store
    const error =
      (editing ? this.saving.error : null) ??
      this.store.refusal(audience.key) ??
      (this.errorOf === audience.key ? this.picking.error : null)
    const who = names(
      typing.map(({ name }) => name),
      3,
    )
    return html`
      <div class="typing cut" role="status">${typing.length === 0 ? nothing : typing.length === 1 ? msg(str`${who} is writing…`) : msg(str`${who} are writing…`)}</div>
      <oc-undo></oc-undo>
      <div class="errors">${error ? html`<oc-error .error=${error}></oc-error>` : nothing}</div>
      ${audience.outside ? html`<oc-outside></oc-outside>` : this.form(audience)}
      <oc-pasted></oc-pasted>
    `
  }

  private tool(name: 'attach' | 'folder' | 'smile', label: string, click: (event: Event) => void) {
    return html`<button type="button" class="icon" aria-label=${label} title=${label} ?disabled=${this.picking.busy} @click=${click}>${icon(name)}</button>`
  }

  private form(audience: Audience) {
    const { editing } = this.store
    return html`
      <form @submit=${this.submit} aria-label=${msg('New message')}>
        ${editing ? nothing : html`<oc-audience></oc-audience>`}
        <oc-composer-context></oc-composer-context>
        <div class="line">
          ${editing ? nothing : [this.tool('attach', msg('Attach files'), () => this.attach('files')), this.tool('folder', msg('Attach a folder'), () => this.attach('folder'))]}
          ${this.tool('smile', msg('Insert emoji'), this.insertEmoji)}
          <textarea rows="1" maxlength=${MOST} dir="auto" placeholder=${editing ? msg('Other words') : msg('Write a message')} aria-label=${msg('Message')}
            aria-description=${editing ? msg('Editing a message') : audience.label}
            .value=${live(this.text)} @input=${this.onInput} @keydown=${this.onKey} @paste=${this.onPaste}></textarea>
          <button class="main" ?disabled=${!this.text.trim() || this.saving.busy} aria-label=${editing ? msg('Save') : msg('Send')} title=${editing ? msg('Save (Enter)') : msg('Send (Enter)')}>
            ${icon(editing ? 'check' : 'send', 16)}<span>${editing ? msg('Save') : msg('Send')}</span></button>
        </div>
      </form>
      <input id="files" type="file" multiple hidden aria-label=${msg('Files to send')} @change=${this.picked} />
      <input id="folder" type="file" webkitdirectory hidden aria-label=${msg('Folder to send')} @change=${this.picked} />
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-composer': Composer
  }
}
