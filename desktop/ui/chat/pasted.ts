/** Pictures and files from the clipboard: shown, and sent once the person says so. */
import { css, html, LitElement } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { useStore } from '../element.ts'
import { bytes } from '../format.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import type { PickedFile } from '../outbox.ts'
import { shownPath } from '../text.ts'
import { mayReach } from './ask-everyone.ts'

@customElement('oc-pasted')
export class Pasted extends LitElement {
  @query('dialog') private readonly dialog?: HTMLDialogElement
  @state() private files: readonly { readonly picked: PickedFile; readonly picture: string | null }[] = []

  static override styles = [
    controls,
    css`
      dialog { width: min(480px, calc(100vw - 48px)); max-height: calc(100vh - 64px); padding: var(--s4); border: 1px solid var(--line); border-radius: var(--radius-big); background: var(--surface); color: var(--ink); box-shadow: var(--shadow); }
      dialog::backdrop { background: var(--backdrop); }
      h2 { font-size: var(--text-big); margin-block-end: var(--s3); overflow-wrap: anywhere; }
      li { display: flex; align-items: center; gap: 12px; padding-block: var(--s1); }
      img { display: block; max-width: 100%; max-height: 240px; border-radius: var(--radius); background: var(--well); object-fit: contain; }
      .only { display: grid; justify-items: center; gap: var(--s2); }
      li:not(.only) img { width: 64px; height: 48px; }
      .buttons { display: flex; justify-content: flex-end; gap: var(--s2); margin-block-start: var(--s4); }
    `,
  ]

  /** Asks about what was in the clipboard. */
  ask(files: readonly File[]): void {
    const now = new Date()
    this.files = files.map((file, index) => ({
      picked: { file, path: nameOf(file, now, index) },
      picture: /^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : null,
    }))
    this.dialog?.showModal()
  }

  private forget(): void {
    for (const { picture } of this.files) if (picture) URL.revokeObjectURL(picture)
    this.files = []
  }

  private async send(): Promise<void> {
    const store = useStore()
    const { audience } = store
    const picked = this.files.map((one) => one.picked)
    this.dialog?.close()
    if (await mayReach(store)) await store.outbox.upload(audience, picked)
  }

  override render() {
    const { label } = useStore().audience
    return html`<dialog aria-labelledby="heading" @close=${this.forget}>
      <h2 id="heading">${msg('Send what was pasted?')}</h2>
      <ul>${this.files.map(
        ({ picked, picture }) => html`<li class=${this.files.length === 1 && picture ? 'only' : ''}>
          ${picture ? html`<img src=${picture} alt="" />` : icon('file')}
          <span class="cut"><bdi>${shownPath(picked.path)}</bdi> <span class="soft">· ${bytes(picked.file.size)}</span></span></li>`,
      )}</ul>
      <div class="buttons"><span class="grow soft cut" title=${label}>${label}</span>
        <button type="button" @click=${() => this.dialog?.close()}>${msg('Cancel')}</button>
        <button type="button" class="main" autofocus @click=${this.send}>${icon('send', 16)}${msg('Send')}</button></div>
    </dialog>`
  }
}

/** A picture out of a screenshot is called `image.png` whatever it shows: when it was pasted tells more. */
function nameOf(file: File, now: Date, index: number): string {
  if (file.name !== '' && file.name !== 'image.png') return file.name
  const two = (value: number) => `${value}`.padStart(2, '0')
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')
  return msg(str`Pasted ${date} ${time}`) + (index === 0 ? '' : ` (${index + 1})`) + (file.type === 'image/jpeg' ? '.jpg' : '.png')
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-pasted': Pasted
  }
}
