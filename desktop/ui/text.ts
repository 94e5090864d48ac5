/** Text that others wrote: only http and https addresses can be followed, and nothing in a name can disguise it. */

/** Punctuation after an address belongs to the sentence around it. */
const SENTENCE_END = /[.,;:!?…)\]}»”’*_~]/u
/** Characters that turn the direction of what follows and can make `exe.jpg` of `gpj.exe`. */
const BIDI_CONTROL = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu
const CONTROL = /\p{Cc}/gu

/** Without the punctuation behind it, but with a bracket that the address itself opened, as in `…/Lit_(library)`. */
export function trimmedAddress(address: string): string {
  let end = address.length
  const opens = address.includes('(')
  while (end > 0 && SENTENCE_END.test(address[end - 1] ?? '') && !(opens && address[end - 1] === ')')) end--
  return address.slice(0, end)
}

/** An address as the browser would follow it; null when it is none of http or https. */
export function safeAddress(text: string): string | null {
  if (text.length > 2_000 || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
}

/** A file's name or path with what could disguise it made visible. */
export const shownPath = (path: string): string => path.replace(BIDI_CONTROL, '\uFFFD').replace(CONTROL, '\uFFFD')
