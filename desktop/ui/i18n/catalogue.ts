/**
 * A language's texts as translators write them, by the English ones, made into what @lit/localize looks up. `{0}` stands for the
 * first value, `{1}` for the second; forms for different counts are divided by `|`, in the order of `FORMS`.
 */
import { str } from '@lit/localize'
import { generateMsgId } from '@lit/localize/internal/id-generation.js'
import type { LocaleModule } from '@lit/localize/internal/types.js'
import { html } from 'lit'

export type Catalogue = Readonly<Record<string, string>>

/** The order in which a text has its forms, of those that a language has. */
export const FORMS: readonly Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other']

const VALUE = /\{(\d+)\}/

/** `To {1} of {0}` as a template literal has it: the text between the values, and which value stands at each gap. */
function cut(text: string): { strings: TemplateStringsArray; values: number[] } {
  const parts = text.split(VALUE)
  const strings = parts.filter((_, index) => index % 2 === 0)
  return {
    strings: Object.assign(strings, { raw: strings }),
    values: parts.filter((_, index) => index % 2 === 1).map(Number),
  }
}

export function templatesOf(catalogue: Catalogue): LocaleModule['templates'] {
  const templates: LocaleModule['templates'] = {}
  for (const [source, text] of Object.entries(catalogue)) {
    const from = cut(source)
    const to = cut(text)
    if (from.strings.length === 1) templates[generateMsgId(source, false)] = text
    else templates[generateMsgId(from.strings, false)] = str(to.strings, ...to.values)
    // Only these can have been written as markup.
    if (source.includes('<')) templates[generateMsgId(from.strings, true)] = html(to.strings, ...to.values)
  }
  return templates
}
