/** The people of the registry: who is here, and a box beside each to choose whom to write to. */
import { css, html, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { RosterEntry } from '../../bridge.ts'
import { conversationKey } from '../audience.ts'
import { controls } from '../controls.ts'
import { StoreElement } from '../element.ts'
import { lastSeen, presenceWord } from '../format.ts'

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })

@customElement('oc-people')
export class PeopleList extends StoreElement {
  static override styles = [
    controls,
    css`
      h2 { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      header { display: flex; align-items: center; justify-content: space-between; min-height: 40px; padding: var(--s1) var(--s2) 0 var(--s3); }
      h2 { font-size: var(--text-small); color: var(--ink-soft); }
      header button { min-height: 28px; font-size: var(--text-small); }
      ul { padding: 0 var(--s2) var(--s2); }
      label { display: flex; align-items: center; gap: 12px; min-height: 40px; padding: 2px var(--s2); border-radius: var(--radius); cursor: pointer; }
      label:hover { background: var(--hover); }
      label:has(:checked) { background: var(--accent-soft); }
      label:has(:checked) .seen { color: var(--ink); }
      .who { flex: 1; min-width: 0; line-height: 1.3; }
      .who .cut { display: block; }
      .dot { width: 10px; height: 10px; border-radius: 50%; border: 2px solid var(--line-strong); flex: none; }
      .dot.away { border-color: var(--away); }
      .dot.busy { background: linear-gradient(var(--raised) 0 0) center / 6px 2px no-repeat var(--danger); border-color: var(--danger); }
      .dot.online { background: var(--online); border-color: var(--online); }
      .seen { display: block; color: var(--ink-soft); font-size: var(--text-small); }
      .unread {
        min-width: 20px; padding: 0 6px; border-radius: 10px; background: var(--accent); color: var(--on-accent);
        font-size: var(--text-small); font-weight: 600; line-height: 20px; text-align: center;
      }
      .nobody { padding: var(--s2) var(--s3) var(--s3); color: var(--ink-soft); }
    `,
  ]

  private person(person: RosterEntry, unread: number) {
    const { id, name, presence } = person
    const online = presence === 'online'
    const state = online ? 'online' : presence === 'offline' ? lastSeen(person.lastSeen, Date.now()) : presenceWord(presence)
    return html`<li><label>
      <input type="checkbox" aria-label=${name} aria-describedby="state-${id}" .checked=${this.store.selected.has(id)} @change=${() => this.store.toggle(id)} />
      <span class="who"><span class="cut" dir="auto">${name}</span>
        <span class=${online ? 'hidden-text' : 'seen cut'} id="state-${id}">${state}</span></span>
      ${unread > 0 ? html`<span class="unread" aria-label="${unread} unread">${unread > 999 ? '999+' : unread}</span>` : nothing}
      <span class="dot ${presence}" title=${state}></span>
    </label></li>`
  }

  private heading(online: number, all: number): string {
    const { size } = this.store.selected
    if (all === 0) return 'People'
    return size > 0 ? `${size} selected` : `People · ${online} of ${all} online`
  }

  override render() {
    const { roster, conversations } = this.store.view
    const others = roster.filter((person) => !person.self)
    const gone = (person: RosterEntry) => (person.presence === 'offline' ? 1 : 0)
    const sorted = others.sort((a, b) => gone(a) - gone(b) || byName.compare(a.name, b.name))
    const unread = new Map(conversations.map((conversation) => [conversationKey(conversation), conversation.unread]))
    const online = others.length - others.filter((person) => person.presence === 'offline').length
    return html`
      <header>
        <h2>${this.heading(online, others.length)}</h2>
        ${this.store.selected.size > 0 ? html`<button type="button" class="plain" @click=${() => this.store.select([])}>Select nobody</button>` : nothing}
      </header>
      ${others.length === 0 ? html`<p class="nobody">Nobody else has joined yet. They will appear here by themselves.</p>` : nothing}
      <ul aria-label="People">
        ${repeat(
          sorted,
          (person) => person.id,
          (person) => this.person(person, unread.get(`to:${person.id}`) ?? 0),
        )}
      </ul>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-people': PeopleList
  }
}
