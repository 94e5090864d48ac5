/** Emoji are called and found by the words of the person's language. */
import { expect } from 'chai'
import { emojiWords } from '../../../core/setup/emoji-words.mjs'
import { appWindows } from './app-window.ts'
import { signedIn } from './people.ts'

describe('emoji', () => {
  const open = appWindows()

  it('are found in each language by its names and words, with accents or without, and by the English name', async () => {
    const view = signedIn()
    const { page, emit } = await open({ view })
    const speak = async (language: typeof view.settings.language) => {
      await emit('settings', { ...view.settings, language })
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
    }
    const SEARCHES = {
      de: { lachen: '😀', Würfel: '🎲', Japan: '🇯🇵', 'red heart': '❤️' },
      fr: { coeur: '❤️', hasard: '🎲', Japon: '🇯🇵' },
      es: { corazon: '❤️', Japón: '🇯🇵' },
      hi: { दिल: '❤️', जापान: '🇯🇵' },
      ja: { ハート: '❤️', 日本: '🇯🇵' },
      ar: { قلب: '❤️', اليابان: '🇯🇵' },
      en: { cheerful: '😀', Japan: '🇯🇵' },
    } as const
    for (const [language, searches] of Object.entries(SEARCHES)) {
      await speak(language as typeof view.settings.language)
      await page.locator('oc-composer button.icon').nth(2).click()
      for (const [words, emoji] of Object.entries(searches)) {
        await page.locator('oc-emoji input').fill(words)
        await page.locator('oc-emoji .emojis').getByText(emoji, { exact: true }).waitFor()
      }
      await page.keyboard.press('Escape')
    }
  })

  it('have a name in every language, flags of countries by the browser; only those that can be picked are in the app', () => {
    const english = emojiWords('en')
    const countries = english.filter((words) => words === '').length
    for (const language of ['de', 'es', 'fr', 'hi', 'ja', 'ar']) {
      const words = emojiWords(language)
      expect(words.length, language).to.equal(english.length)
      expect(words.filter((one) => one === '').length - countries, language).to.be.within(0, 2)
      expect(Buffer.byteLength(JSON.stringify(words)), language).to.be.below(200_000)
    }
    expect(countries).to.be.within(258, 266)
  })
})
