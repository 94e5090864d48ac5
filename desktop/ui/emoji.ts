/** The emoji, by groups, and what they are called and looked for by in a language. Both are part of the app, fetched when first needed. */
import type { LanguageCode } from './i18n/languages.ts'

export interface Emoji {
  readonly emoji: string
  /** In the person's language. */
  readonly name: string
  /** What a search looks in: the name, other words, and the English name. */
  readonly words: string
}
export type Groups = readonly { readonly name: string; readonly emojis: readonly Emoji[] }[]

const WORDS: Readonly<Record<LanguageCode, () => Promise<{ readonly default: readonly string[] }>>> = {
  en: () => import('virtual:emoji-words/en'),
  de: () => import('virtual:emoji-words/de'),
  es: () => import('virtual:emoji-words/es'),
  fr: () => import('virtual:emoji-words/fr'),
  hi: () => import('virtual:emoji-words/hi'),
  ja: () => import('virtual:emoji-words/ja'),
  ar: () => import('virtual:emoji-words/ar'),
}

/** As one types it: without case, accents and the marks of short vowels. */
export const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F\u064B-\u0652]/g, '')
    .replaceAll('œ', 'oe')
    .replaceAll('ß', 'ss')

/** Of a country's flag its code, from two letters that stand for it (UTS 51, annex B). */
function countryOf(emoji: string): string | null {
  const letters = [...emoji].map((letter) => (letter.codePointAt(0) ?? 0) - 0x1f1e6)
  return letters.length === 2 && letters.every((letter) => letter >= 0 && letter < 26)
    ? String.fromCharCode(...letters.map((letter) => letter + 65))
    : null
}

export async function loadEmoji(language: LanguageCode): Promise<Groups> {
  const [groups, words] = await Promise.all([import('unicode-emoji-json/data-by-group.json'), WORDS[language]()])
  const countries = new Intl.DisplayNames(language, { type: 'region' })
  let at = 0
  return groups.default.map((group) => ({
    name: group.name,
    emojis: group.emojis.map(({ emoji, name: english }) => {
      const [known, more = ''] = (words.default[at++] ?? '').split('|')
      const country = countryOf(emoji)
      const name = known || (country && countries.of(country)) || english
      return { emoji, name, words: folded(`${name} ${more} ${english}`) }
    }),
  }))
}
