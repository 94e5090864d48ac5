import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { chromium } from 'playwright-core'
import { setUp } from '../../../core/setup/setup.mjs'
import { findBrowser } from '../../../desktop/browser/find-browser.ts'
import { root } from '../../../desktop/host/installation.ts'
import { PATIENCE, until } from '../../support/wait.ts'

/** As it is started: the sources would be translated anew at each start. */
const START = join(root, 'dist', 'desktop', 'start.js')

interface App {
  readonly process: ChildProcess
  out: string
  err: string
  code: number | null
}

describe('starting the app', () => {
  let folder: string
  const apps: App[] = []
  before(() => setUp({ root, parts: ['programs', 'app'] }))
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'optichat-start-'))
  })
  afterEach(async () => {
    for (const app of apps.splice(0)) {
      app.process.kill('SIGKILL')
      await until('the app to end', () => app.code !== null || app.process.signalCode !== null)
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const start = (args: string[], env: NodeJS.ProcessEnv = {}): App => {
    const { DISPLAY, WAYLAND_DISPLAY, OPTICHAT_BROWSER, ...inherited } = process.env
    const all = [START, '--no-discovery', '--profile', join(folder, 'profile'), ...args]
    const child = spawn(process.execPath, all, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const app: App = { process: child, out: '', err: '', code: null }
    child.stdout?.on('data', (data) => {
      app.out += data
    })
    child.stderr?.on('data', (data) => {
      app.err += data
    })
    child.once('exit', (code) => {
      app.code = code
    })
    apps.push(app)
    return app
  }
  const linkOf = (app: App) =>
    until(`the link (${app.err})`, () => /^OptiChat is at (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/m.exec(app.out)?.[1])
  const ended = (app: App) => until(`the end (${app.err})`, () => app.code !== null)

  /** A program that is started as a browser: a shell script that gets the browser's arguments. */
  const browserOf = async (script: string) => {
    const path = join(folder, 'browser')
    await writeFile(path, `#!/bin/sh\n${script}\n`)
    await chmod(path, 0o755)
    return { OPTICHAT_BROWSER: path, DISPLAY: ':none' }
  }

  it('without a window prints a link that opens the page, and ends in order when told to', async () => {
    const app = start(['--no-window'])
    const link = await linkOf(app)
    const answer = await fetch(link, { redirect: 'manual' })
    expect(answer.status).to.equal(303)
    app.process.kill('SIGTERM')
    await ended(app)
    expect(app.code).to.equal(0)
    expect(await fetch(link).catch(() => 'nobody there')).to.equal('nobody there')
  })

  it('where there is no display says so and prints the link', async function () {
    if (process.platform !== 'linux') return this.skip()
    const app = start([])
    await linkOf(app)
    expect(app.err).to.contain('there is no display')
    app.process.kill('SIGINT')
    await ended(app)
    expect(app.code).to.equal(0)
  })

  it('a second time on one profile ends with a sentence, and the first goes on', async () => {
    const first = start(['--no-window'])
    const link = await linkOf(first)
    const second = start(['--no-window'])
    await ended(second)
    expect(second.code).to.equal(1)
    expect(second.err).to.contain('[data-in-use]')
    expect((await fetch(link, { redirect: 'manual' })).status).to.equal(303)
  })

  it('with an unknown option is wrong usage', async () => {
    const app = start(['--nonsense'])
    await ended(app)
    expect(app.code).to.equal(2)
    expect(app.err).to.match(/^optichat: Unknown option '--nonsense'\.\n\n[\s\S]*Usage:/m)
  })

  describe('in a browser window', () => {
    before(function () {
      if (process.platform === 'win32') this.skip()
    })

    it('closing the window ends the app', async () => {
      const env = await browserOf(
        `echo "$@" > ${join('$(dirname "$0")', 'arguments')}; while [ ! -e "$(dirname "$0")/closed" ]; do sleep 0.05; done`,
      )
      const app = start(['--browser'], env)
      const args = await until('the window', () => readFile(join(folder, 'arguments'), 'utf8').catch(() => ''))
      expect(args)
        .to.match(/--app=http:\/\/127\.0\.0\.1:\d+\/\?token=/)
        .and.contain(`--user-data-dir=${join(folder, 'profile', 'window')}`)
      expect(app.code).to.equal(null)
      await writeFile(join(folder, 'closed'), '')
      await ended(app)
      expect(app.code).to.equal(0)
      expect(app.out, 'a link is for those who have no window').to.equal('')
    })

    it('Ctrl-C ends the window too', async () => {
      const app = start(['--browser'], await browserOf('echo $$ > "$(dirname "$0")/pid"; exec sleep 600'))
      const pid = Number(await until('the window', () => readFile(join(folder, 'pid'), 'utf8').catch(() => '')))
      app.process.kill('SIGINT')
      await ended(app)
      expect(app.code).to.equal(0)
      expect(() => process.kill(pid, 0)).to.throw('ESRCH')
    })

    it('a browser that cannot open one leaves a link instead, and says why', async () => {
      const app = start(['--browser'], await browserOf('echo "cannot open display" >&2; exit 1'))
      await linkOf(app)
      expect(app.err).to.contain('cannot open display')
    })

    it('real Chromium shows the app, and its end is the end of the app', async function () {
      const real = findBrowser()
      if (!real) return this.skip()
      const app = start(['--browser'], await browserOf(`exec ${real} --headless=new --disable-gpu --remote-debugging-port=0 "$@"`))
      const active = join(folder, 'profile', 'window', 'DevToolsActivePort')
      const [port] = (await until(`a browser (${app.err})`, () => readFile(active, 'utf8').catch(() => ''))).split('\n')
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
      try {
        const page = await until(
          'the page',
          () =>
            browser
              .contexts()[0]
              ?.pages()
              .find((one) => one.url().startsWith('http://127.0.0.1:')),
          20_000,
        )
        await until('a clean address', () => !page.url().includes('token'))
        await page.getByRole('heading').first().waitFor({ timeout: PATIENCE })
        const session = await browser.newBrowserCDPSession()
        await session.send('Browser.close')
      } finally {
        await browser.close()
      }
      await ended(app)
      expect(app.code).to.equal(0)
    })
  })
})
