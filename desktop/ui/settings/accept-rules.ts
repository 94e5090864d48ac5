/** Whose files are accepted without asking, up to which size: one rule for everyone, others for single people. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { AcceptRule } from '../../bridge.ts'
import { bytes } from '../format.ts'
import { msg, phrase, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { SettingsPage } from './page.ts'

/** Bytes of an offer; 0: each is asked about, -1: any size. */
const SIZES = [0, 10e6, 100e6, 1e9, 10e9, -1] as const
const ASK = phrase('Always ask')
const ANY = phrase('Any size')

const sizeOf = (rule: AcceptRule | undefined): number => (rule ? (rule.upTo ?? -1) : 0)

@customElement('oc-accept-rules')
export class AcceptRules extends SettingsPage {
  static override styles = [SettingsPage.styles, css`:host { gap: var(--s2); } `]

  private get rules(): readonly AcceptRule[] {
    return this.store.view.settings.transfers.accept
  }

  /** Single people come first, since the first rule that fits decides. */
  private set(from: AcceptRule['from'], size: number | null): void {
    const others = this.rules.filter((rule) => rule.from !== from)
    const changed = size === null ? others : [...others, { from, upTo: size === -1 ? null : size }]
    const accept = changed.sort((a, b) => Number(a.from === 'everyone') - Number(b.from === 'everyone'))
    this.saving.run(() => this.store.call('changeTransferSettings', { accept }))
  }

  private size(label: string, from: AcceptRule['from'], size: number) {
    const offered = [...new Set([...SIZES, size])]
    const words = (one: number) => (one === 0 ? msg(ASK) : one === -1 ? msg(ANY) : msg(str`Up to ${bytes(one)}`))
    return this.choice(
      label,
      size,
      offered.map((one): [number, string] => [one, words(one)]),
      (one) => this.set(from, one),
    )
  }

  private rule(rule: AcceptRule) {
    const name = this.store.nameOf(rule.from)
    const label = msg(str`Files from ${name}`)
    return html`<div class="setting"><bdi class="cut">${name}</bdi>${this.size(label, rule.from, sizeOf(rule))}
      <button type="button" class="icon" aria-label=${msg(str`Remove the rule for ${name}`)} @click=${() => this.set(rule.from, null)}>${icon('close', 16)}</button></div>`
  }

  private add(event: Event): void {
    const field = event.target as HTMLSelectElement
    if (field.value) this.set(field.value, 1e9)
    field.value = ''
  }

  override render() {
    const own = this.rules.filter((rule) => rule.from !== 'everyone')
    const others = this.store.view.roster.filter((person) => !person.self && !own.some((rule) => rule.from === person.id))
    const everyone = this.rules.find((rule) => rule.from === 'everyone')
    return html`
      <div>
        ${this.row(msg('From everyone'), msg('Files lie in the folder above, never opened by themselves'), this.size(msg('Files from everyone'), 'everyone', sizeOf(everyone)))}
        ${own.map((rule) => this.rule(rule))}
      </div>
      ${
        others.length === 0
          ? nothing
          : html`<div><select aria-label=${msg('A rule for one person')} @change=${this.add}>
            <option value="">${msg('A rule for one person…')}</option>
            ${others.map((person) => html`<option value=${person.id}>${person.name}</option>`)}</select></div>`
      }
      ${this.note()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-accept-rules': AcceptRules
  }
}
