/** Changes the language of the page: its texts, fetched when first needed, its numbers, and the direction it is read in. */
import { configureLocalization } from '@lit/localize'
import { LitElement } from 'lit'
import type { SettingsView } from '../../bridge.ts'
import { type Catalogue, templatesOf } from './catalogue.ts'
import { LANGUAGES, SOURCE, speechFor } from './languages.ts'
import { spoken } from './text.ts'

const CATALOGUES = import.meta.glob<Catalogue>('../locales/*.json', { import: 'default' })

const { setLocale } = configureLocalization({
  sourceLocale: SOURCE,
  targetLocales: LANGUAGES.map(({ code }) => code).filter((code) => code !== SOURCE),
  loadLocale: async (code) => {
    const load = CATALOGUES[`../locales/${code}.json`]
    return { templates: load ? templatesOf(await load()) : {} }
  },
})

/** What is on the page already is drawn anew. */
export async function speak(setting: SettingsView['language']): Promise<void> {
  const speech = speechFor(setting, navigator.languages)
  await setLocale(speech.language.code)
  spoken(speech)
  const { documentElement: page } = document
  page.lang = speech.language.code
  page.dir = speech.language.direction
  redraw(document.body)
}

function redraw(root: ParentNode): void {
  for (const element of root.querySelectorAll('*')) {
    if (element instanceof LitElement) element.requestUpdate()
    if (element.shadowRoot) redraw(element.shadowRoot)
  }
}
