/** Settings, account, presence, languages and notifications, over a real host and registry: each change is there for the app and for others. */
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { startRegistry } from '../../../core/registry/registry.ts'
import { chromiumPath } from '../../support/chromium.ts'
import { until } from '../../support/wait.ts'
import { type RealTeam, realTeam } from './real-team.ts'

const PASSWORD = 'correct horse battery'

describe('the settings of the app', () => {
  let team: RealTeam<'Alice' | 'Bob'>
  const people = () => team.people

  before(async function () {
    if (!chromiumPath()) return this.skip()
    team = await realTeam(['Alice', 'Bob'])
  })
  after(() => team?.close())

  const openSettings = async (page: Page, tab: string) => {
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await page.getByRole('tab', { name: tab }).click()
  }
  const close = (page: Page) => page.keyboard.press('Escape')
  const settings = async (name: 'Alice' | 'Bob') => (await people()[name].call('view')).settings

  it('are reached and changed by the keyboard alone', async () => {
    const { page } = people().Alice
    await page.getByRole('button', { name: 'Settings', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('tab', { name: 'General' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('tab', { name: 'Notifications' }).getAttribute('aria-selected')).to.equal('true')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await until('the sound is on, which it is not by itself', async () => (await settings('Alice')).sound)
    await close(page)
  })

  it('change the language at once, with the direction of the page, and stay', async () => {
    const { page } = people().Alice
    await openSettings(page, 'General')
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ar')
    await page.getByRole('heading', { name: 'الإعدادات' }).waitFor()
    expect(await page.evaluate('[document.documentElement.lang, document.documentElement.dir].join()')).to.equal('ar,rtl')
    expect((await settings('Alice')).language).to.equal('ar')
    await page.getByRole('combobox', { name: 'اللغة' }).selectOption('de')
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    await close(page)
    await page.getByRole('form', { name: 'Neue Nachricht' }).getByText('An alle – 1 Person').waitFor()
    await page.getByRole('button', { name: 'Einstellungen', exact: true }).click()
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await close(page)
  })

  it('let files of some be accepted by themselves, up to a size', async () => {
    const { Alice, Bob } = people()
    await openSettings(Bob.page, 'Files')
    await Bob.page.getByRole('combobox', { name: 'A rule for one person' }).selectOption({ label: 'Alice' })
    await Bob.page.getByRole('combobox', { name: 'Files from Alice' }).selectOption('10000000')
    await until('the rule is kept', async () => (await settings('Bob')).transfers.accept[0]?.upTo === 10_000_000)
    await close(Bob.page)
    await Alice.tick('Bob')
    const chooser = Alice.page.waitForEvent('filechooser')
    await Alice.page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('no need to ask') })
    await until('it is there unasked', () => existsSync(join(Bob.downloads, 'small.txt')))
    expect(readFileSync(join(Bob.downloads, 'small.txt'), 'utf8')).to.equal('no need to ask')
  })

  it('show others how one is there', async () => {
    const { Alice, Bob } = people()
    await Alice.page.getByRole('button', { name: /You and your registries/ }).click()
    await Alice.page.getByRole('radio', { name: 'Do not disturb' }).check()
    await until('Bob sees it', async () => (await Bob.call('view')).roster.find(({ name }) => name === 'Alice')?.presence === 'busy')
    await Alice.page.getByRole('radio', { name: 'Online' }).check()
    await until('Bob sees it', async () => (await Bob.call('view')).roster.find(({ name }) => name === 'Alice')?.presence === 'online')
    await Alice.page.keyboard.press('Escape')
    expect(await Alice.page.getByRole('radio').count()).to.equal(0)
  })

  it('bunch what comes in a burst in one notification, tell nothing of what is muted or read, and open what is clicked', async () => {
    const { Alice, Bob } = people()
    await Alice.tick()
    await Alice.page.evaluate(`(() => {
      globalThis.shown = []
      globalThis.Notification = class extends EventTarget {
        static permission = 'granted'
        constructor(title, options) { super(); this.title = title; this.tag = options.tag; this.body = options.body; shown.push(this) }
        close() { this.closed = true }
      }
      Object.defineProperty(document, 'hasFocus', { value: () => globalThis.focused ?? false })
    })()`)
    const shown = () => Alice.page.evaluate('shown.map(({ title, body }) => [title, body])') as Promise<[string, string][]>
    await Bob.tick('Alice')
    for (const text of ['one', 'two', 'three']) await Bob.say(text)
    await until('all of it is told', async () => (await shown()).at(-1)?.[1] === '3 new messages\nthree')
    expect((await shown()).length).to.be.at.most(3)
    expect((await shown()).every(([title]) => title === 'Bob')).to.equal(true)
    await Alice.page.evaluate(`shown.at(-1).dispatchEvent(new Event('click'))`)
    await Alice.page.getByRole('heading', { name: 'Bob' }).waitFor()
    await Alice.page.evaluate('focused = true; dispatchEvent(new Event("focus"))')
    await until('it is taken away when it was read', () => Alice.page.evaluate('shown.at(-1).closed === true') as Promise<boolean>)
    const before = (await shown()).length
    await Bob.say('seen at once')
    await Alice.row('seen at once').waitFor()
    await Alice.page.evaluate('focused = false')
    const id = (await Alice.call('view')).conversations.find(({ with: others }) => others !== 'everyone')?.id ?? ''
    await Alice.call('setMuted', id, true)
    await Bob.say('nobody hears this')
    await Alice.row('nobody hears this').waitFor()
    await Alice.call('setMuted', id, false)
    await Bob.say('and this again')
    await until('the next one is told', async () => (await shown()).at(-1)?.[1].includes('and this again') === true)
    expect((await shown()).length).to.equal(before + 1)
  })

  it('show the devices, change the password, and write all that was said into a file', async () => {
    const { page, downloads } = people().Bob
    await openSettings(page, 'Account')
    await page.getByText('This device ·').waitFor()
    await page.getByText('Change the password').first().click()
    await page.getByLabel('Present password').fill('not this one')
    await page.getByLabel('New password').fill('another good one')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor()
    await page.getByLabel('Present password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('The password was changed.').waitFor()
    await page.getByRole('button', { name: 'As text' }).click()
    await page.getByText(/Written to/).waitFor()
    const file = (await readdir(downloads)).find((name) => name.endsWith('.txt') && name.startsWith('OptiChat'))
    expect(readFileSync(join(downloads, file ?? ''), 'utf8')).to.contain('nobody hears this')
    await page.getByRole('tab', { name: 'About' }).click()
    await page.getByText('Node.js', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Show the folder' }).click()
    await until('the log is shown', () => people().Bob.opened.some((path) => path.endsWith('logs')))
    await close(page)
  })

  it('keep the addresses that are asked, say what is none, and are worked by the keyboard', async () => {
    const { page, call } = people().Alice
    await openSettings(page, 'Network')
    const field = page.getByRole('textbox', { name: 'Address or invite' })
    await field.fill('two words')
    await field.press('Enter')
    await page.getByRole('alert').getByText('This is no address of a registry.').waitFor()
    for (const host of ['registry.example.org:7000', '10.4.0.9']) {
      await field.fill(host)
      await field.press('Enter')
      await page.getByRole('list', { name: 'Addresses that are asked' }).getByText(host, { exact: true }).waitFor()
      await until('the field is empty again', async () => (await field.inputValue()) === '')
    }
    expect(await page.getByRole('alert').count()).to.equal(0)
    expect((await call('view')).hosts).to.deep.equal(['registry.example.org:7000', '10.4.0.9'])
    await page.getByRole('button', { name: 'Ask at registry.example.org:7000 no more' }).press('Enter')
    await until('it is out of the list', async () => (await call('view')).hosts.join() === '10.4.0.9')
    await page.getByText('registry.example.org:7000').waitFor({ state: 'detached' })
    // One goes on in the field.
    await page.locator('oc-asked-hosts input:focus').waitFor()
    await close(page)
  })

  it('add a registry, go from one to the other, and delete the account for good', async () => {
    const { page, call } = people().Bob
    const other = await startRegistry({ data: join(team.folder, 'other'), name: 'Attic', port: 0, host: '127.0.0.1', log: () => undefined })
    try {
      await page.getByRole('button', { name: /You and your registries/ }).click()
      await page.getByRole('button', { name: 'Add a registry…' }).click()
      await page.getByLabel('Address or invite').fill(`127.0.0.1:${other.port}`)
      await page.getByRole('button', { name: 'Use', exact: true }).click()
      await page.getByLabel('Your name').fill('Robert')
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Create account', exact: true }).click()
      await page.getByRole('button', { name: /^Robert Attic/ }).waitFor()
      await openSettings(page, 'Network')
      await page.getByRole('button', { name: 'Switch to it' }).click()
      await until('Bob is back at the first', async () => (await call('view')).me?.name === 'Bob')
      await page.getByRole('button', { name: /You and your registries/ }).click()
      await page.getByRole('button', { name: 'Attic' }).click()
      await page.getByRole('button', { name: /^Robert Attic/ }).waitFor()
      await openSettings(page, 'Account')
      await page.getByText('Delete the account', { exact: true }).click()
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Delete the account for good' }).click()
      await page.getByText('Talk with your team').waitFor()
      await page.getByRole('button', { name: /Workshop/ }).click()
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
      expect((await call('view')).registries.map(({ name }) => name)).to.deep.equal(['Workshop'])
    } finally {
      await other.close()
    }
  })
})
