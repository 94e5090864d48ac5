import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import type { Bridge } from '../../../desktop/bridge.ts'
import { launchChromium } from '../../support/chromium.ts'
import { PATIENCE, until } from '../../support/wait.ts'
import { type GatewayFixture, openFixture } from './gateway-fixture.ts'

/** What the test's page puts on `window`; the functions given to `evaluate` run there. */
declare const optichat: Bridge
declare const heard: unknown[]
declare const cut: () => void

const MAIN = `import { connectBridge } from './page.js'
globalThis.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url)
    globalThis.cut = () => this.close()
  }
}
globalThis.optichat = await connectBridge()
globalThis.heard = []
globalThis.optichat.on('roster', (roster) => globalThis.heard.push(roster))
document.title = 'ready'
`

describe('the bridge in a real browser page', () => {
  let browser: Browser
  let fixture: GatewayFixture
  let page: Page
  let built: string | undefined
  const complaints: string[] = []

  before(async function () {
    const launched = await launchChromium()
    if (!launched) return this.skip()
    browser = launched
    built = await mkdtemp(join(tmpdir(), 'optichat-bridge-'))
    await build({
      configFile: false,
      logLevel: 'error',
      build: { lib: { entry: 'desktop/browser/page.ts', formats: ['es'], fileName: 'page' }, outDir: built, emptyOutDir: false },
    })
  })
  after(async () => {
    await browser?.close()
    if (built) await rm(built, { recursive: true })
  })

  beforeEach(async () => {
    fixture = await openFixture()
    const ui = join(fixture.folder, 'ui')
    await cp(built ?? '', ui, { recursive: true })
    await writeFile(join(ui, 'main.js'), MAIN)
    await writeFile(join(ui, 'index.html'), '<!doctype html><title>-</title><body><script type="module" src="./main.js"></script>')
    page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE)
    complaints.length = 0
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(fixture.gateway.link())
    await until('the bridge in the page', async () => (await page.title()) === 'ready')
  })
  afterEach(async () => {
    await page?.close()
    await fixture?.close()
  })

  it('is reached by the link, which is gone from the address, under the strict policy', async () => {
    expect(page.url()).to.equal(`${fixture.gateway.origin}/`)
    expect(existsSync(join(fixture.folder, 'ui', 'page.js'))).to.equal(true)
    // A favicon that is not there is the browser's own question.
    expect(complaints.filter((text) => !/404/.test(text))).to.deep.equal([])
  })

  it('asks and is answered; a failure is an error for people with its code', async () => {
    expect(await page.evaluate(() => optichat.call('send', 'everyone', 'hello', {}))).to.deep.equal({
      echoed: ['everyone', 'hello', {}],
    })
    const failure = await page.evaluate(() => optichat.call('logout').catch((error: unknown) => error))
    expect(failure).to.deep.include({ code: 'not-signed-in', message: 'You are not signed in.' })
  })

  it('hears events, and after its socket was cut hears what it missed, once', async () => {
    fixture.emit('roster', [])
    await until('event 1', () => page.evaluate((n) => heard.length === n, 1))
    await page.evaluate(() => cut())
    fixture.emit('roster', [])
    await until('event 2', () => page.evaluate((n) => heard.length === n, 2))
    expect(await page.evaluate(() => optichat.call('view'))).to.deep.equal({ echoed: [] })
    expect(await page.evaluate(() => heard.length)).to.equal(2)
  })

  it('sends a file up with its folder’s shape, telling how far it is', async () => {
    const size = 3 * 1024 * 1024
    const { id, told } = await page.evaluate(async (size) => {
      const told: number[] = []
      const file = new File([new Uint8Array(size).fill(7)], 'x.bin')
      const id = await optichat.upload(file, 'folder/x.bin', (bytes) => told.push(bytes))
      return { id, told }
    }, size)
    expect(told.at(-1)).to.equal(size)
    const { paths } = await fixture.uploads.gather([id])
    const content = await readFile(join(paths[0] ?? '', 'x.bin'))
    expect(content.equals(Buffer.alloc(size, 7))).to.equal(true)
  })

  it('tells an upload that is refused as an error for people', async () => {
    const failure = await page.evaluate(() =>
      optichat.upload(new File([new Uint8Array(40_000_000)], 'x'), '../x', () => undefined).catch((error: unknown) => error),
    )
    expect(failure).to.have.property('code', 'bad-frame')
    expect(await readdir(join(fixture.folder, 'profile', 'uploads'))).to.be.empty
  })

  it('says that the app has ended when it is gone for good, instead of showing a page in which nothing works', async () => {
    await fixture.gateway.close()
    await until('the page to say so', () => page.getByRole('alert').filter({ hasText: 'OptiChat has ended' }).isVisible())
    await expectRejection(page)
  })
})

async function expectRejection(page: Page) {
  const failure = await page.evaluate(() => optichat.call('view').catch((error: unknown) => error))
  expect(failure)
    .to.have.property('message')
    .that.matches(/lost its connection/)
}
