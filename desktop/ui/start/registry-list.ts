/** Registries: those one is signed in at, those found on the network, live, and a field for the address of one that is not. */
import { css, html, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { FoundView, RegistryView } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg, str } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import { type Chosen, chosenFrom } from './chosen.ts'

@customElement('oc-registry-list')
export class RegistryList extends StoreElement {
  @property({ attribute: false }) chosen: Chosen | null = null
  private readonly switching = new Action(this)
  private readonly looking = new Action(this)

  static override styles = [
    controls,
    css`
      :host { display: grid; gap: var(--s4); }
      section { display: grid; gap: var(--s2); }
      h2 { font-size: var(--text); }
      ul { display: grid; gap: var(--s2); }
      li button {
        display: grid; grid-template-columns: 1fr auto; gap: 0 var(--s2); width: 100%; padding: var(--s2) 12px; min-height: 56px;
        justify-content: stretch; align-content: center; text-align: start; border-color: var(--line); font-weight: 400;
      }
      li button[aria-pressed='true'] { border-color: var(--accent); background: var(--accent-soft); }
      strong { font-weight: 600; }
      li .where { grid-column: 1 / -1; color: var(--ink-soft); font-size: var(--text-small); }
      li button[aria-pressed='true'] .where { color: var(--ink); }
      .known { color: var(--accent-ink); font-size: var(--text-small); font-weight: 600; }
      .searching { display: grid; gap: var(--s2); padding: var(--s3); border: 1px dashed var(--line-strong); border-radius: var(--radius); color: var(--ink-soft); }
      .why { justify-self: start; margin-inline-start: calc(-1 * var(--s2) - 1px); min-height: 24px; }
      form { display: grid; gap: var(--s2); }
      form .row { align-items: stretch; }
    `,
  ]

  private choose(chosen: Chosen): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: chosen }))
  }

  private typed(event: SubmitEvent): void {
    event.preventDefault()
    const address = String(new FormData(event.target as HTMLFormElement).get('address') ?? '').trim()
    if (!address) return
    this.looking.run(async () => {
      const registry = await this.store.call('lookAt', address)
      this.choose({ ...registry, address })
    })
  }

  private found(one: FoundView) {
    const chosen = chosenFrom(one)
    const pressed = this.chosen?.address === chosen.address
    return html`<li><button type="button" aria-pressed=${pressed} @click=${() => this.choose(chosen)}>
      <strong class="cut" dir="auto">${one.name}</strong>
      ${one.known ? html`<span class="known">${msg('signed in before')}</span>` : html`<span></span>`}
      <span class="where cut">${one.interface ? msg(str`${chosen.address} · on ${one.interface}`) : chosen.address}</span>
    </button></li>`
  }

  private signedIn({ id, name, user }: RegistryView) {
    return html`<li><button type="button" ?disabled=${this.switching.busy} @click=${() => this.switching.run(() => this.store.switchTo(id))}>
      <strong class="cut" dir="auto">${name}</strong><span class="known">${icon('forward', 16)}</span>
      <span class="where cut">${msg(html`as <bdi>${user}</bdi>`)}</span>
    </button></li>`
  }

  override render() {
    const { found, registries, interfaces } = this.store.view
    const others = registries.filter(({ current }) => !current)
    return html`
      ${
        others.length === 0
          ? nothing
          : html`<section aria-labelledby="signed-in">
            <h2 id="signed-in">${msg('You are signed in at')}</h2>
            <ul>${others.map((one) => this.signedIn(one))}</ul>
            <oc-error .error=${this.switching.error}></oc-error>
          </section>`
      }
      <section aria-labelledby="found">
        <h2 id="found">${msg('On this network')}</h2>
        ${
          found.length === 0
            ? html`<div class="searching"><p role="status">${interfaces.some(({ accepted }) => accepted) ? msg('Looking for registries… None has answered yet.') : msg('This computer is connected to no network.')}</p>
              <button type="button" class="plain why" @click=${() => this.dispatchEvent(new Event('examine'))}>${msg('Find out why')}</button></div>`
            : html`<ul>${found.map((one) => this.found(one))}</ul>`
        }
      </section>
      <section aria-labelledby="elsewhere">
        <form @submit=${this.typed}>
          <h2 id="elsewhere">${msg('Somewhere else')}</h2>
          <div class="row">
            <input type="text" name="address" dir="ltr" aria-label=${msg('Address or invite')} placeholder=${msg('192.168.1.20 or optichat://…')}
              autocomplete="off" spellcheck="false" required />
            <button ?disabled=${this.looking.busy}>${this.looking.busy ? msg('Looking…') : msg('Use')}</button>
          </div>
          <oc-error .error=${this.looking.error}></oc-error>
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
