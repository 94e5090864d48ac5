/** What a reaction may be. */
import { MAX_EMOJI } from './limits.ts'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** Joiners, the tags of regional flags, and no other invisible characters. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{Cs}\p{Cn}]|(?![\u200d\u{e0020}-\u{e007f}])\p{Cf}/u

/** One grapheme (what a person takes for one character) of at most MAX_EMOJI code units, nothing invisible in it. */
export function isEmoji(text: string): boolean {
  return text.length > 0 && text.length <= MAX_EMOJI && !HIDDEN.test(text) && [...graphemes.segment(text)].length === 1
}
