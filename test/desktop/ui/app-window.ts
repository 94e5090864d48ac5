/**
 * The built window in a real Chromium over a scripted host, for the states a real one reaches rarely or slowly. Every page
 * must live under the strictest policy, ask nothing of anybody else and leave no error in its console.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Disposable, Page } from 'playwright-core'
import { build } from 'vite'
import type { AppView, BridgeError, Command, EventName, Events } from '../../../desktop/bridge.ts'
import { chromiumPath, launchChromium } from '../../support/chromium.ts'
import { type PageServer, servePage } from '../../support/page-server.ts'
import { PATIENCE } from '../../support/wait.ts'

/** What a command is answered with: at once, after `release`, with an error; `view`: what changes in the snapshot by it. */
interface Scripted {
  readonly answer?: unknown
  readonly error?: BridgeError
  readonly waits?: boolean
  readonly view?: Partial<AppView>
}

export interface Script {
  readonly view: AppView
  /** What `history` pages through. */
  readonly messages?: readonly unknown[]
  readonly answers?: Partial<Record<Command | 'upload', Scripted>>
  /** As in Electron: paths of files by name. */
  readonly paths?: Record<string, string>
}

export interface Look {
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

export interface AppWindow {
  readonly page: Page
  /** As the host would. */
  emit<E extends EventName>(event: E, value: Events[E]): Promise<void>
  /** The arguments of every such call so far. */
  asked(command: Command): Promise<unknown[][]>
  /** Lets a command that waits be answered. */
  release(command: Command | 'upload'): Promise<void>
}

let built: Promise<string> | undefined

/** Built once a test run, from the sources as they are. */
export function builtPage(): Promise<string> {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'optichat-ui-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const configFile = join(import.meta.dirname, '../../../vite.config.ts')
    await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: false } })
    return folder
  })()
  return built
}

/**
 * To be called in a `describe`: brings browser and page server up. Its tests share one window, since to make one costs more than most
 * tests do; each has the app in it loaded anew.
 */
export function appWindows(): (script: Script, look?: Look) => Promise<AppWindow> {
  let browser: Browser | null = null
  let server: PageServer | undefined
  let page: Page | undefined
  let scripts: Disposable[] = []
  let faults: string[] = []

  before(async function () {
    if (!chromiumPath()) return this.skip()
    browser = await launchChromium()
    server = await servePage(await builtPage())
  })
  afterEach(() => {
    const seen = faults
    faults = []
    expect(seen, 'errors in the page').to.deep.equal([])
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  const openPage = async (url: string): Promise<Page> => {
    if (!browser) throw new Error('there is no browser')
    const context = await browser.newContext({ permissions: ['clipboard-write'] })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) faults.push(`asked ${request.url()}`)
    })
    return page
  }

  return async (script, { theme = 'light', width = 1000, height = 700 } = {}) => {
    if (!server) throw new Error('there is no browser')
    const { url } = server
    page ??= await openPage(url)
    const opened = page
    for (const script of scripts.splice(0)) await script.dispose()
    await opened.setViewportSize({ width, height })
    await opened.emulateMedia({ colorScheme: theme, reducedMotion: 'no-preference' })
    await opened.mouse.move(0, 0)
    scripts = [
      await opened.addInitScript({ content: `globalThis.script = ${JSON.stringify(script)}` }),
      await opened.addInitScript({ path: join(import.meta.dirname, 'double.js') }),
    ]
    await opened.goto(url)
    await opened.locator('oc-app').waitFor()
    return {
      page: opened,
      emit: (event, value) => opened.evaluate(`double.emit(${JSON.stringify(event)}, ${JSON.stringify(value)})`),
      asked: async (command) => {
        const calls = (await opened.evaluate('double.calls')) as [string, ...unknown[]][]
        return calls.filter(([name]) => name === command).map(([, ...args]) => args)
      },
      release: (command) => opened.evaluate(`double.released.get(${JSON.stringify(command)})()`),
    }
  }
}
