/** Two people, each with the app's real host and a page in Chromium, and one real registry: what the README promises of the app. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { PATIENCE } from '../support/wait.ts'
import { Program } from './program.ts'

interface Person {
  readonly page: Page
  readonly host: Program
  readonly downloads: string
}

const PASSWORD = 'correct horse battery'
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

describe('the app, two people and a registry', () => {
  let folder: string
  let browser: Browser | undefined
  let registry: Program
  let address: string
  let alice: Person
  let bob: Person
  const contexts: BrowserContext[] = []

  const startRegistry = async (port: string) => {
    registry = new Program('core/cli/main.js', [
      ...['registry', port, '--data', join(folder, 'registry'), '--name', 'Workshop'],
      ...['--interface', '127.0.0.1', '--no-advertise', '--json'],
    ])
    const [line] = await registry.prints(/^\{"event":"ready".*\}$/m)
    address = `127.0.0.1:${(JSON.parse(line) as { port: number }).port}`
  }

  const person = async (name: string): Promise<Person> => {
    const downloads = join(folder, `${name}-downloads`)
    await mkdir(downloads)
    const host = new Program('desktop/start.js', ['--no-window', '--no-discovery', '--profile', join(folder, name)])
    const [, url] = await host.prints(/OptiChat is at (\S+)/)
    const context = await (browser as Browser).newContext({ viewport: { width: 1000, height: 700 } })
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    await page.goto(url ?? '')
    return { page, host, downloads }
  }

  const choose = async ({ page }: Person) => {
    await page.getByLabel('Address or invite').fill(address)
    await page.getByRole('button', { name: 'Use', exact: true }).click()
  }

  const enter = async ({ page }: Person, how: 'Create account' | 'Sign in', name: string, password = PASSWORD) => {
    await page.getByRole('radio', { name: how }).check()
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: how, exact: true }).click()
  }

  const say = async ({ page }: Person, text: string) => {
    await page.getByRole('textbox', { name: 'Message' }).fill(text)
    await page.getByRole('textbox', { name: 'Message' }).press('Enter')
  }

  const messages = ({ page }: Person) => page.getByRole('region', { name: 'Messages' })

  const attach = async ({ page }: Person, name: string, buffer: Buffer) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer })
  }

  before(async function () {
    if (!chromiumPath()) return this.skip()
    browser = await launchChromium()
    folder = await mkdtemp(join(tmpdir(), 'optichat-app-'))
    await startRegistry('0')
    ;[alice, bob] = await Promise.all([person('alice'), person('bob')])
  })

  after(async () => {
    for (const context of contexts) await context.close()
    await browser?.close()
    for (const program of [alice?.host, bob?.host, registry]) await program?.end()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  it('both create an account at a typed address and see each other online', async () => {
    await Promise.all([choose(alice), choose(bob)])
    await enter(alice, 'Create account', 'Alice')
    await alice.page.getByText('Nobody else has joined yet.').waitFor()
    await enter(bob, 'Create account', 'alice')
    await bob.page.getByRole('alert').getByText('This name is taken.').waitFor()
    await enter(bob, 'Create account', 'Bob')
    await alice.page.getByRole('checkbox', { name: 'Bob' }).waitFor()
    await alice.page.getByText('People · 1 of 1 online').waitFor()
    await bob.page.getByText('People · 1 of 1 online').waitFor()
  })

  it('what is said to everyone reaches the other, who is seen to have read it', async () => {
    await alice.page.getByText('To everyone — 1 person').waitFor()
    await say(alice, 'Good morning, all')
    await alice.page.getByRole('button', { name: 'Send to everyone' }).click()
    await messages(bob).getByText('Good morning, all').waitFor()
    await messages(alice).getByText('Good morning, all').waitFor()
    await messages(alice).getByText('Read', { exact: true }).first().waitFor()
  })

  it('what is said to the selected is a conversation of its own, counted as unread until it is looked at', async () => {
    await alice.page.getByRole('checkbox', { name: 'Bob' }).check()
    await alice.page.getByText('To Bob — 1 person').waitFor()
    await say(alice, 'Just between us')
    await messages(alice).getByText('Just between us').waitFor()
    await bob.page.getByRole('button', { name: /^Alice.*Just between us.*1 unread/s }).click()
    await messages(bob).getByText('Just between us').waitFor()
    await bob.page.getByText('To Alice — 1 person').waitFor()
    await bob.page.getByLabel('1 unread').first().waitFor({ state: 'detached' })
    expect(await messages(bob).getByText('Good morning, all').count()).to.equal(0)
    await say(bob, 'Understood')
    await messages(alice).getByText('Understood').waitFor()
  })

  it('a file is offered by uploading it, accepted, and arrives whole in the folder chosen', async () => {
    await bob.page.getByRole('button', { name: 'Settings' }).click()
    await bob.page.getByRole('tab', { name: 'Files' }).click()
    await bob.page.getByLabel('Folder for received files').fill(bob.downloads)
    await bob.page.getByRole('button', { name: 'Save' }).click()
    await bob.page.getByText('Saved.').waitFor()
    await bob.page.keyboard.press('Escape')
    const data = randomBytes(3_000_000)
    await attach(alice, 'plan.bin', data)
    const card = bob.page.getByRole('group', { name: 'Files from Alice' }).filter({ hasText: 'plan.bin' })
    await card.getByRole('button', { name: 'Accept' }).click()
    await card.getByText(`Saved in ${bob.downloads}`).waitFor()
    await alice.page.getByText(/^Bob has it/).waitFor()
    expect(sha256(await readFile(join(bob.downloads, 'plan.bin')))).to.equal(sha256(data))
  })

  it('a folder keeps its shape', async () => {
    const drawings = join(folder, 'drawings')
    await mkdir(join(drawings, 'north'), { recursive: true })
    await writeFile(join(drawings, 'north', 'door.txt'), 'a door')
    await writeFile(join(drawings, 'index.txt'), 'all')
    const chooser = alice.page.waitForEvent('filechooser')
    await alice.page.getByRole('button', { name: 'Attach a folder' }).click()
    await (await chooser).setFiles(drawings)
    const card = bob.page.getByRole('group', { name: 'Files from Alice' }).filter({ hasText: '2 files' })
    await card.getByRole('button', { name: 'Accept' }).click()
    await card.getByText(/^Saved in/).waitFor()
    expect(await readFile(join(bob.downloads, 'drawings', 'north', 'door.txt'), 'utf8')).to.equal('a door')
    expect(await readFile(join(bob.downloads, 'drawings', 'index.txt'), 'utf8')).to.equal('all')
  })

  it('a declined offer leaves nothing and both see it', async () => {
    await attach(alice, 'unwanted.bin', Buffer.alloc(1000))
    const card = bob.page.getByRole('group', { name: 'Files from Alice' }).filter({ hasText: 'unwanted.bin' })
    await card.getByRole('button', { name: 'Decline' }).click()
    await card.getByText('You declined.').waitFor()
    await alice.page.getByText('Bob declined').waitFor()
    expect(await readdir(bob.downloads)).to.not.include('unwanted.bin')
  })

  it('when the registry stops, a banner says so; what is sent meanwhile is not lost; it is joined again by itself', async () => {
    const [, port = ''] = address.split(':')
    await registry.end()
    await alice.page.getByRole('button', { name: 'Retry now' }).waitFor()
    await say(alice, 'Are you there?')
    await say(alice, 'Never mind')
    const waiting = (text: string) => messages(alice).locator('oc-message').filter({ hasText: text })
    await waiting('Are you there?').getByText('Waiting to be sent').waitFor()
    await waiting('Never mind').getByRole('button', { name: 'Cancel' }).click()
    await waiting('Never mind').waitFor({ state: 'detached' })
    await startRegistry(port)
    await alice.page.getByRole('button', { name: 'Retry now' }).waitFor({ state: 'detached' })
    await messages(bob).getByText('Are you there?').waitFor()
    await waiting('Are you there?').getByText('Waiting to be sent').waitFor({ state: 'detached' })
    expect(await waiting('Are you there?').count()).to.equal(1)
    expect(await messages(bob).getByText('Never mind').count()).to.equal(0)
  })

  it('a page opened anew shows what was said', async () => {
    await bob.page.reload()
    await bob.page
      .getByRole('button', { name: /^Alice/ })
      .first()
      .click()
    await messages(bob).getByText('Just between us').waitFor()
    await messages(bob).getByText('plan.bin').waitFor()
  })

  it('one who signs out is seen to go, and comes back only with the right password', async () => {
    await bob.page.getByRole('button', { name: 'Settings' }).click()
    await bob.page.getByRole('tab', { name: 'Account' }).click()
    await bob.page.getByRole('button', { name: 'Sign out' }).click()
    await bob.page.getByText('Talk with your team').waitFor()
    await alice.page.getByText(/gets it on coming back/).waitFor()
    await say(alice, 'While you were away')
    await choose(bob)
    await enter(bob, 'Sign in', 'Bob', 'not this one')
    await bob.page.getByRole('alert').getByText('The name or the password is wrong.').waitFor()
    await enter(bob, 'Sign in', 'Bob')
    await bob.page.getByRole('button', { name: /^Alice.*While you were away/s }).click()
    await messages(bob).getByText('While you were away').waitFor()
    await alice.page.getByRole('main').getByText('Online', { exact: true }).waitFor()
  })

  it('told to end, the app goes offline, ends well, and its page says so', async () => {
    await bob.host.end('SIGINT')
    expect(bob.host.exitCode, bob.host.output).to.equal(0)
    await alice.page.getByText(/gets it on coming back/).waitFor()
    await bob.page.getByText('OptiChat has ended.').waitFor()
  })
})
