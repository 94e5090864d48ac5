/** A new room: its name, who may come in, who is in it from the start. Or one that is there: who is in it, its name, and the way out. */
import { css, html, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { RoomId, UserId } from '../../../core/protocol/messages.ts'
import type { RoomEntry } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { counted, msg } from '../i18n/text.ts'
import { icon } from '../icons.ts'
import '../parts/error-note.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import '../parts/people-picker.ts'

@customElement('oc-room')
export class RoomDialog extends StoreElement {
  @query('oc-modal') private readonly modal?: Modal
  @query('input[name=room-name]') private readonly nameField?: HTMLInputElement
  /** The room it is about; null: a new one. */
  @state() private room: RoomId | null = null
  @state() private shown = false
  @state() private open = true
  @state() private picked: ReadonlySet<UserId> = new Set()
  @state() private leaving = false
  private readonly action = new Action(this)

  static override styles = [
    controls,
    css`
      form, section { display: grid; gap: var(--s3); }
      section + section { margin-block-start: var(--s4); padding-block-start: var(--s3); border-block-start: 1px solid var(--line); }
      h3 { font-size: var(--text); }
      fieldset { display: grid; gap: var(--s2); margin: 0; padding: 0; border: 0; }
      legend { padding: 0; font-weight: 500; margin-block-end: var(--s1); }
      .choice { display: flex; gap: var(--s2); align-items: flex-start; cursor: pointer; }
      .choice input { margin-block-start: 3px; }
      .members { display: flex; flex-wrap: wrap; gap: var(--s1); max-height: 160px; overflow-y: auto; }
      .members li { max-width: 100%; padding: 1px 10px; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); }
      .rename { align-items: stretch; }
      .rename button { min-height: 36px; }
      .buttons { display: flex; justify-content: flex-end; gap: var(--s2); }
      /* In sight however many people there are to choose from; at the dialog’s own edge, which lies beyond what its body pads. */
      form > .buttons { position: sticky; inset-block-end: calc(-1 * var(--s4)); margin: 0 calc(-1 * var(--s4)) calc(-1 * var(--s4)); padding: 12px var(--s4); border-block-start: 1px solid var(--line); background: var(--surface); }
    `,
  ]

  /** Of a room, or to make one (null); those ticked are in it from the start. */
  async show(room: RoomId | null): Promise<void> {
    this.room = room
    this.open = true
    this.leaving = false
    this.picked = room ? new Set() : new Set(this.store.selected)
    this.action.clear()
    this.shown = true
    await this.updateComplete
    this.modal?.show()
    if (!room) this.nameField?.focus()
  }

  private get entry(): RoomEntry | undefined {
    return this.store.view.rooms.find(({ id }) => id === this.room)
  }

  private get name(): string {
    return this.nameField?.value.trim() ?? ''
  }

  private async create(event: Event): Promise<void> {
    event.preventDefault()
    const options = { open: this.open, members: [...this.picked] }
    const made = await this.action.run(async () => {
      const room = await this.store.call('createRoom', this.name, options)
      this.store.selectRoom(room)
    })
    if (made) this.modal?.close()
  }

  private rename(event: Event): void {
    event.preventDefault()
    const { room } = this
    if (room) this.action.run(() => this.store.call('renameRoom', room, this.name))
  }

  private async invite(): Promise<void> {
    const { room, picked } = this
    if (room && (await this.action.run(() => this.store.call('inviteToRoom', room, [...picked])))) this.picked = new Set()
  }

  private async leave(): Promise<void> {
    const { room } = this
    if (room && (await this.action.run(() => this.store.call('leaveRoom', room)))) this.modal?.close()
  }

  private picker(without: readonly UserId[]) {
    return html`<oc-people-picker .picked=${this.picked} .without=${without} @picked=${(event: CustomEvent<ReadonlySet<UserId>>) => (this.picked = event.detail)}></oc-people-picker>`
  }

  private form() {
    const choice = (open: boolean, title: string, tells: string) =>
      html`<label class="choice"><input type="radio" name="open" .checked=${this.open === open} @change=${() => (this.open = open)} /><span>${title}<br /><span class="soft small">${tells}</span></span></label>`
    return html`<form @submit=${this.create}>
      <label class="field"><span>${msg('Name of the room')}</span><input type="text" name="room-name" required maxlength="60" autocomplete="off" /></label>
      <fieldset><legend>${msg('Who may come in')}</legend>
        ${choice(true, msg('Everybody of this registry'), msg('It is in everybody’s list, and anybody can join.'))}
        ${choice(false, msg('Whom a member brings in'), msg('Nobody else sees that it is there.'))}</fieldset>
      <section><h3>${msg('In it from the start')}</h3>${this.picker([])}</section>
      <oc-error .error=${this.action.error}></oc-error>
      <div class="buttons"><button type="button" @click=${() => this.modal?.close()}>${msg('Cancel')}</button><button class="main" ?disabled=${this.action.busy}>${msg('Make the room')}</button></div>
    </form>`
  }

  private about(room: RoomEntry) {
    const { name, members, open } = room
    const size = room.size ?? members.length
    return html`
      <section><h3>${counted(size, '# person is in it', '# people are in it')}</h3>
        <ul class="members" aria-label=${msg('Members')}>${members.map((person) => html`<li class="cut" dir="auto">${person.name}</li>`)}
          ${size > members.length ? html`<li>${counted(size - members.length, '# more', '# more')}</li>` : nothing}</ul>
        <p class="soft small">${open ? msg('Anybody of this registry can join.') : msg('Only members bring others in.')}</p></section>
      <section><h3>${msg('Bring others in')}</h3>${this.picker(members.map(({ id }) => id))}
        <div class="buttons"><button type="button" class="main" ?disabled=${this.picked.size === 0 || this.action.busy} @click=${this.invite}>${icon('plus', 16)}${msg('Bring in')}</button></div></section>
      <section><form class="row rename" @submit=${this.rename}>
        <label class="field grow"><span class="hidden-text">${msg('Name of the room')}</span><input type="text" name="room-name" required maxlength="60" autocomplete="off" .value=${name} /></label>
        <button ?disabled=${this.action.busy}>${msg('Rename')}</button></form></section>
      <section><oc-error .error=${this.action.error}></oc-error>
        <div class="row"><p class="grow soft small">${msg('What was said stays with you when you leave.')}</p>
        ${
          this.leaving
            ? html`<button type="button" class="danger" ?disabled=${this.action.busy} @click=${this.leave}>${msg('Yes, leave')}</button>`
            : html`<button type="button" @click=${() => (this.leaving = true)}>${msg('Leave the room')}</button>`
        }</div></section>`
  }

  override render() {
    const { entry } = this
    if (!this.shown) return nothing
    return html`<oc-modal heading=${this.room ? (entry?.name ?? msg('This room has ended')) : msg('New room')} @close=${() => (this.shown = false)}>
      ${this.room ? (entry ? this.about(entry) : nothing) : this.form()}</oc-modal>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-room': RoomDialog
  }
}
