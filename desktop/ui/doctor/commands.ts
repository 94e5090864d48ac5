/** Commands for one system, to be typed as they are: whole on one click, copied by a button, from left to right in any language. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { CommandLine, FixCommands } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import { NOTES, systemName } from './fix-words.ts'

/** What is to be typed at once. */
interface Run {
  readonly note?: CommandLine['note']
  readonly typed: string
}

/** A line with a note stands by itself: it shows something, or is another way to do the same. */
function runsOf(lines: readonly CommandLine[]): Run[] {
  const plain = lines.filter(({ note }) => note === undefined).map(({ typed }) => typed)
  const together: Run[] = plain.length > 0 ? [{ typed: plain.join('\n') }] : []
  const runOf = ({ typed, note }: CommandLine): Run[] => (note === undefined ? [] : [{ typed, note }])
  const before = lines[0]?.note === undefined ? together : []
  return [...before, ...lines.flatMap(runOf), ...(before.length === 0 ? together : [])]
}

@customElement('oc-commands')
export class Commands extends LitElement {
  @property({ attribute: false }) commands: FixCommands | null = null
  @state() private copied: string | null = null

  static override styles = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s1); margin-top: var(--s2); }
      .run { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: start; direction: ltr; border-radius: var(--radius); background: var(--bg); }
      pre { margin: 0; padding: var(--s2) 12px; overflow-x: auto; color: var(--ink); font: var(--text-small) / 1.5 var(--mono); text-align: left; user-select: all; }
      pre:focus-visible { outline-offset: -2px; }
      button.icon { margin: 1px; }
    `,
  ]

  private async copy(typed: string): Promise<void> {
    await navigator.clipboard.writeText(typed)
    this.copied = typed
  }

  private run({ typed, note }: Run) {
    const done = this.copied === typed
    const label = done ? msg('Copied') : msg('Copy the command')
    return html`${note ? html`<p class="soft small">${msg(NOTES[note])}</p>` : nothing}
      <div class="run" dir="ltr"><pre tabindex="0" role="group" aria-label=${msg('Commands')}>${typed}</pre>
        <button type="button" class="icon" aria-label=${label} title=${label} @click=${() => this.copy(typed)} @blur=${() => (this.copied = null)}>${icon(done ? 'check' : 'copy', 16)}</button></div>`
  }

  override render() {
    if (!this.commands) return nothing
    const { system, lines } = this.commands
    return html`<p class="soft small">${systemName(system)}</p>${runsOf(lines).map((one) => this.run(one))}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-commands': Commands
  }
}
