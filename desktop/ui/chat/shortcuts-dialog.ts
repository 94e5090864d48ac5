/** The keys that do something, by where they do. */
import { css, html, LitElement } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { msg } from '../i18n/text.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import { isMac, SHORTCUTS } from '../shortcuts.ts'

@customElement('oc-shortcuts')
export class ShortcutsDialog extends LitElement {
  @query('oc-modal') private readonly modal?: Modal

  static override styles = [
    controls,
    css`
      h3 { margin-block: var(--s3) var(--s1); font-size: var(--text-small); color: var(--ink-soft); }
      h3:first-child { margin-block-start: 0; }
      dl > div { display: flex; align-items: center; justify-content: space-between; gap: var(--s3); min-height: 32px; }
      dd { display: flex; gap: var(--s1); direction: ltr; }
      kbd { min-width: 26px; padding: 1px 7px; border: 1px solid var(--line-strong); border-block-end-width: 2px; border-radius: 5px; background: var(--raised); font: 12px / 18px var(--font); text-align: center; }
    `,
  ]

  show(): void {
    this.modal?.show()
  }

  override render() {
    const shown = (key: string) => (key === 'Mod' ? (isMac() ? '⌘' : 'Ctrl') : key)
    return html`<oc-modal heading=${msg('Keyboard shortcuts')}><div tabindex="0" role="region" aria-label=${msg('List of shortcuts')}>${SHORTCUTS.map(
      ({ where, shortcuts }) =>
        html`<h3>${msg(where)}</h3><dl>${shortcuts.map(
          ({ keys, does }) => html`<div><dt>${msg(does)}</dt><dd>${keys.map((key) => html`<kbd>${shown(key)}</kbd>`)}</dd></div>`,
        )}</dl>`,
    )}</div></oc-modal>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-shortcuts': ShortcutsDialog
  }
}
