/** The app's few drawings, on a 20×20 grid, in the colour of the text around them. Decoration only: labels are said beside them. */
import { html, svg, type TemplateResult } from 'lit'

const DRAWINGS = {
  attach: svg`<path d="M15.5 9.5 9.8 15.2a3.4 3.4 0 0 1-4.8-4.8l6.2-6.2a2.3 2.3 0 0 1 3.2 3.2l-6.1 6.1a1.1 1.1 0 0 1-1.6-1.6l5.4-5.4"/>`,
  folder: svg`<path d="M2.5 6.5v8a1.5 1.5 0 0 0 1.5 1.5h12a1.5 1.5 0 0 0 1.5-1.5v-6A1.5 1.5 0 0 0 16 7h-5.5L8.7 4.5H4A1.5 1.5 0 0 0 2.5 6z"/>`,
  file: svg`<path d="M5.5 2.5h6l4 4v11h-10z"/><path d="M11.5 2.5v4h4"/>`,
  send: svg`<path d="M3 10h13M10.5 4.5 16 10l-5.5 5.5"/>`,
  settings: svg`<path d="M3 6h6M13 6h4M3 14h4M11 14h6"/><circle cx="11" cy="6" r="2"/><circle cx="9" cy="14" r="2"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  check: svg`<path d="m4.5 10.5 3.5 3.5 7.5-8"/>`,
  checks: svg`<path d="m1.5 10.5 3.5 3.5 7-8M9.5 13.5l.7.5 7.5-8"/>`,
  people: svg`<circle cx="7.5" cy="7" r="3"/><path d="M2 16.5c.5-3 2.7-4.5 5.5-4.5s5 1.5 5.5 4.5M13 4.3a3 3 0 0 1 0 5.4M15 12.5c1.7.6 2.7 2 3 4"/>`,
  registry: svg`<rect x="3" y="3.5" width="14" height="5" rx="1.5"/><rect x="3" y="11.5" width="14" height="5" rx="1.5"/><path d="M6 6h.01M6 14h.01"/>`,
  network: svg`<circle cx="10" cy="4.5" r="2"/><circle cx="4" cy="15.5" r="2"/><circle cx="16" cy="15.5" r="2"/><path d="M10 6.5V10M4 13.5V10h12v3.5"/>`,
  copy: svg`<rect x="7" y="7" width="9.5" height="9.5" rx="1.5"/><path d="M4.5 13h-1V3.5H13v1"/>`,
  retry: svg`<path d="M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5"/>`,
  down: svg`<path d="M10 4v11M5.5 10.5 10 15l4.5-4.5"/>`,
  warning: svg`<path d="M10 3 2.5 16.5h15zM10 8.5v3.5M10 14.3v.1"/>`,
  bubble: svg`<path d="M4.5 4h11A1.5 1.5 0 0 1 17 5.5v7a1.5 1.5 0 0 1-1.5 1.5H10l-4 3v-3H4.5A1.5 1.5 0 0 1 3 12.5v-7A1.5 1.5 0 0 1 4.5 4z"/>`,
  language: svg`<circle cx="10" cy="10" r="7"/><path d="M3 10h14M10 3c2.2 2 3.2 4.3 3.2 7s-1 5-3.2 7c-2.2-2-3.2-4.3-3.2-7s1-5 3.2-7z"/>`,
  forward: svg`<path d="M4 10h12M11 5l5 5-5 5"/>`,
  bell: svg`<path d="M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4zM8.5 17h3"/>`,
  download: svg`<path d="M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13"/>`,
  person: svg`<circle cx="10" cy="6.5" r="3.2"/><path d="M3.5 17c.6-3.4 3.1-5 6.5-5s5.9 1.6 6.5 5"/>`,
  info: svg`<circle cx="10" cy="10" r="7"/><path d="M10 9v5M10 6.2v.1"/>`,
  plus: svg`<path d="M10 4v12M4 10h12"/>`,
  keyboard: svg`<rect x="2.5" y="5" width="15" height="10" rx="1.5"/><path d="M5.5 8h.01M8.5 8h.01M11.5 8h.01M14.5 8h.01M6.5 12h7"/>`,
  exit: svg`<path d="M8 3.5H4.5v13H8M8 10h9M13.5 6.5 17 10l-3.5 3.5"/>`,
  doctor: svg`<path d="M2.5 10.5h3.5l2-5 3.5 9 2-4h4"/>`,
  smile: svg`<circle cx="10" cy="10" r="7"/><path d="M7 8h.01M13 8h.01M6.8 11.5c.7 1.5 1.8 2.3 3.2 2.3s2.5-.8 3.2-2.3"/>`,
  reply: svg`<path d="M8 5 3.5 9.5 8 14M3.5 9.5H12a4.5 4.5 0 0 1 4.5 4.5v1.5"/>`,
  pen: svg`<path d="m12.5 4.5 3 3-8.5 8.5-3.7.7.7-3.7z"/>`,
  undo: svg`<path d="M4 4.5v4h4M4.5 8.3A6.2 6.2 0 1 1 4 12"/>`,
  search: svg`<circle cx="9" cy="9" r="5.5"/><path d="m13 13 4 4"/>`,
  star: svg`<path d="m10 3 2.1 4.4 4.9.6-3.6 3.3 1 4.8L10 13.7l-4.4 2.4 1-4.8L3 8l4.9-.6z"/>`,
  starred: svg`<path fill="currentColor" d="m10 3 2.1 4.4 4.9.6-3.6 3.3 1 4.8L10 13.7l-4.4 2.4 1-4.8L3 8l4.9-.6z"/>`,
  quiet: svg`<path d="M5.5 13.5V9a4.5 4.5 0 0 1 7.6-3.2M14.5 9.5v4l1.5 1.5H7M8.5 17h3M3.5 3.5l13 13"/>`,
  lists: svg`<path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h13"/>`,
  room: svg`<path d="M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13M3 12.5h13"/>`,
  pause: svg`<path d="M7 5v10M13 5v10"/>`,
  play: svg`<path d="M6.5 4.5v11l9-5.5z"/>`,
  up: svg`<path d="M10 16V5M5.5 9.5 10 5l4.5 4.5"/>`,
  open: svg`<path d="M11.5 3.5h5v5M16.5 3.5 9 11M14.5 11.5v5h-11v-11h5"/>`,
} as const

export type IconName = keyof typeof DRAWINGS

/** Drawings that point onwards: turned round where one reads from the right. */
const POINTING: ReadonlySet<IconName> = new Set(['send', 'forward', 'exit'])

export function icon(name: IconName, size = 20): TemplateResult {
  return html`<svg class=${POINTING.has(name) ? 'points' : ''} width=${size} height=${size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${DRAWINGS[name]}</svg>`
}
