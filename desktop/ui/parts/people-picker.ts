/** People to choose from, with a field that narrows the list. Tells whom as `picked`. */
import { css, html, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { UserId } from '../../../core/protocol/messages.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { presenceWord } from '../format.ts'
import { msg } from '../i18n/text.ts'
import { presenceStyles } from './presence.ts'

/** People in the list before a field to narrow it is worth its place. */
const FEW = 8

@customElement('oc-people-picker')
export class PeoplePicker extends StoreElement {
  @property({ attribute: false }) picked: ReadonlySet<UserId> = new Set()
  @property({ attribute: false }) without: readonly UserId[] = []
  @state() private words = ''

  static override styles = [
    controls,
    presenceStyles,
    css`
      :host { display: grid; gap: var(--s2); }
      ul { max-height: 200px; overflow-y: auto; border: 1px solid var(--line); border-radius: var(--radius); }
      label { display: flex; align-items: center; gap: 12px; min-height: 36px; padding: 2px 12px; cursor: pointer; }
      .cut { display: block; }
      label:hover { background: var(--hover); }
      label:has(:checked) { background: var(--accent-soft); }
    `,
  ]

  private toggle(id: UserId): void {
    const next = new Set(this.picked)
    if (!next.delete(id)) next.add(id)
    this.dispatchEvent(new CustomEvent('picked', { detail: next }))
  }

  override render() {
    const without = new Set(this.without)
    const all = this.store.view.roster.filter((person) => !person.self && !without.has(person.id))
    const wanted = this.words.trim().toLowerCase()
    const shown = all.filter(({ id, name }) => this.picked.has(id) || name.toLowerCase().includes(wanted))
    if (all.length === 0) return html`<p class="soft">${msg('There is nobody else to choose.')}</p>`
    return html`
      ${all.length > FEW ? html`<input type="text" placeholder=${msg('Find people')} aria-label=${msg('Find people')} autocomplete="off" .value=${this.words} @input=${(event: Event) => (this.words = (event.target as HTMLInputElement).value)} />` : nothing}
      <ul aria-label=${msg('People to choose')}>${repeat(
        shown,
        ({ id }) => id,
        ({
          id,
          name,
          presence,
        }) => html`<li><label><input type="checkbox" aria-label=${name} .checked=${this.picked.has(id)} @change=${() => this.toggle(id)} />
          <span class="grow"><span class="cut" dir="auto">${name}</span></span><span class="dot ${presence}" title=${presenceWord(presence)}></span></label></li>`,
      )}</ul>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-people-picker': PeoplePicker
  }
}
