/** `npm run picture`: takes the README's pictures from the running app: a registry, three people, a file on its way. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { Program } from './program.ts'

const PICTURE = join(import.meta.dirname, '../../desktop/picture.png')
const SETTINGS = join(import.meta.dirname, '../../desktop/picture-settings.png')
const folder = await mkdtemp(join(tmpdir(), 'alice-'))
const programs: Program[] = []
const start = (script: string, args: readonly string[]) => {
  const program = new Program(script, args)
  programs.push(program)
  return program
}

// Downloads go below the home folder, which must not be the one of whoever takes the picture.
process.env.HOME = folder

const browser = await launchChromium()
try {
  const registry = start('core/cli/main.js', [
    ...['registry', '0', '--data', join(folder, 'registry'), '--name', 'Workshop'],
    ...['--interface', '127.0.0.1', '--no-advertise', '--json'],
  ])
  const [line] = await registry.prints(/^\{"event":"ready".*\}$/m)
  const { port } = JSON.parse(line) as { port: number }

  const person = async (name: string): Promise<Page> => {
    const host = start('desktop/start.js', ['--no-window', '--no-discovery', '--profile', join(folder, name)])
    const [, url] = await host.prints(/OptiChat is at (\S+)/)
    const page = await browser.newPage({ viewport: { width: 1120, height: 720 }, deviceScaleFactor: 1.5, colorScheme: 'light' })
    await page.goto(url ?? '')
    await page.getByLabel('Address or invite').fill(`127.0.0.1:${port}`)
    await page.getByRole('button', { name: 'Use', exact: true }).click()
    await page.getByRole('radio', { name: 'Create account' }).check()
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
    await page.getByRole('button', { name: 'Create account', exact: true }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
    return page
  }
  const say = async (page: Page, text: string, first = false) => {
    await page.getByRole('textbox', { name: 'Message' }).fill(text)
    await page.getByRole('textbox', { name: 'Message' }).press('Enter')
    if (first) await page.getByRole('button', { name: 'Send to everyone' }).click()
    await page.getByRole('region', { name: 'Messages' }).getByText(text, { exact: true }).waitFor()
  }
  const attach = async (page: Page, name: string, bytes: number) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer: randomBytes(bytes) })
  }

  const alice = await person('Alice')
  const bob = await person('Bob')
  const carol = await person('Carol')
  await say(bob, 'Good morning! The new drawings are ready.', true)
  await say(carol, 'Great, I can look at them before lunch.', true)
  await alice.getByRole('checkbox', { name: 'Bob' }).check()
  await alice.getByRole('checkbox', { name: 'Carol' }).check()
  await say(alice, 'Shall we meet at eleven?')
  await bob.getByRole('button', { name: /Shall we meet/ }).click()
  await say(bob, 'Eleven is fine. Here is what we talk about:')
  await attach(bob, 'Drawings north wing.zip', 12_400_000)
  const card = alice.getByRole('group', { name: 'Files from Bob' })
  await card.getByRole('button', { name: 'Accept' }).click()
  await card.getByText(/^Saved in/).waitFor()
  await attach(bob, 'Minutes of Monday.pdf', 480_000)
  await alice.getByRole('button', { name: 'Accept' }).waitFor()
  await alice.getByRole('textbox', { name: 'Message' }).fill('Thank you, they look')
  await alice.mouse.move(200, 560)
  await alice.screenshot({ path: PICTURE })
  await carol.emulateMedia({ colorScheme: 'dark' })
  await carol.getByRole('button', { name: 'Settings', exact: true }).click()
  await carol.getByRole('tab', { name: 'Files' }).click()
  await carol.screenshot({ path: SETTINGS })
  process.stdout.write(`${PICTURE}\n${SETTINGS}\n`)
} finally {
  await browser.close()
  for (const program of programs.reverse()) await program.end()
  await rm(folder, { recursive: true, force: true })
}
