import { expect } from 'chai'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { bob, carol, conversation, dan, entry, me, message, person, signedIn } from './people.ts'

const plan = message(1, bob, 'We meet at nine')
const answer = message(2, carol, 'Fine with me', { replyTo: plan.id })
const lost = message(3, carol, 'As I said before', { replyTo: 'long-ago' })
const own = message(4, me, 'I bring the keys', { receipts: { delivered: [bob.id], read: [] } })
const messages = [plan, answer, lost, own]
const view = signedIn({ conversations: [conversation('everyone', 'everyone', own)] })

interface Shown {
  readonly parentElement: Shown
  readonly scrollWidth: number
  readonly clientWidth: number
  matches(selector: string): boolean
  getBoundingClientRect(): { left: number; right: number }
}

describe('what becomes of messages', () => {
  const open = appWindows()

  it('an edited one has its new words, and says so', async () => {
    const { page, emit } = await open({ view, messages })
    const shown = page.getByRole('region', { name: 'Messages' })
    await shown.getByText('We meet at nine', { exact: true }).waitFor()
    await emit('message', { ...plan, body: { kind: 'text', text: 'We meet at ten' }, edited: plan.sentAt + 1 })
    await shown.getByText('We meet at ten', { exact: true }).waitFor()
    await shown.getByText('edited').waitFor()
    expect(await page.getByRole('log').textContent(), 'it is no news').to.not.contain('ten')
    await shown.getByText('Bob: We meet at ten').waitFor()
  })

  it('one that was taken back shows no words any more, neither itself nor above its answers nor in the list', async () => {
    const { page, emit } = await open({ view, messages })
    const shown = page.getByRole('region', { name: 'Messages' })
    await shown.getByText('Bob: We meet at nine').waitFor()
    const gone = { ...plan, body: { kind: 'text' as const, text: '' }, gone: true as const, reactions: [] }
    await emit('message', gone)
    await emit('conversations', [conversation('everyone', 'everyone', { ...gone, stamp: own.stamp })])
    await shown.getByText('This message was taken back', { exact: true }).waitFor()
    await shown.getByText('Bob: This message was taken back').waitFor()
    await page.getByRole('button', { name: /^Everyone.*This message was taken back/s }).waitFor()
    expect(await page.getByText('We meet at nine').count()).to.equal(0)
  })

  it('an answer shows what it answers, or that it is not on the page', async () => {
    const { page } = await open({ view, messages })
    await page.locator('.quote').filter({ hasText: 'Bob: We meet at nine' }).waitFor()
    await page.locator('.quote').filter({ hasText: 'An earlier message' }).waitFor()
    expect(await page.locator('.quote').count()).to.equal(2)
  })

  it('reactions are counted, one’s own among them, and tell whose they are', async () => {
    const { page, emit } = await open({ view, messages })
    await emit('message', { ...plan, reactions: [{ emoji: '👍', users: [carol.id, me.id] }] })
    const thumbs = page.getByRole('list', { name: 'Reactions' }).getByRole('listitem')
    await thumbs.filter({ hasText: '👍 2' }).waitFor()
    expect(await thumbs.getByRole('button').getAttribute('title')).to.equal('Carol and You')
    await emit('message', plan)
    await thumbs.waitFor({ state: 'detached' })
  })

  it('who is away or busy is told in a word beside the dot, and counts as there', async () => {
    const { page, emit } = await open({ view, messages })
    await emit('roster', [entry(me), entry(bob, 'away'), entry(carol, 'busy'), entry(dan, 'offline', 1)])
    await page.getByText('People · 2 of 3 online').waitFor()
    await page.getByRole('complementary').getByText('Away', { exact: true }).waitFor()
    await page.getByRole('checkbox', { name: 'Carol' }).check()
    await page.getByRole('main').getByText('Busy', { exact: true }).waitFor()
  })

  it('what is on the page already, errors among it, speaks another language as soon as it is chosen', async () => {
    const error = { code: 'disk-full' as const, message: 'for the log', next: '' }
    const gone = { ...message(5, bob, ''), gone: true as const }
    const said = [{ ...plan, edited: plan.sentAt + 1 }, answer, lost, own, gone]
    const { page, emit } = await open({ view, messages: said, answers: { send: { error } } })
    await page.getByRole('textbox', { name: 'Message' }).fill('important')
    await page.getByRole('textbox', { name: 'Message' }).press('Enter')
    await page.getByRole('alert').getByText('The disk is full.').waitFor()
    await emit('settings', { ...view.settings, language: 'de' })
    await page.getByRole('alert').getByText('Der Datenträger ist voll.').waitFor()
    const row = (text: string) => page.locator('oc-message').filter({ hasText: text })
    await row('We meet at nine').getByText('bearbeitet').waitFor()
    await row('I bring the keys').getByText('1 von 3 zugestellt').waitFor()
    await row('Diese Nachricht wurde zurückgenommen').waitFor()
    await row('As I said before').getByText('Eine frühere Nachricht').waitFor()
    for (const before of ['edited', 'The disk is full.', 'Delivered to 1 of 3', 'This message was taken back'])
      expect(await page.getByText(before).count(), before).to.equal(0)
  })

  it('a name begins where the page is read from, whatever its script, and a long one is cut at its own end', async () => {
    const long = person('Maximiliane von Hohenstein-Wittelsbach zu Sonnenberg und Umgebung')
    const arabic = person('محمد عبد الرحمن بن عبد العزيز آل سعود من الرياض القديمة')
    const roster = [entry(me), entry(bob), entry(long), entry(arabic)]
    const { page, emit } = await open(
      { view: signedIn({ roster, conversations: view.conversations }), messages },
      { width: 700, height: 600 },
    )
    const names = page.getByRole('list', { name: /^(People|الأشخاص)$/ }).locator('.who .cut[dir=auto]')
    const look = () =>
      names.evaluateAll((all) =>
        (all as unknown as Shown[]).map((name) => {
          const [box, around] = [name.getBoundingClientRect(), name.parentElement.getBoundingClientRect()]
          const cut = name.scrollWidth > name.clientWidth
          return { left: box.left - around.left, right: around.right - box.right, cut, rtl: name.matches(':dir(rtl)') }
        }),
      )
    for (const [language, side] of [
      ['en', 'left'],
      ['ar', 'right'],
    ] as const) {
      await emit('settings', { ...view.settings, language })
      await until(language, () => page.evaluate(`document.documentElement.lang === '${language}'`))
      await until('names', async () => (await look()).every((name) => name[side] < 1))
      const seen = await look()
      expect(seen.map(({ rtl }) => rtl).sort(), language).to.deep.equal([false, false, true])
      expect(
        seen
          .filter(({ cut }) => cut)
          .map(({ rtl }) => rtl)
          .sort(),
        'both long ones',
      ).to.deep.equal([false, true])
      const own = page.locator('oc-account-menu .head .cut').first()
      expect(await own.evaluate((name) => (name as unknown as Shown).matches(':dir(rtl)')), 'one’s own').to.equal(false)
    }
  })
})
