/** How far something is: a quiet bar, everywhere the same. */
import { css } from 'lit'

export const progressStyles = css`
  progress { appearance: none; display: block; width: 100%; height: 6px; border: 0; border-radius: 3px; overflow: hidden; background: var(--well); }
  progress::-webkit-progress-bar { background: var(--well); }
  progress::-webkit-progress-value { background: var(--accent); border-radius: 3px; }
  progress::-moz-progress-bar { background: var(--accent); }
`
