/** The first time something goes to everyone, the person is asked whether that is meant: nobody selected means everyone. */
import { css, html, LitElement } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { countPeople } from '../audience.ts'
import { controls } from '../controls.ts'
import { useStore } from '../element.ts'
import { msg, str } from '../i18n/text.ts'
import type { Store } from '../store.ts'

let asking: AskEveryone | undefined

/** True: go on. Answers at once when the audience is not everyone, or the person was asked before. */
export async function mayReach(store: Store): Promise<boolean> {
  if (!store.audience.everyone || store.view.desk.askedEveryone) return true
  asking ??= document.body.appendChild(document.createElement('oc-ask-everyone'))
  await asking.updateComplete
  if (!(await asking.ask())) return false
  await store.call('setAskedEveryone')
  return true
}

@customElement('oc-ask-everyone')
export class AskEveryone extends LitElement {
  @query('dialog') private readonly dialog?: HTMLDialogElement
  private answer: ((yes: boolean) => void) | null = null

  static override styles = [
    controls,
    css`
      dialog { width: min(440px, calc(100vw - 48px)); padding: var(--s4); border: 1px solid var(--wide-line); border-radius: var(--radius-big); background: var(--surface); color: var(--ink); box-shadow: var(--shadow); }
      dialog::backdrop { background: var(--backdrop); }
      h2 { font-size: var(--text-big); margin-block-end: var(--s2); }
      p + p { margin-block-start: var(--s2); }
      .buttons { display: flex; justify-content: flex-end; gap: var(--s2); margin-block-start: var(--s4); }
      button.everyone { background: var(--wide-soft); border-color: var(--wide-line); color: var(--wide-ink); font-weight: 600; }
    `,
  ]

  ask(): Promise<boolean> {
    this.requestUpdate()
    this.dialog?.showModal()
    return new Promise((resolve) => {
      this.answer = resolve
    })
  }

  private end(yes: boolean): void {
    const answer = this.answer
    this.answer = null
    this.dialog?.close()
    answer?.(yes)
  }

  override render() {
    const { audience } = useStore()
    return html`<dialog aria-labelledby="heading" @close=${() => this.end(false)}>
      <h2 id="heading">${msg('Send to everyone?')}</h2>
      <p>${msg(str`Nobody is selected, so this goes to everyone: ${countPeople(audience.people)}. Tick people on the left to write to them alone.`)}</p>
      <p class="soft small">${msg('You are asked this once. Later on you can take back what went to everyone with one click.')}</p>
      <div class="buttons"><button type="button" @click=${() => this.end(false)}>${msg('Not yet')}</button>
        <button type="button" class="everyone" autofocus @click=${() => this.end(true)}>${msg('Send to everyone')}</button></div>
    </dialog>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-ask-everyone': AskEveryone
  }
}
