/** The dot that says whether somebody is there: a form and a colour, as not everybody tells colours apart. */
import { css } from 'lit'

export const presenceStyles = css`
  .dot { width: 10px; height: 10px; border-radius: 50%; border: 2px solid var(--line-strong); flex: none; }
  .dot.away { border-color: var(--away); }
  .dot.busy { background: linear-gradient(var(--raised) 0 0) center / 6px 2px no-repeat var(--danger); border-color: var(--danger); }
  .dot.online { background: var(--online); border-color: var(--online); }
`
