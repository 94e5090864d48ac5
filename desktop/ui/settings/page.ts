/** What the pages of the settings have in common: rows of a title, a hint and a control, each change kept at once. */
import { type CSSResultGroup, css, html, nothing, type TemplateResult } from 'lit'
import type { SettingsChange } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import '../parts/error-note.ts'

export class SettingsPage extends StoreElement {
  protected readonly saving = new Action(this)

  static override styles: CSSResultGroup = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); align-content: start; }
      section { display: grid; gap: 12px; padding-block: var(--s3); border-top: 1px solid var(--line); }
      section:first-of-type { border-top: 0; padding-top: 0; }
      h3 { font-size: var(--text); }
      .setting { display: flex; align-items: center; gap: var(--s4); min-height: 48px; padding-block: 6px; }
      .setting > :first-child { flex: 1; min-width: 0; }
      @media (width < 480px) {
        .setting { flex-wrap: wrap; gap: var(--s2); }
        .setting > :first-child { flex-basis: 136px; }
      }
      .setting + .setting { border-top: 1px solid var(--line); }
      .setting strong { display: block; font-weight: 500; }
      .hint { display: block; color: var(--ink-soft); font-size: var(--text-small); }
      label.setting { cursor: pointer; }
      .end { justify-content: flex-end; }
      form { display: grid; gap: 12px; }
      .card { display: grid; gap: var(--s2); padding: 12px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--bg); }
    `,
  ]

  protected change(change: SettingsChange): void {
    this.saving.run(() => this.store.call('changeSettings', change))
  }

  protected row(title: string, hint: string, control: TemplateResult): TemplateResult {
    return html`<div class="setting"><span><strong>${title}</strong>${hint ? html`<span class="hint">${hint}</span>` : nothing}</span>${control}</div>`
  }

  protected switch(title: string, hint: string, on: boolean, turn: (on: boolean) => void): TemplateResult {
    const changed = (event: Event) => turn((event.target as HTMLInputElement).checked)
    return html`<label class="setting"><span><strong>${title}</strong>${hint ? html`<span class="hint">${hint}</span>` : nothing}</span>
      <input type="checkbox" role="switch" aria-label=${title} .checked=${on} @change=${changed} /></label>`
  }

  protected choice<T extends string | number>(
    label: string,
    value: T,
    options: readonly (readonly [T, string])[],
    choose: (value: T) => void,
  ): TemplateResult {
    const changed = (event: Event) => {
      const chosen = options[(event.target as HTMLSelectElement).selectedIndex]
      if (chosen) choose(chosen[0])
    }
    return html`<select aria-label=${label} @change=${changed}>
      ${options.map(([one, words]) => html`<option value=${one} ?selected=${one === value}>${words}</option>`)}</select>`
  }

  protected note(): TemplateResult {
    return html`<oc-error .error=${this.saving.error}></oc-error>`
  }
}
