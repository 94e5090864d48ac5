/**
 * Looks at a screen as it stands, in each theme and in both directions, without opening it anew: axe has to find nothing, and
 * every text, also what a dialog covers, has to stand out from what lies behind it.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import { until } from '../../support/wait.ts'
import type { AppWindow, Script } from './app-window.ts'

/** Evaluated rather than added to the page, whose policy takes no scripts of others. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Axe leaves undecided what lies behind a dialog; this does not. */
const contrast = readFileSync(new URL('./contrast.js', import.meta.url), 'utf8')

/** Only what is wrong comes out of the page: to carry over what is right costs more than to find it. Targets are to be large enough, too. */
const RUN = `axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
  .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + JSON.stringify(node.target) + ' ' + node.failureSummary)))`

/** Each differs from the one before in one thing only. */
const LOOKS = [
  ['light', 'en'],
  ['dark', 'en'],
  ['dark', 'ar'],
  ['light', 'ar'],
] as const

/** @param screen its name, for what is found. The window is afterwards as it was. */
export async function expectAccessible({ page, emit }: AppWindow, { view: { settings } }: Script, screen: string): Promise<void> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe)
  const look = async (theme: 'light' | 'dark', language: 'en' | 'ar') => {
    // Without movement a theme is there at once.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    if ((await page.evaluate('document.documentElement.lang')) === language) return
    await emit('settings', { ...settings, language })
    await until(`the page speaks ${language}`, () => page.evaluate(`document.documentElement.lang === '${language}'`))
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
  }
  for (const [theme, language] of LOOKS) {
    await look(theme, language)
    const where = `${screen}, ${theme}, ${language}`
    expect(await page.evaluate('document.documentElement.dir'), where).to.equal(language === 'ar' ? 'rtl' : 'ltr')
    expect(await page.evaluate(RUN), where).to.deep.equal([])
    const { measured, faults } = (await page.evaluate(contrast)) as { measured: number; faults: string[] }
    expect(faults, `contrast in ${where}`).to.deep.equal([])
    expect(measured, where).to.be.above(10)
  }
  await look('light', 'en')
}
