/** Text that others wrote, shown as text: never as markup, and only http and https addresses can be followed. */
import { html, type TemplateResult } from 'lit'

const ADDRESS = /https?:\/\/[^\s<>"'`]+/giu
/** Punctuation after an address belongs to the sentence around it. */
const SENTENCE_END = /[.,;:!?…)\]}»”’]+$/u
/** Characters that turn the direction of what follows and can make `exe.jpg` of `gpj.exe`. */
const BIDI_CONTROL = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu
const CONTROL = /\p{Cc}/gu

type Piece = { readonly text: string; readonly href?: string }

/** The text cut into plain pieces and followable addresses; joined they are the text again. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let at = 0
  for (const match of text.matchAll(ADDRESS)) {
    const raw = match[0]
    const shown = raw.slice(0, raw.length - (closing(raw)?.length ?? 0))
    const href = safeAddress(shown)
    if (!href) continue
    if (match.index > at) found.push({ text: text.slice(at, match.index) })
    found.push({ text: shown, href })
    at = match.index + shown.length
  }
  if (at < text.length) found.push({ text: text.slice(at) })
  return found
}

export function richText(text: string): TemplateResult[] {
  return pieces(text).map((piece) =>
    piece.href ? html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.text}</a>` : html`${piece.text}`,
  )
}

/** A file's name or path with what could disguise it made visible. */
export const shownPath = (path: string): string => path.replace(BIDI_CONTROL, '\uFFFD').replace(CONTROL, '\uFFFD')

/** Closing punctuation, but not a bracket that the address itself opened, as in `…/Lit_(library)`. */
function closing(address: string): string | undefined {
  const end = SENTENCE_END.exec(address)?.[0]
  return end?.startsWith(')') && address.includes('(') ? end.slice(1) : end
}

function safeAddress(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
}
