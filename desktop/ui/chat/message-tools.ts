/** What can be done with a message, at its corner while it is pointed at or in the hands of the keyboard. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { HistoryMessage } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, useStore } from '../element.ts'
import { msg } from '../i18n/text.ts'
import { type IconName, icon } from '../icons.ts'
import '../parts/error-note.ts'

/** Milliseconds for which the registry takes messages back, a little less: what is offered here works. */
const TAKE_BACK = 14.5 * 60_000
/** Reactions that are one click away. */
const QUICK = ['👍', '❤️', '😄'] as const

@customElement('oc-message-tools')
export class MessageTools extends LitElement {
  @property({ attribute: false }) message: HistoryMessage | null = null
  @property({ attribute: false }) mine = false
  @state() private asking = false
  @state() private copied = false
  @query('.danger') private readonly sure?: HTMLElement
  private readonly action = new Action(this)

  static override styles = [
    controls,
    css`
      .tools { display: flex; gap: 2px; padding: 2px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); box-shadow: 0 1px 3px #0002; }
      button.icon, button.quick { width: 28px; min-height: 28px; }
      button.quick { padding: 0; border-color: transparent; background: none; font-size: 15px; }
      button.quick:hover { background: var(--hover); }
      button.danger { min-height: 28px; font-size: var(--text-small); }
      oc-error { display: block; max-width: 320px; }
    `,
  ]

  get canEdit(): boolean {
    return this.mine && this.message?.body.kind === 'text'
  }

  get canTakeBack(): boolean {
    return this.canEdit && Date.now() - (this.message?.sentAt ?? 0) < TAKE_BACK
  }

  reply(): void {
    const store = useStore()
    if (this.message) store.setReply(store.audience.key, this.message.id)
    this.dispatchEvent(new Event('to-composer', { bubbles: true, composed: true }))
  }

  edit(): void {
    if (!this.canEdit) return
    useStore().edit(this.message)
    this.dispatchEvent(new Event('to-composer', { bubbles: true, composed: true }))
  }

  async copy(): Promise<void> {
    if (this.message?.body.kind !== 'text') return
    const { text } = this.message.body
    this.copied = await this.action.run(() => navigator.clipboard.writeText(text))
  }

  async ask(): Promise<void> {
    if (!this.canTakeBack) return
    this.asking = true
    await this.updateComplete
    this.sure?.focus()
  }

  private takeBack(): void {
    const id = this.message?.id
    if (id) this.action.run(() => useStore().call('takeBack', id))
  }

  private react(emoji: string): void {
    const id = this.message?.id
    const me = useStore().view.me?.id ?? ''
    const own = this.message?.reactions?.some((one) => one.emoji === emoji && one.users.includes(me)) ?? false
    if (id) this.action.run(() => useStore().call('react', id, emoji, !own))
  }

  private pick(event: Event): void {
    this.dispatchEvent(new CustomEvent('react', { detail: event.currentTarget }))
  }

  private tool(name: IconName, label: string, click: (event: Event) => void) {
    return html`<button type="button" class="icon" aria-label=${label} title=${label} ?disabled=${this.action.busy} @click=${click}>${icon(name, 16)}</button>`
  }

  override render() {
    const text = this.message?.body.kind === 'text'
    if (this.asking)
      return html`<div class="tools" role="group" aria-label=${msg('Take it back for everybody?')} @focusout=${() => (this.asking = false)}>
        <button type="button" class="danger" ?disabled=${this.action.busy} @click=${this.takeBack}>${msg('Take it back for everybody')}</button></div>
        <oc-error .error=${this.action.error}></oc-error>`
    return html`<div class="tools" role="group" aria-label=${msg('What to do with this message')}>
        ${QUICK.map((emoji) => html`<button type="button" class="quick" aria-label=${emoji} ?disabled=${this.action.busy} @click=${() => this.react(emoji)}>${emoji}</button>`)}
        ${this.tool('smile', msg('React'), this.pick)}
        ${this.tool('reply', msg('Reply'), this.reply)}
        ${text ? this.tool(this.copied ? 'check' : 'copy', this.copied ? msg('Copied') : msg('Copy text'), this.copy) : nothing}
        ${this.canEdit ? this.tool('pen', msg('Edit'), this.edit) : nothing}
        ${this.canTakeBack ? this.tool('undo', msg('Take back'), this.ask) : nothing}
      </div><oc-error .error=${this.action.error}></oc-error>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-message-tools': MessageTools
  }
}
