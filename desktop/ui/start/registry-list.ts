/** Registries found on the network, live, and a field for the address of one that is not. */
import { css, html } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { FoundView } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { type Chosen, chosenFrom, chosenFromText } from './chosen.ts'

@customElement('oc-registry-list')
export class RegistryList extends StoreElement {
  @property({ attribute: false }) chosen: Chosen | null = null

  static override styles = [
    controls,
    css`
      :host { display: grid; gap: var(--s4); }
      section { display: grid; gap: var(--s2); }
      h2 { font-size: var(--text); }
      ul { display: grid; gap: var(--s2); }
      li button {
        display: grid; grid-template-columns: 1fr auto; gap: 0 var(--s2); width: 100%; padding: var(--s2) 12px; min-height: 56px;
        justify-content: stretch; align-content: center; text-align: left; border-color: var(--line); font-weight: 400;
      }
      li button[aria-pressed='true'] { border-color: var(--accent); background: var(--accent-soft); }
      strong { font-weight: 600; }
      li .where { grid-column: 1 / -1; color: var(--ink-soft); font-size: var(--text-small); }
      li button[aria-pressed='true'] .where { color: var(--ink); }
      .known { color: var(--accent-ink); font-size: var(--text-small); font-weight: 600; }
      .searching { padding: var(--s3); border: 1px dashed var(--line-strong); border-radius: var(--radius); color: var(--ink-soft); }
      form { display: grid; gap: var(--s2); }
      form .row { align-items: stretch; }
      form button { min-height: 36px; }
    `,
  ]

  private choose(chosen: Chosen): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: chosen }))
  }

  private typed(event: SubmitEvent): void {
    event.preventDefault()
    const address = String(new FormData(event.target as HTMLFormElement).get('address') ?? '').trim()
    if (address) this.choose(chosenFromText(address))
  }

  private found(one: FoundView) {
    const chosen = chosenFrom(one)
    const pressed = this.chosen?.address === chosen.address
    return html`<li><button type="button" aria-pressed=${pressed} @click=${() => this.choose(chosen)}>
      <strong class="cut"><bdi>${one.name}</bdi></strong>
      ${one.known ? html`<span class="known">signed in before</span>` : html`<span></span>`}
      <span class="where cut">${chosen.address} · on ${one.interface}</span>
    </button></li>`
  }

  override render() {
    const { found } = this.store.view
    return html`
      <section aria-labelledby="found">
        <h2 id="found">On this network</h2>
        ${
          found.length === 0
            ? html`<p class="searching" role="status">Looking for registries… None has answered yet.</p>`
            : html`<ul>${found.map((one) => this.found(one))}</ul>`
        }
      </section>
      <section aria-labelledby="elsewhere">
        <form @submit=${this.typed}>
          <h2 id="elsewhere">Somewhere else</h2>
          <div class="row">
            <input type="text" name="address" aria-label="Address or invite" placeholder="192.168.1.20 or optichat://…" autocomplete="off" spellcheck="false" required />
            <button>Use</button>
          </div>
        </form>
      </section>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-registry-list': RegistryList
  }
}
