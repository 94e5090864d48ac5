/** Files dragged anywhere over the window are offered to the audience, which is named before they are let go. */
import { css, html, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { carriesFiles, droppedFiles } from '../files.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { mayReach } from './ask-everyone.ts'

@customElement('oc-drop-zone')
export class DropZone extends StoreElement {
  @state() private over = false
  private readonly reading = new Action(this)

  static override styles = [
    controls,
    css`
      .overlay { position: fixed; inset: 0; z-index: 10; display: grid; place-items: center; padding: var(--s5); background: var(--backdrop); pointer-events: none; }
      .box {
        display: grid; justify-items: center; gap: var(--s2); padding: var(--s5) var(--s6); max-width: 520px; text-align: center; border: 2px dashed var(--accent);
        border-radius: var(--radius-big); background: var(--raised); box-shadow: var(--shadow);
      }
      .box.everyone { border-color: var(--wide-line); background: var(--wide-soft); color: var(--wide-ink); }
      h2 { font-size: var(--text-title); }
      .error { position: fixed; z-index: 9; inset-inline: 0; margin-inline: auto; inset-block-end: 120px; width: fit-content; display: flex; gap: var(--s2); max-width: 480px; }
    `,
  ]

  private readonly listeners = {
    dragenter: (event: DragEvent) => this.drag(event),
    dragover: (event: DragEvent) => this.drag(event),
    dragleave: (event: DragEvent) => {
      // Leaving the window has no element that is entered.
      if (event.relatedTarget === null) this.over = false
    },
    drop: (event: DragEvent) => this.drop(event),
  }

  override connectedCallback(): void {
    super.connectedCallback()
    for (const [name, listener] of Object.entries(this.listeners)) window.addEventListener(name, listener as EventListener)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const [name, listener] of Object.entries(this.listeners)) window.removeEventListener(name, listener as EventListener)
  }

  private drag(event: DragEvent): void {
    if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = this.store.audience.outside ? 'none' : 'copy'
    this.over = true
  }

  private drop(event: DragEvent): void {
    this.over = false
    const transfer = event.dataTransfer
    if (!transfer || !carriesFiles(transfer)) return
    event.preventDefault()
    const { audience, outbox, bridge } = this.store
    if (audience.outside) return
    const paths = [...transfer.files].map((file) => bridge.pathOf(file)).filter((path) => path !== null && path !== '')
    // Now or never: the drop's files cannot be asked for once this has returned.
    const reading = paths.length > 0 ? null : droppedFiles(transfer)
    this.reading.run(async () => {
      const files = await reading
      if (!(await mayReach(this.store))) return
      if (files) outbox.upload(audience, files)
      else outbox.offerPaths(audience, paths as string[])
    })
  }

  override render() {
    const { audience } = this.store
    return html`
      ${
        this.over
          ? html`<section class="overlay" aria-labelledby="offer"><div class="box ${audience.everyone ? 'everyone' : ''}">${icon('attach', 40)}
            <h2 id="offer">${audience.outside ? msg('Files cannot be offered here') : msg('Offer these files')}</h2><p>${audience.label}</p></div></section>`
          : nothing
      }
      ${this.reading.error ? html`<div class="error"><oc-error .error=${this.reading.error}></oc-error></div>` : nothing}
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-drop-zone': DropZone
  }
}
