/** What the doctor says and why an interface ranks where it does, in every language the app speaks: nothing of it stays English. */
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import type { CommandSystem, DoctorView, Finding, FindingCode, FixCode, InterfaceView } from '../../../desktop/bridge.ts'
import { CHECKS } from '../../../discovery/doctor/finding.ts'
import { FINDINGS } from '../../../discovery/doctor/words/findings.ts'
import { FIXES, NOTES, SYSTEMS } from '../../../discovery/doctor/words/fixes.ts'
import { REASONS } from '../../../discovery/ranking-words.ts'
import { appWindows } from './app-window.ts'
import { FINGERPRINT, signedOut } from './people.ts'

/** Whatever a sentence may be particular about. */
const VALUES = {
  ...{ interface: 'eth0', address: '10.77.0.2', network: 'Ethernet', host: '10.77.0.1', port: 6784, name: 'Ufer', before: '10.77.0.9' },
  ...{ code: 'x-1', program: 'nginx', how: 'drops', fingerprint: FINGERPRINT, expected: FINGERPRINT, from: 'before', known: 'Dach' },
  ...{ user: 'Zoë', seconds: 10_800 },
}
/** Sentences of which a code has more than one. */
const OTHERS: readonly (readonly [FindingCode, object])[] = [
  ['registry-firewall', { how: 'seems' }],
  ['registry-firewall', { how: 'refuses' }],
  ['certificate-changed', { from: 'invite' }],
  ['port-taken', { program: '' }],
  ['firewall-out', { user: undefined }],
  ['clock-off', { seconds: -10_800 }],
]
const lines = [{ typed: 'sudo ufw allow in 6784/tcp' }, ...keys(NOTES).map((note) => ({ typed: `ip route get ${note}`, note }))]
const fixes = keys(FIXES).map((code: FixCode) => ({ code, where: 'here' as const, values: VALUES, commands: [] }))
const commands = keys(SYSTEMS).map((system: CommandSystem) => ({ system, lines }))
const finding = (code: FindingCode, more: object, all = false): Finding => ({
  ...{ code, check: 'registry', severity: 'hinders' },
  values: { ...VALUES, ...more },
  fixes: all ? [...fixes, { code: 'see-route', where: 'here', values: {}, commands }] : [],
})
const findings = [
  ...keys(FINDINGS).map((code, index) => finding(code, {}, index === 0)),
  ...OTHERS.map(([code, more]) => finding(code, more)),
]
const done: DoctorView = { state: 'done', registry: null, peer: null, checks: [], findings }
const running: DoctorView = { ...done, state: 'running', checks: CHECKS.map((id) => ({ id, state: 'waiting' })), findings: [] }
const interfaces = keys(REASONS).map(
  (reason): InterfaceView => ({
    ...{ name: reason, address: '10.0.0.1', kind: 'wired', reasons: [reason], speed: null },
    ...{ accepted: true, chosen: false },
  }),
)

function keys<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[]
}

describe('the doctor and the interfaces', () => {
  const open = appWindows()

  /** The letters of a language that English has none of; of the others any text differs. */
  const SCRIPTS: Partial<Record<string, RegExp>> = {
    ja: /[\p{sc=Hiragana}\p{sc=Han}\p{sc=Katakana}]/u,
    ar: /\p{sc=Arabic}/u,
    hi: /\p{sc=Devanagari}/u,
  }

  const texts = async (page: Page, ...selectors: readonly string[]): Promise<string[]> => {
    const found = await Promise.all(selectors.map((selector) => page.locator(selector).allTextContents()))
    return found.flat().map((text) => text.replaceAll(/\s+/g, ' ').trim())
  }
  const SAID = ['.finding > p', '.fixes > div > p', 'oc-commands p']
  /** The same in every language. */
  const NAMES = /^(Linux( \(\w+\))?|macOS|Tunnel)$/

  it('say every sentence they have in each language; commands stay as they are typed, from left to right', async () => {
    const view = signedOut({ interfaces, doctor: done })
    const { page, emit } = await open({ view: { ...view, settings: { ...view.settings, language: 'en' } } })
    const speak = async (language: typeof view.settings.language) => {
      await emit('settings', { ...view.settings, language })
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
    }
    const everything = async () => {
      await emit('doctor', running)
      await page.locator('.checks li').last().waitFor()
      const checks = await texts(page, '.checks .grow', '.checks .small')
      await emit('doctor', done)
      await page.locator('.finding').last().waitFor()
      return [...checks, ...(await texts(page, ...SAID)), ...(await texts(page, 'oc-interface-picker .reason'))]
    }
    await page.getByRole('dialog').waitFor()
    const english = await everything()
    const typed = await texts(page, 'oc-commands pre')
    expect(english.length).to.be.greaterThan(2 * CHECKS.length + findings.length + fixes.length + interfaces.length)
    expect(typed).to.include('sudo ufw allow in 6784/tcp')

    for (const language of ['de', 'es', 'fr', 'hi', 'ja', 'ar'] as const) {
      await speak(language)
      const said = await everything()
      expect(said.length, language).to.equal(english.length)
      const left = said.filter((text, index) => !NAMES.test(text) && (text === english[index] || SCRIPTS[language]?.test(text) === false))
      expect(left, `still English in ${language}`).to.deep.equal([])
      expect(said.join(' '), language)
        .to.include('10.77.0.2')
        .and.not.match(/undefined|\{\d\}/)
      expect(await texts(page, 'oc-commands pre')).to.deep.equal(typed)
    }
    expect(await page.evaluate('document.documentElement.dir')).to.equal('rtl')
    const [app, doctor, one] = ['oc-app', 'oc-doctor', 'oc-commands'].map((name) => `.querySelector('${name}').shadowRoot`)
    expect(await page.evaluate(`getComputedStyle(document${app}${doctor}${one}.querySelector('pre')).direction`)).to.equal('ltr')
  })

  it('a command is copied by one click, without what is said of it', async () => {
    const { page } = await open({ view: signedOut({ doctor: { ...done, findings: [finding('no-network', {}, true)] } }) })
    await page.evaluate('navigator.clipboard.writeText = async (text) => (globalThis.copied = text)')
    const first = page.locator('oc-commands').first()
    await first.getByRole('button', { name: 'Copy the command' }).first().click()
    await first.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate('globalThis.copied')).to.equal('sudo ufw allow in 6784/tcp')
  })
})
