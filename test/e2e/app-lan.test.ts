/** The app on three computers of a LAN: one starts the registry in the app itself, the others find it without typing anything. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { PATIENCE } from '../support/wait.ts'

const START = join(import.meta.dirname, '../../dist/desktop/start.js')
const PASSWORD = 'correct horse battery'

describe('the app on a LAN', () => {
  let lan: Lan
  const browsers: Browser[] = []
  const apps = new Map<string, { page: Page; program: LanProcess; downloads: string }>()

  const app = (name: string) => {
    const one = apps.get(name)
    if (!one) throw new Error(`no app of ${name}`)
    return one
  }

  /** The app and a window on it, both on that computer of the LAN. */
  const open = async (name: string) => {
    const host = lan.host(name)
    const chromium = join(host.home, 'chromium')
    writeFileSync(chromium, `#!/bin/sh\nexec ip netns exec ${host.namespace} ${chromiumPath()} "$@"\n`)
    chmodSync(chromium, 0o755)
    const downloads = join(host.home, 'received')
    mkdirSync(downloads)
    const program = host.spawn('node', [START, '--no-window', '--profile', join(host.home, 'profile')])
    const url = /http:\S+/.exec(await program.line('OptiChat is at'))?.[0] ?? ''
    const browser = await launchChromium(chromium)
    browsers.push(browser)
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
    page.setDefaultTimeout(PATIENCE)
    await page.goto(url)
    apps.set(name, { page, program, downloads })
  }

  const createAccount = async (page: Page, name: string) => {
    await page.getByRole('radio', { name: 'Create account' }).check()
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account', exact: true }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
  }

  before(async function () {
    requireLan(this)
    if (!chromiumPath()) return this.skip()
    lan = await createLan({ hosts: ['carol', 'alice', 'bob'] })
    for (const name of ['carol', 'alice', 'bob']) await open(name)
  })

  after(async () => {
    for (const browser of browsers) await browser.close()
    await lan?.close()
  })

  it('one starts a registry on her computer and joins it', async () => {
    const { page } = app('carol')
    await page.getByRole('switch', { name: 'Start a registry on this computer' }).click()
    await page.getByText('Running').waitFor()
    await page.getByText('Give it another name').click()
    await page.getByLabel('Name of the registry').fill('Team Süd')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByText('Running · Team Süd').waitFor()
    expect(await page.getByLabel('address', { exact: true }).inputValue()).to.equal(`${lan.host('carol').address}:6784`)
    await page.getByRole('button', { name: 'Join this registry' }).click()
    await createAccount(page, 'Carol')
  })

  it('the others find it by themselves, with its name and address', async () => {
    for (const name of ['alice', 'bob']) {
      const { page } = app(name)
      const found = page.getByRole('button', { name: /Team Süd/ })
      await found.waitFor()
      expect(await found.textContent()).to.contain(`${lan.host('carol').address}:6784`)
      await page.getByText(`eth0 · ${lan.host(name).address}`).waitFor()
      await found.click()
      await createAccount(page, name === 'alice' ? 'Alice' : 'Bob')
    }
  })

  it('they talk, and a file goes from one computer straight to the other', async () => {
    const [alice, bob] = [app('alice'), app('bob')]
    await bob.page.getByRole('button', { name: 'Settings' }).click()
    await bob.page.getByRole('tab', { name: 'Files' }).click()
    await bob.page.getByLabel('Folder for received files').fill(bob.downloads)
    await bob.page.getByRole('button', { name: 'Save' }).click()
    await bob.page.getByText('Saved.').waitFor()
    await bob.page.keyboard.press('Escape')
    await alice.page.getByRole('checkbox', { name: 'Bob' }).check()
    await alice.page.getByRole('textbox', { name: 'Message' }).fill('Here it comes')
    await alice.page.getByRole('textbox', { name: 'Message' }).press('Enter')
    const data = randomBytes(20_000_000)
    const chooser = alice.page.waitForEvent('filechooser')
    await alice.page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name: 'plan.bin', mimeType: 'application/octet-stream', buffer: data })
    await bob.page
      .getByRole('button', { name: /^Alice/ })
      .first()
      .click()
    await bob.page.getByRole('region', { name: 'Messages' }).getByText('Here it comes').waitFor()
    await bob.page.getByRole('button', { name: 'Accept' }).click()
    await bob.page.getByText(`Saved in ${bob.downloads}`).waitFor()
    await alice.page.getByText(/^Bob has it/).waitFor()
    expect(readFileSync(join(bob.downloads, 'plan.bin')).equals(data)).to.equal(true)
  })

  it('a pulled cable is told in a banner, and back in, everything goes on by itself', async () => {
    const bob = app('bob')
    await lan.host('bob').cable('out')
    await bob.page.getByRole('button', { name: 'Retry now' }).waitFor()
    await lan.host('bob').cable('in')
    await bob.page.getByRole('button', { name: 'Retry now' }).waitFor({ state: 'detached' })
    const alice = app('alice')
    await alice.page.getByRole('textbox', { name: 'Message' }).fill('Welcome back')
    await alice.page.getByRole('textbox', { name: 'Message' }).press('Enter')
    await bob.page.getByRole('region', { name: 'Messages' }).getByText('Welcome back').waitFor()
  })

  it('when the one with the registry closes her app, the others are told that it stopped', async () => {
    const ended = await app('carol').program.kill('SIGINT')
    expect(ended.code).to.equal(0)
    await app('alice').page.getByRole('button', { name: 'Retry now' }).waitFor()
  })
})
