/** What all components' native controls look like. Each component adds it before its own styles. */
import { css } from 'lit'

export const controls = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { display: block; min-width: 0; }
  :host([hidden]), [hidden] { display: none !important; }
  h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  h1, h2, h3 { font-weight: 600; line-height: 1.25; text-wrap: balance; }
  svg { display: block; flex: none; }
  /* What points onwards points the other way where one reads from the right. */
  svg.points:dir(rtl) { scale: -1 1; }
  code { font-family: var(--mono); font-size: 0.92em; }

  button, input, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
  button {
    display: inline-flex; align-items: center; justify-content: center; gap: var(--s2);
    min-height: 32px; padding: 0 12px; border: 1px solid var(--line-strong); border-radius: var(--radius);
    background: var(--raised); color: var(--ink); font-weight: 500; white-space: nowrap; cursor: pointer;
    transition: background-color 120ms, border-color 120ms;
  }
  button:hover { background: var(--hover); }
  button:disabled { opacity: 0.55; cursor: default; }
  button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
  button.main:hover:enabled { background: var(--accent-hover); border-color: var(--accent-hover); }
  button.plain { border-color: transparent; background: none; color: var(--accent-ink); padding: 0 var(--s2); }
  button.plain:hover { background: var(--hover); }
  button.icon { width: 32px; padding: 0; border-color: transparent; background: none; color: var(--ink-soft); flex: none; }
  button.icon:hover { background: var(--hover); color: var(--ink); }
  button.danger { color: var(--danger); border-color: currentColor; background: none; }
  button.danger:hover { background: var(--danger-soft); }

  :focus { outline: none; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

  label { display: block; }
  .field { display: grid; gap: var(--s1); }
  .field > span { font-weight: 500; }
  input:is([type='text'], [type='password']) {
    width: 100%; min-height: 36px; padding: 0 12px; background: var(--raised);
    border: 1px solid var(--line-strong); border-radius: var(--radius);
  }
  input::placeholder, textarea::placeholder { color: var(--ink-soft); opacity: 1; }
  input:is([type='text'], [type='password']):focus-visible { outline-offset: 0; border-color: var(--accent); }
  input:is([type='checkbox'], [type='radio']) { width: 16px; height: 16px; margin: 0; flex: none; }
  select, input[type='number'] {
    min-height: 32px; padding: 0 8px; border: 1px solid var(--line-strong); border-radius: var(--radius); background: var(--raised);
    color: var(--ink); font: inherit; max-width: 100%;
  }
  input[type='number'] { width: 96px; }

  /* A switch: something that is on as long as it is, at once. */
  input[role='switch'] {
    appearance: none; position: relative; width: 36px; height: 20px; margin: 0; border: 1px solid var(--line-strong); border-radius: 10px;
    background: var(--well); cursor: pointer; transition: background-color 120ms;
  }
  input[role='switch']::after {
    content: ''; position: absolute; inset-block-start: 2px; inset-inline-start: 2px; width: 14px; height: 14px; border-radius: 50%;
    background: var(--line-strong); transition: translate 120ms, background-color 120ms;
  }
  input[role='switch']:checked { background: var(--accent); border-color: var(--accent); }
  input[role='switch']:checked::after { translate: 16px; background: var(--on-accent); }
  input[role='switch']:checked:dir(rtl)::after { translate: -16px; }
  input[role='switch']:disabled { opacity: 0.55; cursor: default; }

  summary { cursor: pointer; border-radius: var(--s1); color: var(--ink-soft); }
  summary:hover { color: var(--ink); }

  .soft { color: var(--ink-soft); }
  .small { font-size: var(--text-small); }
  .cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
  /* A name begins where the page is read from, whatever its script, and is cut at its own end. */
  .cut[dir='auto'] { width: fit-content; max-width: 100%; }
  .row { display: flex; align-items: center; gap: var(--s2); min-width: 0; }
  .grow { flex: 1; min-width: 0; }
  .hidden-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  bdi { unicode-bidi: isolate; }

  @media (prefers-reduced-motion: reduce) { *, *::before, *::after { transition: none !important; animation: none !important; } }
`
