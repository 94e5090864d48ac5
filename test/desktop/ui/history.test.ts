import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { bob, conversation, message, signedIn } from './people.ts'

const thousands = Array.from({ length: 5_000 }, (_, n) => message(n, bob, `message ${n} ${'and more of it '.repeat(n % 7)}`))
const last = thousands.at(-1) ?? message(0, bob, '')
const view = signedIn({ conversations: [conversation('everyone', 'everyone', last)] })

const messages = (page: Page) => page.getByRole('region', { name: 'Messages' })

/** The first message to be seen, and how far below the top edge it begins. */
const place = (page: Page) =>
  messages(page).evaluate((scroller) => {
    type Box = {
      getBoundingClientRect(): { top: number; bottom: number }
      /** False in a block that is not drawn: what is in it is not where it will be. */
      checkVisibility(of: { contentVisibilityAuto: true }): boolean
      dataset: Record<string, string>
    }
    const box = scroller as unknown as Box & { querySelectorAll(selector: string): Iterable<Box> }
    const top = box.getBoundingClientRect().top
    for (const row of box.querySelectorAll('[data-id]')) {
      const { bottom } = row.getBoundingClientRect()
      if (bottom > top && row.checkVisibility({ contentVisibilityAuto: true }))
        return { id: row.dataset.id ?? '', top: row.getBoundingClientRect().top - top }
    }
    throw new Error('there is no message to be seen')
  })

/** What the page was asked so far is to be seen. */
const drawn = (page: Page) => page.evaluate('new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)))')

/** Where the page has come to rest. */
const rest = async (page: Page) => {
  let last = await place(page)
  return until('it rests', async () => {
    await drawn(page)
    const now = await place(page)
    const isSame = now.id === last.id && now.top === last.top
    last = now
    return isSame && now
  })
}

/** It is there, to the pixel. */
const isAt = async (page: Page, { id, top }: { id: string; top: number }, when = '') => {
  const now = await rest(page)
  expect(now.id, when).to.equal(id)
  expect(now.top, when).to.be.closeTo(top, 1)
}

const rows = (page: Page) => page.locator('[data-id]').count()
const scrollTo = (page: Page, top: number) => messages(page).evaluate((scroller, to) => Object.assign(scroller, { scrollTop: to }), top)

describe('a long history', () => {
  const open = appWindows()

  it('opens at its newest message, with a page of it only', async () => {
    const { page } = await open({ view, messages: thousands })
    await messages(page).getByText('message 4999').waitFor()
    expect(await messages(page).getByText('message 4999').isVisible()).to.equal(true)
    expect(await rows(page)).to.be.at.most(100)
  })

  it('holds its place while older messages come in above, and keeps at most 400 in the page', async () => {
    const { page, asked, release } = await open({ view, messages: thousands, answers: { history: { waits: true } } })
    let answered = 0
    const isAsked = async () => (await asked('history')).length > answered
    const answer = () => release('history').finally(() => answered++)
    await until('the newest are asked for', isAsked)
    await answer()
    await messages(page).getByText('message 4999').waitFor()
    let most = 0
    for (let step = 0; step < 17; step++) {
      const before = await page.locator('[data-id]').first().getAttribute('data-id')
      await scrollTo(page, 200)
      await until('older messages are asked for', isAsked)
      const held = await rest(page)
      await answer()
      await until('older messages', async () => (await page.locator('[data-id]').first().getAttribute('data-id')) !== before)
      await isAt(page, held, `in step ${step}`)
      most = Math.max(most, await rows(page))
    }
    expect(most).to.equal(400)
  })

  it('goes back to the newest by a button, or by scrolling down, however far up one was', async () => {
    const { page } = await open({ view, messages: thousands })
    await messages(page).getByText('message 4999').waitFor()
    for (let step = 0; step < 17; step++) {
      const before = await page.locator('[data-id]').first().getAttribute('data-id')
      await scrollTo(page, 0)
      await until('older messages', async () => (await page.locator('[data-id]').first().getAttribute('data-id')) !== before)
    }
    expect(await messages(page).getByText('message 4999').count()).to.equal(0)
    await until('the end', async () => {
      await scrollTo(page, 1_000_000)
      return (await messages(page).getByText('message 4999').count()) === 1
    })
    await scrollTo(page, 0)
    await page.getByRole('button', { name: /Newest|newer/ }).click()
    await until('the newest is seen', () => messages(page).getByText('message 4999').isVisible())
    await page.getByRole('button', { name: /Newest|newer/ }).waitFor({ state: 'detached' })
  })

  it('a new message scrolls the page along at its end, but not while one reads further up', async () => {
    const { page, emit } = await open({ view, messages: thousands })
    await messages(page).getByText('message 4999').waitFor()
    await emit('message', message(5_000, bob, 'the one after'))
    await until('it is seen', () => messages(page).getByText('the one after').isVisible())
    await scrollTo(page, 900)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const held = await rest(page)
    await emit('message', message(5_001, bob, 'and another'))
    await messages(page).getByText('and another').waitFor({ state: 'attached' })
    await isAt(page, held)
  })

  it('hours of talk that one only follows leave no more rows in the page than a screen needs', async () => {
    const { page } = await open({ view, messages: thousands })
    await messages(page).getByText('message 4999').waitFor()
    const talk = Array.from({ length: 600 }, (_, n) => message(5_000 + n, bob, `talk ${n}`))
    for (let n = 0; n < talk.length; n += 100)
      await page.evaluate(`for (const message of ${JSON.stringify(talk.slice(n, n + 100))}) double.emit('message', message)`)
    await until('the last is seen', () => messages(page).getByText('talk 599').isVisible())
    expect(await rows(page)).to.equal(200)
    expect(await page.locator('oc-message').count()).to.equal(200)
  })

  it('a message that comes while one reads just above the end of a long history neither moves nor stops the page', async () => {
    const { page, emit } = await open({ view, messages: thousands })
    await messages(page).getByText('message 4999').waitFor()
    for (let step = 0; step < 6; step++) {
      const before = await page.locator('[data-id]').first().getAttribute('data-id')
      await scrollTo(page, 0)
      await until('older messages', async () => (await page.locator('[data-id]').first().getAttribute('data-id')) !== before)
    }
    await page.getByRole('button', { name: /Newest|newer/ }).click()
    await until('the newest is seen', () => messages(page).getByText('message 4999').isVisible())
    const end = await messages(page).evaluate((scroller) => (scroller as unknown as { scrollTop: number }).scrollTop)
    await scrollTo(page, end - 300)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const held = await rest(page)
    await emit('message', message(5_000, bob, 'the one after'))
    await messages(page).getByText('the one after').waitFor({ state: 'attached' })
    await isAt(page, held)
    expect(await rows(page)).to.be.at.most(500)
  })

  it('a page that cannot be read says so and can be tried again', async () => {
    const error = { code: 'data-unreadable' as const, message: 'for the log', next: '' }
    const { page, asked } = await open({ view, answers: { history: { error } } })
    await page.getByRole('alert').getByText('OptiChat’s data on this computer cannot be used.').waitFor()
    expect(await asked('history')).to.have.length(1)
    await page.getByRole('button', { name: 'Try again' }).click()
    await until('asked again', async () => (await asked('history')).length === 2)
  })
})
