/** Where received files are put: typed, or picked where the shell has a dialog for it. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg } from '../i18n/text.ts'
import '../parts/error-note.ts'

@customElement('oc-download-folder')
export class DownloadFolder extends StoreElement {
  @state() private saved = false
  @query('input') private readonly field?: HTMLInputElement
  private readonly saving = new Action(this)

  static override styles = [
    controls,
    css`
      :host { display: grid; gap: var(--s2); }
      .row { align-items: stretch; }
      button { min-height: 36px; }
    `,
  ]

  private async save(folder: string | null): Promise<void> {
    if (!folder) return
    this.saved = false
    this.saved = await this.saving.run(() => this.store.call('setDownloadFolder', folder))
  }

  private submit(event: Event): void {
    event.preventDefault()
    this.save(this.field?.value.trim() ?? null)
  }

  private async choose(): Promise<void> {
    let folder: string | null = null
    if (
      await this.saving.run(async () => {
        folder = await this.store.call('pickFolder')
      })
    )
      await this.save(folder)
  }

  override render() {
    const { settings, shell } = this.store.view
    return html`
      <form class="row" @submit=${this.submit}>
        <label class="grow"><span class="hidden-text">${msg('Folder for received files')}</span>
          <input type="text" dir="ltr" required spellcheck="false" autocomplete="off" .value=${settings.downloadFolder} @input=${() => (this.saved = false)} /></label>
        ${shell.filePaths ? html`<button type="button" ?disabled=${this.saving.busy} @click=${this.choose}>${msg('Choose…')}</button>` : nothing}
        <button ?disabled=${this.saving.busy}>${msg('Save')}</button>
      </form>
      <p role="status" class="soft small" ?hidden=${!this.saved}>${msg('Saved.')}</p>
      <oc-error .error=${this.saving.error}></oc-error>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-download-folder': DownloadFolder
  }
}
