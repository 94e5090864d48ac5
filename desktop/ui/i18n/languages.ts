/** The languages the window speaks, and which one a person gets. */
import type { SettingsView } from '../../bridge.ts'

export type LanguageCode = Exclude<SettingsView['language'], 'system'>

interface Language {
  readonly code: LanguageCode
  /** In the language itself, as somebody who reads no other looks for it. */
  readonly name: string
  readonly direction: 'ltr' | 'rtl'
}

/** The language the texts in the source are written in. */
export const SOURCE = 'en'

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English', direction: 'ltr' },
  { code: 'de', name: 'Deutsch', direction: 'ltr' },
  { code: 'es', name: 'Español', direction: 'ltr' },
  { code: 'fr', name: 'Français', direction: 'ltr' },
  { code: 'hi', name: 'हिन्दी', direction: 'ltr' },
  { code: 'ja', name: '日本語', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
]

export interface Speech {
  readonly language: Language
  /** For dates and numbers: the system's own kind of the language where it has one, such as `en-GB`. */
  readonly locale: string
}

/** What `setting` means on a system that prefers `system` (as in `navigator.languages`). */
export function speechFor(setting: SettingsView['language'], system: readonly string[]): Speech {
  const english = LANGUAGES[0] as Language
  const codeOf = (locale: string) => locale.split('-')[0]?.toLowerCase()
  const byCode = (code: string | undefined) => LANGUAGES.find((language) => language.code === code)
  const language =
    setting === 'system' ? (system.map((locale) => byCode(codeOf(locale))).find(Boolean) ?? english) : (byCode(setting) ?? english)
  return { language, locale: system.find((locale) => codeOf(locale) === language.code) ?? language.code }
}
