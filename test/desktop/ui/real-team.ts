/**
 * People with the app's real host, gateway and page in one Chromium, and one real registry, all in this process: what a flow does is
 * seen by everybody it concerns. Shared by a file's tests, since each person costs a second.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import type { RunningRegistry } from '../../../core/registry/options.ts'
import { startRegistry } from '../../../core/registry/registry.ts'
import type { Answer, Arguments, Command } from '../../../desktop/bridge.ts'
import { type Gateway, openGateway } from '../../../desktop/browser/gateway.ts'
import { type Host, openHost } from '../../../desktop/host/host.ts'
import { launchChromium } from '../../support/chromium.ts'
import { PATIENCE } from '../../support/wait.ts'
import { builtPage } from './app-window.ts'

export interface RealPerson {
  readonly page: Page
  readonly downloads: string
  /** Paths opened by a program or shown in the file manager. */
  readonly opened: string[]
  /** Everything the page asked for, and what went wrong in it. */
  readonly faults: string[]
  readonly field: Locator
  readonly messages: Locator
  call<C extends Command>(command: C, ...args: Arguments<C>): Promise<Answer<C>>
  say(text: string): Promise<void>
  row(text: string): Locator
  tick(...names: string[]): Promise<void>
}

export interface RealTeam<Name extends string> {
  readonly folder: string
  readonly registry: RunningRegistry
  readonly people: Record<Name, RealPerson>
  /** Starts somebody's app anew, on the same profile. */
  restart(name: Name): Promise<void>
  close(): Promise<void>
}

const PASSWORD = 'correct horse battery'

export async function realTeam<Name extends string>(names: readonly Name[]): Promise<RealTeam<Name>> {
  const folder = await mkdtemp(join(tmpdir(), 'optichat-real-'))
  const registry = await startRegistry({
    data: join(folder, 'registry'),
    name: 'Workshop',
    port: 0,
    host: '127.0.0.1',
    log: () => undefined,
  })
  const browser: Browser = await launchChromium()
  const running = new Map<Name, { host: Host; gateway: Gateway; context: BrowserContext }>()
  const people = {} as Record<Name, RealPerson>

  const stop = async (name: Name) => {
    const one = running.get(name)
    running.delete(name)
    await one?.context.close()
    await one?.gateway.close()
    await one?.host.close()
  }

  const start = async (name: Name, isNew: boolean) => {
    const downloads = join(folder, `downloads of ${name}`)
    await mkdir(downloads, { recursive: true })
    const opened: string[] = []
    const note = async (path: string) => {
      opened.push(path)
    }
    const host = await openHost({
      profile: join(folder, name),
      shell: { kind: 'browser', open: note, show: note },
      peer: { host: '127.0.0.1' },
      discovery: false,
      registryPort: 0,
      log: () => undefined,
    })
    const call = <C extends Command>(command: C, ...args: Arguments<C>) => host.call(command, args) as Promise<Answer<C>>
    if (isNew) {
      await call('register', `127.0.0.1:${registry.port}`, name, PASSWORD)
      await call('setDownloadFolder', downloads)
    }
    const gateway = await openGateway({ host, ui: await builtPage() })
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(gateway.origin) && !request.url().startsWith('blob:')) faults.push(`asked ${request.url()}`)
    })
    await page.goto(gateway.link())
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.waitFor()
    running.set(name, { host, gateway, context })
    people[name] = {
      page,
      downloads,
      opened,
      faults,
      call,
      field,
      messages: page.getByRole('region', { name: 'Messages' }),
      row: (text) => page.locator('oc-message').filter({ hasText: text }),
      async say(text) {
        await field.fill(text)
        await field.press('Enter')
      },
      async tick(...ticked) {
        for (const box of await page.getByRole('complementary').getByRole('checkbox').all()) {
          await box.setChecked(ticked.includes((await box.getAttribute('aria-label')) ?? ''))
        }
      },
    }
  }

  for (const name of names) await start(name, true)
  return {
    folder,
    registry,
    people,
    async restart(name) {
      await stop(name)
      await start(name, false)
    },
    async close() {
      const faults = names.flatMap((name) => people[name]?.faults.map((fault) => `${name}: ${fault}`) ?? [])
      for (const name of names) await stop(name)
      await browser.close()
      await registry.close()
      await rm(folder, { recursive: true, force: true })
      expect(faults, 'errors in the pages, or requests that left').to.deep.equal([])
    },
  }
}
