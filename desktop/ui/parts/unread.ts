/** How many messages one has not read, as a badge; a quiet one where one does not want to hear of it. */
import { css, html, nothing } from 'lit'
import { counted, shownNumber } from '../i18n/text.ts'

export const unreadStyles = css`
  .unread {
    align-self: center; justify-self: end; min-width: 20px; padding: 0 6px; border-radius: 10px; background: var(--accent);
    color: var(--on-accent); font-size: var(--text-small); font-weight: 600; line-height: 20px; text-align: center;
  }
  .unread.quiet { background: var(--well); color: var(--ink-soft); }
`

export const unreadBadge = (unread: number, quiet = false) =>
  unread === 0
    ? nothing
    : html`<span class="unread ${quiet ? 'quiet' : ''}" role="img" aria-label=${counted(unread, '# unread', '# unread')}>${unread > 999 ? `${shownNumber(999)}+` : shownNumber(unread)}</span>`
