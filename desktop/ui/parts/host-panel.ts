/** The registry that runs on this computer: started under a name, its invite handed on, who is on, its log, and stopped. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { HostedPerson, HostedView } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { endpoint } from '../format.ts'
import { counted, msg, str } from '../i18n/text.ts'
import './copy-text.ts'
import './error-note.ts'
import './fingerprint.ts'
import { asBridgeError } from '../words.ts'

/** Milliseconds between looks at who is on. */
const LOOK = 3_000

@customElement('oc-host-panel')
export class HostPanel extends StoreElement {
  @state() private people: readonly HostedPerson[] = []
  @state() private codeInvite = ''
  private readonly action = new Action(this)
  private readonly inviting = new Action(this)
  /** Shown in a dialog, it gets its size when that opens. */
  readonly #sized = new ResizeObserver(() => this.people.length === 0 && this.look())
  #looking: ReturnType<typeof setInterval> | undefined
  @query('input[name=registry-name]') private readonly nameField?: HTMLInputElement

  static override styles = [
    controls,
    css`
      :host, form, .running { display: grid; gap: 12px; }
      .running > .row { flex-wrap: wrap; }
      form .row { align-items: end; }
      form.row { display: flex; align-items: stretch; }
      .status { color: var(--online); font-weight: 600; }
      .come-in { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: var(--s3) var(--s4); align-items: center; padding: var(--s3); border: 1px solid var(--line); border-radius: var(--radius-big); background: var(--bg); }
      .come-in > div { display: grid; gap: 12px; min-width: 0; }
      .qr { width: 148px; height: 148px; padding: 10px; border-radius: var(--radius); background: #fff; }
      dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: var(--s2) var(--s3); align-items: baseline; }
      dt { color: var(--ink-soft); }
      h3 { font-size: var(--text); }
      .people { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s2); margin-block-start: var(--s1); max-height: 96px; overflow-y: auto; }
      .people li { display: flex; align-items: center; gap: 6px; padding: 0 var(--s2); border: 1px solid var(--line); border-radius: 12px; background: var(--raised); line-height: 22px; font-size: var(--text-small); max-width: 100%; }
      .people li.away { color: var(--ink-soft); background: none; }
      .dot { width: 8px; height: 8px; border-radius: 50%; flex: none; background: var(--online); }
      .away .dot { background: none; border: 1.5px solid var(--line-strong); }
      details > :not(summary) { margin-top: var(--s2); }
      pre {
        margin: var(--s2) 0 0; max-height: 160px; overflow: auto; padding: var(--s2) 12px; border-radius: var(--radius);
        background: var(--bg); font: var(--text-small) / 1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.#looking = setInterval(() => this.look(), LOOK)
    this.#sized.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#looking)
    this.#sized.disconnect()
  }

  /** Who is on, while somebody can see it. */
  private async look(): Promise<void> {
    if (this.store.view.hosted.state !== 'running' || !this.checkVisibility()) return
    // A registry that just stops has nobody to tell of, which its own state says.
    this.people = await this.store.call('hostedPeople').catch(() => [])
  }

  private start(event: Event): void {
    event.preventDefault()
    this.action.run(() => this.store.call('startRegistry', this.nameField?.value.trim() ?? ''))
  }

  private stop(): void {
    this.action.run(() => this.store.call('stopRegistry'))
    this.codeInvite = ''
  }

  private makeInvite(): void {
    this.inviting.run(async () => {
      this.codeInvite = await this.store.call('hostedInvite')
    })
  }

  private form(hosted: HostedView) {
    const busy = this.action.busy || hosted.state === 'starting'
    return html`<form @submit=${this.start}>
      <p class="soft">${msg('Others on this network will find it by its name. It runs as long as this app is open.')}</p>
      <div class="row">
        <label class="field grow"><span>${msg('Name of the registry')}</span>
          <input type="text" name="registry-name" required maxlength="60" dir="auto" autocomplete="off"
            .value=${hosted.name ?? msg(str`${this.store.view.suggestedName}’s team`)} /></label>
        <button class="main" ?disabled=${busy}>${busy ? msg('Starting…') : msg('Start registry')}</button>
      </div>
      <oc-error .error=${this.action.error ?? (hosted.state === 'failed' ? asBridgeError(hosted.error) : null)}></oc-error>
    </form>`
  }

  private running(hosted: HostedView) {
    const address = endpoint(hosted.address ?? '', hosted.port ?? 0)
    return html`<div class="running">
      <div class="row">
        <p class="grow cut">${msg(html`<span class="status">Running</span> · <bdi>${hosted.name}</bdi>`)}</p>
        <slot name="join"></slot>
        <button class="danger" ?disabled=${this.action.busy} @click=${this.stop}>${this.action.busy ? msg('Stopping…') : msg('Stop registry')}</button>
      </div>
      <section class="come-in">
        ${this.qr(hosted)}
        <div>
          <p>${msg('Others find it by themselves. Who does not, scans this, pastes the invite, or types the address.')}</p>
          <oc-copy label=${msg('address')} text=${address}></oc-copy>
          ${hosted.invite ? html`<oc-copy label=${msg('invite')} text=${hosted.invite}></oc-copy>` : nothing}
        </div>
      </section>
      <oc-error .error=${this.action.error}></oc-error>
      ${this.whoIsOn()}
      <details><summary>${msg('Fingerprint')}</summary>
        <oc-fingerprint value=${hosted.fingerprint ?? ''}></oc-fingerprint>
        <p class="soft small">${msg('Who wants to be sure that it is yours compares this with what their app shows.')}</p></details>
      ${this.oneTime()}
      <details><summary>${msg('Give it another name')}</summary>
        <form class="row" @submit=${this.start}>
          <label class="grow"><span class="hidden-text">${msg('Name of the registry')}</span>
            <input type="text" name="registry-name" required maxlength="60" dir="auto" autocomplete="off" .value=${hosted.name ?? ''} /></label>
          <button ?disabled=${this.action.busy}>${msg('Rename')}</button>
        </form></details>
      ${this.log(hosted)}
    </div>`
  }

  private qr({ qr }: HostedView) {
    if (!qr) return html`<span></span>`
    return html`<svg class="qr" viewBox="0 0 ${qr.size} ${qr.size}" role="img" aria-label=${msg('QR code of the invite')} shape-rendering="crispEdges">
      <path fill="#000" d=${qr.path} /></svg>`
  }

  private whoIsOn() {
    const online = this.people.filter((person) => person.online)
    const sorted = [...online, ...this.people.filter((person) => !person.online)]
    return html`<section>
      <h3>${this.people.length === 0 ? msg('Nobody has joined yet') : msg(str`${counted(online.length, '# person online', '# people online')} of ${this.people.length}`)}</h3>
      ${sorted.length === 0 ? nothing : html`<ul class="people" tabindex="0" aria-label=${msg('People of this registry')}>${sorted.map((person) => this.person(person))}</ul>`}
    </section>`
  }

  private person({ name, online }: HostedPerson) {
    return html`<li class=${online ? '' : 'away'}><span class="dot"></span><bdi class="cut">${name}</bdi>
      <span class="hidden-text">${online ? msg('Online') : msg('Offline')}</span></li>`
  }

  /** For a registry that takes people by invitation only. */
  private oneTime() {
    return html`<details><summary>${msg('Invite one person by a one-time code')}</summary>
      <p class="soft small">${msg('Needed where the registry takes new people by invitation only. It works once.')}</p>
      ${this.codeInvite ? html`<oc-copy label=${msg('one-time invite')} text=${this.codeInvite}></oc-copy>` : nothing}
      <button type="button" ?disabled=${this.inviting.busy} @click=${this.makeInvite}>${msg('Make a one-time invite')}</button>
      <oc-error .error=${this.inviting.error}></oc-error></details>`
  }

  private log(hosted: HostedView) {
    return html`<details>
      <summary>${msg('Log')}</summary>
      <pre tabindex="0" dir="ltr" aria-label=${msg('Log of the registry')}>${hosted.log.length > 0 ? hosted.log.join('\n') : msg('Nothing has happened yet.')}</pre>
    </details>`
  }

  override render() {
    const { hosted } = this.store.view
    return hosted.state === 'running' ? this.running(hosted) : this.form(hosted)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-host-panel': HostPanel
  }
}
