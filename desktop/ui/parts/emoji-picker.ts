/** Emoji by group, or by name and by words for them in the person's language, from lists that are part of the app. One for the whole page, beside whatever asks for an emoji. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { controls } from '../controls.ts'
import { type Emoji, folded, type Groups, loadEmoji } from '../emoji.ts'
import type { LanguageCode } from '../i18n/languages.ts'
import { language, msg, phrase } from '../i18n/text.ts'

/** What the list calls its groups, and the one of each that stands for it. */
const GROUPS: Readonly<Record<string, readonly [sign: string, name: string]>> = {
  'Smileys & Emotion': ['😀', phrase('Smileys')],
  'People & Body': ['👋', phrase('People')],
  'Animals & Nature': ['🐶', phrase('Animals and nature')],
  'Food & Drink': ['🍎', phrase('Food and drink')],
  'Travel & Places': ['🚗', phrase('Travel')],
  Activities: ['⚽', phrase('Activities')],
  Objects: ['💡', phrase('Objects')],
  Symbols: ['❤️', phrase('Symbols')],
  Flags: ['🏁', phrase('Flags')],
}
const COLUMNS = 8
/** As many as a search shows: who has to look through more types another letter. */
const FOUND = 120

let picker: EmojiPicker | undefined

/** Lets the person pick one beside `anchor`; null when they did not. */
export async function pickEmoji(anchor: Element): Promise<string | null> {
  picker ??= document.body.appendChild(document.createElement('oc-emoji'))
  await picker.updateComplete
  return picker.pick(anchor)
}

@customElement('oc-emoji')
export class EmojiPicker extends LitElement {
  @state() private groups: Groups = []
  /** The one in which the groups are. */
  private language: LanguageCode | null = null
  @state() private group = 0
  @state() private words = ''
  @query('.popover') private readonly popup?: HTMLElement
  @query('input') private readonly field?: HTMLInputElement
  private picked: ((emoji: string | null) => void) | null = null

  static override styles = [
    controls,
    css`
      :host { display: contents; }
      .popover {
        position: fixed; inset: auto; margin: 0; width: 336px; height: 340px; padding: var(--s2); border: 1px solid var(--line); border-radius: var(--radius-big);
        background: var(--raised); color: var(--ink); box-shadow: var(--shadow);
      }
      .popover:popover-open { display: flex; flex-direction: column; gap: var(--s2); }
      .groups { display: flex; justify-content: space-between; }
      .groups button { width: 32px; padding: 0; border-color: transparent; background: none; font-size: 17px; filter: grayscale(0.6); opacity: 0.8; }
      .groups button:hover { background: var(--hover); }
      .groups button[aria-pressed='true'] { background: var(--accent-soft); filter: none; opacity: 1; }
      .emojis { flex: 1; min-height: 0; overflow-y: auto; display: grid; grid-template-columns: repeat(8, 1fr); align-content: start; }
      .emojis button { width: 100%; min-height: 36px; padding: 0; border: 0; background: none; font-size: 20px; border-radius: var(--s1); }
      .emojis button:is(:hover, :focus-visible) { background: var(--hover); }
      .emojis button:focus-visible { outline-offset: -2px; }
      .nothing { grid-column: 1 / -1; padding: var(--s4); text-align: center; color: var(--ink-soft); }
    `,
  ]

  /** Where it stood is no longer where it belongs. */
  private readonly moved = (): void => this.end(null)

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('resize', this.moved)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('resize', this.moved)
  }

  async pick(anchor: Element): Promise<string | null> {
    this.end(null)
    if (this.language !== language()) {
      this.language = language()
      this.groups = await loadEmoji(this.language)
    }
    this.words = ''
    const box = anchor.getBoundingClientRect()
    this.popup?.showPopover()
    const [width, height] = [this.popup?.offsetWidth ?? 0, this.popup?.offsetHeight ?? 0]
    const below = box.bottom + 4 + height <= innerHeight || box.top < height
    if (this.popup) {
      this.popup.style.top = `${Math.max(4, Math.min(below ? box.bottom + 4 : box.top - height - 4, innerHeight - height - 4))}px`
      this.popup.style.left = `${Math.max(4, Math.min(box.left, innerWidth - width - 4))}px`
    }
    await this.updateComplete
    this.field?.focus()
    return new Promise((resolve) => {
      this.picked = resolve
    })
  }

  private end(emoji: string | null): void {
    const picked = this.picked
    this.picked = null
    if (this.popup?.matches(':popover-open')) this.popup.hidePopover()
    picked?.(emoji)
  }

  private get shown(): readonly Emoji[] {
    const wanted = folded(this.words).split(/\s+/).filter(Boolean)
    if (wanted.length === 0) return this.groups[this.group]?.emojis ?? []
    const all = this.groups.flatMap((group) => group.emojis)
    return all.filter(({ emoji, words }) => wanted.every((word) => emoji === word || words.includes(word))).slice(0, FOUND)
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' && event.target === this.field && !event.isComposing) {
      const [first] = this.shown
      if (first) this.end(first.emoji)
      event.preventDefault()
      return
    }
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('.emojis button')]
    const at = buttons.indexOf(event.target as HTMLElement)
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1
    const steps: Record<string, number> = { ArrowDown: COLUMNS, ArrowUp: -COLUMNS, ArrowRight: forward, ArrowLeft: -forward }
    const step = steps[event.key]
    if (step === undefined || (at < 0 && event.key !== 'ArrowDown')) return
    event.preventDefault()
    const next = at < 0 ? buttons[0] : buttons[at + step]
    if (next) next.focus()
    else if (step < 0) this.field?.focus()
  }

  override render() {
    const shown = this.shown
    return html`<div class="popover" popover role="dialog" aria-label=${msg('Emoji')} @keydown=${this.onKey}
      @toggle=${(event: ToggleEvent) => event.newState === 'closed' && this.end(null)}>
      <input type="text" .value=${this.words} placeholder=${msg('Search emoji')} aria-label=${msg('Search emoji')} autocomplete="off"
        @input=${() => (this.words = this.field?.value ?? '')} />
      <div class="groups" role="group" aria-label=${msg('Groups')}>${this.groups.map((group, index) => {
        const [sign = '', name = group.name] = GROUPS[group.name] ?? []
        return html`<button type="button" aria-pressed=${!this.words && index === this.group} aria-label=${msg(name)} title=${msg(name)} @click=${() => this.show(index)}>${sign}</button>`
      })}</div>
      <div class="emojis" role="group" aria-label=${msg('Emoji')}>
        ${shown.map(({ emoji, name }, index) => html`<button type="button" tabindex=${index === 0 ? 0 : -1} aria-label=${name} title=${name} @click=${() => this.end(emoji)}>${emoji}</button>`)}
        ${shown.length === 0 ? html`<p class="nothing" role="status">${msg('Nothing is called so.')}</p>` : nothing}
      </div>
    </div>`
  }

  private show(group: number): void {
    this.words = ''
    this.group = group
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-emoji': EmojiPicker
  }
}
