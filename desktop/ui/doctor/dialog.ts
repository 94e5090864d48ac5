/** What the doctor says: what it looks at as it does, then what it found, worst first, and what to do about it. */
import { css, html, nothing } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { CheckView, DoctorView, Finding, Fix } from '../../bridge.ts'
import { controls } from '../controls.ts'
import { Action, StoreElement } from '../element.ts'
import { msg, phrase } from '../i18n/text.ts'
import { type IconName, icon } from '../icons.ts'
import '../parts/error-note.ts'
import '../parts/modal.ts'
import type { Modal } from '../parts/modal.ts'
import './commands.ts'
import { CHECKS, sentenceOf } from './finding-words.ts'
import { adviceOf, PLACES } from './fix-words.ts'

const STATES: Record<CheckView['state'], string> = {
  waiting: phrase('waits'),
  running: phrase('is being looked at'),
  done: phrase('looked at'),
  skipped: phrase('left out'),
}
const MARKS: Record<Finding['severity'], { icon: IconName; words: string }> = {
  blocks: { icon: 'warning', words: phrase('Blocks') },
  hinders: { icon: 'info', words: phrase('Hinders') },
  fine: { icon: 'check', words: phrase('Fine') },
}

@customElement('oc-doctor')
export class DoctorDialog extends StoreElement {
  @query('oc-modal') private readonly modal?: Modal
  private readonly action = new Action(this)
  private shown = false
  /** Closed by the person, which the host does not know yet. */
  private closing = false

  static override styles = [
    controls,
    css`
      :host { display: contents; }
      .all, .findings, .finding, .fixes { display: grid; grid-template-columns: minmax(0, 1fr); }
      .all { gap: var(--s3); }
      .checks { display: grid; gap: var(--s1); }
      .checks li { display: flex; align-items: center; gap: var(--s2); min-height: 28px; }
      .checks svg { color: var(--online); }
      .checks .skipped { color: var(--ink-soft); }
      .mark { width: 16px; height: 16px; flex: none; display: grid; place-items: center; }
      .wait { width: 8px; height: 8px; border-radius: 50%; border: 1.5px solid var(--line-strong); }
      .spin { width: 14px; height: 14px; border-radius: 50%; border: 2px solid var(--well); border-top-color: var(--accent); animation: turn 800ms linear infinite; }
      @keyframes turn { to { rotate: 360deg; } }
      .findings { gap: 12px; }
      .finding { gap: var(--s2); padding: 12px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); }
      .finding.blocks { background: var(--danger-soft); border-color: transparent; }
      .finding.hinders { background: var(--wide-soft); border-color: transparent; }
      .finding.fine { border: 0; background: none; padding: 0 12px; }
      .finding.fine svg { color: var(--online); }
      .finding.blocks svg { color: var(--danger); }
      .finding.hinders svg { color: var(--wide-ink); }
      .finding > p { display: flex; gap: var(--s2); overflow-wrap: anywhere; }
      .finding > p svg { margin-top: 2px; }
      .fixes { gap: 12px; padding-inline-start: 24px; }
      .where { font-weight: 600; }
      .end { justify-content: flex-end; }
    `,
  ]

  override updated(): void {
    const { doctor } = this.store.view
    if (!doctor) this.closing = false
    const wanted = doctor !== null && !this.closing
    if (wanted === this.shown) return
    this.shown = wanted
    if (wanted) this.modal?.show()
    else this.modal?.close()
  }

  private closed(): void {
    this.shown = false
    this.closing = this.store.view.doctor !== null
    if (this.store.view.doctor) this.action.run(() => this.store.call('stopExamining'))
  }

  private check({ id, state }: CheckView) {
    const mark = state === 'done' ? icon('check', 16) : html`<span class=${state === 'running' ? 'spin' : 'wait'}></span>`
    return html`<li class=${state}><span class="mark">${mark}</span><span class="grow">${msg(CHECKS[id])}</span><span class="soft small">${msg(STATES[state])}</span></li>`
  }

  private finding(finding: Finding) {
    const { severity, fixes } = finding
    const mark = MARKS[severity]
    return html`<li class="finding ${severity}">
      <p>${icon(mark.icon, 16)}<span><span class="hidden-text">${msg(mark.words)}: </span>${sentenceOf(finding)}</span></p>
      ${fixes.length === 0 ? nothing : html`<div class="fixes">${fixes.map((fix) => this.fix(fix))}</div>`}
    </li>`
  }

  private fix(fix: Fix) {
    return html`<div><p><span class="where">${msg(PLACES[fix.where])}:</span> ${adviceOf(fix)}</p>
      ${fix.commands.map((commands) => html`<oc-commands .commands=${commands}></oc-commands>`)}</div>`
  }

  private found({ state, findings, peer }: DoctorView) {
    if (state === 'running') return html`<p class="soft">${msg('This takes some seconds.')}</p>`
    return html`<ul class="findings" aria-label=${msg('What was found')}>${findings.map((one) => this.finding(one))}</ul>
      <div class="row end"><button type="button" class="main" @click=${() => this.store.examine(peer)}>${msg('Look again')}</button></div>`
  }

  override render() {
    const { doctor } = this.store.view
    return html`<oc-modal heading=${msg('Connection check')} @close=${this.closed}>
      ${
        doctor
          ? html`<div class="all">
            <div role="status" class="hidden-text">${doctor.state === 'running' ? msg('The doctor is looking') : msg('The doctor has looked')}</div>
            ${doctor.state === 'running' ? html`<ol class="checks" aria-label=${msg('What is looked at')}>${doctor.checks.map((one) => this.check(one))}</ol>` : nothing}
            ${this.found(doctor)}
          </div>`
          : nothing
      }
      <oc-error .error=${this.action.error}></oc-error>
    </oc-modal>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'oc-doctor': DoctorDialog
  }
}
