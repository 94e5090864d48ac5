import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { expectAccessible } from './looks.ts'
import { bob, carol, conversation, me, message, signedIn, signedOut } from './people.ts'

const direct = message(1, bob, 'Between us', { conversation: 'c-bob', to: [me] })
const hello = message(2, carol, 'Good morning')
const view = signedIn({ conversations: [conversation('c-bob', [bob], direct, 1), conversation('everyone', 'everyone', hello)] })
const messages = [
  direct,
  hello,
  ...['Is anybody there?', 'The soup is ready.', 'Bring a bowl.', 'And a spoon.'].map((text, n) => message(3 + n, carol, text)),
]
/** Half a small screen, or a window of usual size at four times its letters. */
const NARROW = { width: 340, height: 620 }

describe('a narrow window', () => {
  const open = appWindows()

  const beside = (page: Page) => page.evaluate('document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth')
  const lists = (page: Page) => page.getByRole('button', { name: 'People and conversations' })

  it('has the conversation whole, and the lists behind one button, which tells of news', async () => {
    const { page, asked } = await open({ view, messages }, NARROW)
    const send = await page.getByRole('button', { name: 'Send', exact: true }).boundingBox()
    expect((send?.x ?? 0) + (send?.width ?? 0)).to.be.within(1, NARROW.width)
    expect(await beside(page)).to.equal(0)
    expect(await page.getByRole('checkbox', { name: 'Bob' }).count()).to.equal(0)
    await lists(page).locator('.news').waitFor()
    await lists(page).click()
    await page.getByRole('checkbox', { name: 'Bob' }).check()
    await page.getByRole('checkbox', { name: 'Carol' }).check()
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: 'Bob' }).waitFor({ state: 'hidden' })
    await lists(page).click()
    for (let tabs = 0; tabs < 20 && (await page.getByRole('checkbox', { name: 'Bob' }).isVisible()); tabs++)
      await page.keyboard.press('Tab')
    expect(await page.getByRole('checkbox', { name: 'Bob' }).isVisible(), 'whoever tabs out of them leaves them').to.equal(false)
    await page.getByRole('textbox', { name: 'Message' }).focus()
    await page.keyboard.type('Lunch?')
    await page.keyboard.press('Enter')
    await until('sent', async () => (await asked('send')).length === 1)
    expect(await asked('send')).to.deep.equal([[[bob.id, carol.id], 'Lunch?', {}]])
  })

  it('a conversation that is picked is there to be written in, and a click beside the lists puts them away', async () => {
    const { page } = await open({ view, messages }, NARROW)
    await lists(page).click()
    await page.getByRole('button', { name: /^Bob .*Between us/ }).click()
    await page.getByRole('region', { name: 'Messages' }).getByText('Between us').waitFor()
    await page.getByRole('checkbox', { name: 'Bob' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Caro')
    await page
      .getByRole('button', { name: /^Carol/ })
      .first()
      .waitFor()
    await page.mouse.click(NARROW.width - 10, 300)
    await page.getByRole('textbox', { name: 'Search' }).waitFor({ state: 'hidden' })
    await page.setViewportSize({ width: 1000, height: 700 })
    await page.getByRole('textbox', { name: 'Search' }).waitFor()
  })

  it('the settings have all their pages, also when the system’s menu asks for them', async () => {
    const { page, emit } = await open({ view, messages }, NARROW)
    await emit('wish', 'settings')
    const dialog = page.getByRole('dialog', { name: 'Settings' })
    await page.getByRole('tab', { name: 'About' }).click()
    await page.getByRole('tabpanel').getByText('This device').waitFor()
    const { x = 0, width = 0 } = (await dialog.boundingBox()) ?? {}
    expect(x).to.be.above(0)
    expect(x + width).to.be.below(NARROW.width)
    for (const name of ['General', 'Notifications', 'Files', 'Network', 'Account']) {
      await page.getByRole('tab', { name }).click()
      const over = await page.getByRole('tabpanel', { name }).evaluate((panel) => {
        const { scrollWidth, clientWidth } = panel as unknown as { scrollWidth: number; clientWidth: number }
        return scrollWidth - clientWidth
      })
      expect(over, `${name} fits`).to.equal(0)
    }
  })

  it('signing in stands below the registries', async () => {
    const { page } = await open({ view: signedOut() }, NARROW)
    await page.getByLabel('Address or invite').fill('192.168.1.20')
    await page.getByRole('button', { name: 'Use', exact: true }).click()
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    expect(await beside(page)).to.equal(0)
  })

  it('is accessible, with the lists and without', async () => {
    const script = { view, messages }
    const opened = await open(script, NARROW)
    await expectAccessible(opened, script, 'narrow')
    await lists(opened.page).click()
    await expectAccessible(opened, script, 'narrow, the lists')
  })
})
