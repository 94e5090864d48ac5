/**
 * How everything people read is written: `msg('Send')`, `msg(str`To ${name}`)`, `counted(n, '# file', '# files')`. `npm run check` finds
 * what is written otherwise, and what a language lacks.
 */
import { msg, str } from '@lit/localize'
import { FORMS } from './catalogue.ts'
import { type LanguageCode, SOURCE, type Speech, speechFor } from './languages.ts'

export { msg, str }

let speech: Speech = speechFor(SOURCE, [])
let rules = new Intl.PluralRules(SOURCE)
let number = new Intl.NumberFormat(SOURCE)

/** The one the window speaks now. */
export const language = (): LanguageCode => speech.language.code

/** For `Intl`: how numbers, dates and lists are written now. */
export const locale = (): string => speech.locale

/** From now on; the texts of that language are there already. */
export function spoken(now: Speech): void {
  speech = now
  rules = new Intl.PluralRules(now.locale)
  number = new Intl.NumberFormat(now.locale)
}

/** A text of a table that is made before the language is known; `msg` of it shows it. */
export const phrase = (text: string): string => text

/** A name or an address inside a sentence, whichever way the two are read: between U+2068 and U+2069 (UAX 9 §2.7). */
export const apart = (value: string): string => `\u2068${value}\u2069`

/** Letters read from the right, and characters that turn the direction by themselves. */
const FROM_THE_RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u

/** A name inside a sentence: apart where it is read the other way than the page, so that neither disturbs the other. */
export const inSentence = (name: string): string =>
  TURNS.test(name) || FROM_THE_RIGHT.test(name) !== (speech.language.direction === 'rtl') ? apart(name) : name

/** `1,204` as the language writes it. */
export const shownNumber = (count: number): string => number.format(count)

/** `# person` or `# people`, with the number for `#`, in the form the language has for that many. */
export function counted(count: number, one: string, other: string): string {
  const forms = msg(`${one}|${other}`).split('|')
  const has = FORMS.filter((form) => rules.resolvedOptions().pluralCategories.includes(form))
  const form = forms[has.indexOf(rules.select(count))] ?? forms.at(-1) ?? other
  return form.replace('#', shownNumber(count))
}
