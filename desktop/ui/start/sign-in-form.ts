/** Who one is at a registry: a new account or an old one, by name and password. */
import { css, html, nothing, type PropertyValues } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg } from '../i18n/text.ts'
import '../parts/error-note.ts'
import '../parts/fingerprint.ts'
import { type Chosen, withCode } from './chosen.ts'

type How = 'register' | 'login'

@customElement('oc-sign-in')
export class SignInForm extends StoreElement {
  @property({ attribute: false }) chosen: Chosen | null = null
  @state() private how: How = 'register'
  @state() private shown = false
  @query('input[name=name]') private readonly nameField?: HTMLInputElement
  private readonly entering = new Action(this)

  static override styles = [
    controls,
    css`
      :host { width: 100%; max-width: 360px; }
      form { display: grid; gap: var(--s3); }
      h2 { font-size: var(--text-title); overflow-wrap: anywhere; }
      .address { margin-top: var(--s1); }
      fieldset { display: grid; grid-template-columns: 1fr 1fr; margin: 0; padding: 3px; border: 0; border-radius: var(--radius); background: var(--well); }
      fieldset label { position: relative; text-align: center; padding: var(--s1) var(--s2); border-radius: 6px; font-weight: 500; cursor: pointer; }
      fieldset label:has(:checked) { background: var(--raised); box-shadow: 0 1px 2px #0003; }
      fieldset label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
      fieldset input:is([type='radio']) { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
      .show { display: flex; align-items: center; gap: var(--s2); width: fit-content; }
      button.main { min-height: 40px; }
      details oc-fingerprint { margin-top: var(--s2); }
      details p { margin-top: var(--s2); }
    `,
  ]

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('chosen')
    if (!changed.has('chosen') || before?.address === this.chosen?.address) return
    this.how = this.chosen?.known ? 'login' : 'register'
    this.entering.error = null
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('chosen')) return
    // The name is suggested: whoever wants another one types over it.
    this.nameField?.focus()
    this.nameField?.select()
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault()
    const data = new FormData(event.target as HTMLFormElement)
    const code = String(data.get('code') ?? '').trim()
    const address = this.chosen?.address ?? ''
    const how = this.how
    const name = String(data.get('name')).trim()
    this.entering.run(() => this.store.enter(how, code ? withCode(address, code) : address, name, String(data.get('password'))))
  }

  private tab(how: How, label: string) {
    const pick = () => {
      this.how = how
      this.entering.clear()
    }
    return html`<label><input type="radio" name="how" .checked=${this.how === how} ?disabled=${this.entering.busy} @change=${pick} />${label}</label>`
  }

  private get button(): string {
    if (this.how === 'register') return this.entering.busy ? msg('Creating account…') : msg('Create account')
    return this.entering.busy ? msg('Signing in…') : msg('Sign in')
  }

  override render() {
    if (!this.chosen) return nothing
    const { name, address, fingerprint } = this.chosen
    const { busy, error } = this.entering
    const fresh = this.how === 'register'
    return html`<form @submit=${this.submit} aria-busy=${busy}>
      <header>
        <h2>${msg(html`Join <bdi>${name}</bdi>`)}</h2>
        ${name === address ? nothing : html`<p class="address soft cut" title=${address}><bdi dir="ltr">${address}</bdi></p>`}
      </header>
      <fieldset><legend class="hidden-text">${msg('New here, or back?')}</legend>
        ${this.tab('register', msg('Create account'))}${this.tab('login', msg('Sign in'))}
      </fieldset>
      <label class="field"><span>${msg('Your name')}</span>
        <input type="text" name="name" required maxlength="40" dir="auto" autocomplete="username" spellcheck="false" ?readonly=${busy}
          value=${this.store.view.suggestedName} /></label>
      <label class="field"><span>${msg('Password')}</span>
        <input type=${this.shown ? 'text' : 'password'} name="password" dir="auto" required minlength=${fresh ? 8 : 1} maxlength="1024"
          autocomplete=${fresh ? 'new-password' : 'current-password'} aria-describedby=${fresh ? 'hint' : nothing} ?readonly=${busy} /></label>
      ${fresh ? html`<p id="hint" class="soft small">${msg('At least 8 characters. It never leaves this computer, and nobody can look it up for you.')}</p>` : nothing}
      <label class="show"><input type="checkbox" .checked=${this.shown} @change=${() => (this.shown = !this.shown)} />${msg('Show password')}</label>
      ${fresh && error?.code === 'invite-refused' ? this.code() : nothing}
      <oc-error .error=${error}></oc-error>
      <button class="main" ?disabled=${busy}>${this.button}</button>
      ${fingerprint ? this.check(fingerprint) : nothing}
    </form>`
  }

  private code() {
    return html`<label class="field"><span>${msg('Invitation code')}</span>
      <input type="text" name="code" dir="ltr" required maxlength="64" autocomplete="off" spellcheck="false" /></label>`
  }

  private check(fingerprint: string) {
    return html`<details><summary>${msg('Is it the right registry?')}</summary>
      <p class="soft small">${msg('Compare this fingerprint with the one shown on the registry’s computer.')}</p>
      <oc-fingerprint value=${fingerprint}></oc-fingerprint></details>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-sign-in': SignInForm
  }
}
