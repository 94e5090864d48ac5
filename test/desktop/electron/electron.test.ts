import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { _electron } from 'playwright-core'
import { setUp } from '../../../core/setup/setup.mjs'
import type { AppView, HostedView, ShellWords } from '../../../desktop/bridge.ts'
import { installedElectron } from '../../../desktop/electron/run.ts'
import { root } from '../../../desktop/host/installation.ts'
import { until } from '../../support/wait.ts'
import { openHosts } from '../host/host-fixture.ts'
import type { FromApp, ToPage } from './electron-stand-in.ts'

/** As it is started when installed: the sources would be translated anew at each start. */
const BUILT = join(root, 'dist', 'desktop', 'electron')
const HERE = fileURLToPath(new URL('.', import.meta.url))
const HOOK = join(HERE, 'electron-hook.mjs')
const STAND_IN = join(HERE, 'electron-stand-in.ts')
const TSC = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const WORDS: ShellWords = {
  open: 'Öffnen',
  quit: 'Beenden',
  settings: 'Einstellungen',
  about: 'Über',
  file: 'Datei',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  window: 'Fenster',
  help: 'Hilfe',
  logs: 'Protokoll',
  unread: 'ungelesen',
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

type Question = ToPage extends infer Q ? (Q extends { n: number } ? Omit<Q, 'n'> : never) : never

describe('the app in Electron', () => {
  let folder: string

  before(async () => {
    await setUp({ root, parts: ['programs', 'app'] })
    folder = await mkdtemp(join(tmpdir(), 'optichat-electron-'))
    const options = ['--module', 'nodenext', '--target', 'es2023', '--rewriteRelativeImportExtensions', '--verbatimModuleSyntax']
    execFileSync(process.execPath, [TSC, '--ignoreConfig', '--noCheck', ...options, '--rootDir', HERE, '--outDir', folder, STAND_IN])
    // So that the translated stand-in is read as what it is.
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  })
  after(() => rm(folder, { recursive: true, force: true }))

  describe('with the real main and preload on a stand-in for Electron', () => {
    let app: ChildProcess | undefined
    let heard: FromApp[]
    let code: number | null
    let errors: string
    let asked: number
    let profile: string

    const open = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
      profile = await mkdtemp(join(folder, 'profile-'))
      await openAgain(args, env)
    }
    const openAgain = async (more: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
      await kill()
      heard = []
      code = null
      errors = ''
      asked = 0
      const args = [`--import=${HOOK}`, join(BUILT, 'main.js'), '--no-sandbox', '--profile', profile, '--no-discovery', ...more]
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
        env: { ...process.env, OPTICHAT_TEST_ELECTRON: pathToFileURL(join(folder, 'electron-stand-in.js')).href, ...env },
      })
      app = child
      child.stderr?.on('data', (data) => {
        errors += data
      })
      child.on('message', (message: FromApp) => heard.push(message))
      child.once('exit', (ended) => {
        code = ended
      })
      const loaded = () => heard.some(({ kind }) => kind === 'loaded')
      await until('the window', () => loaded() || code !== null)
      if (!loaded()) throw new Error(`it ended: ${errors}`)
    }
    const kill = async () => {
      const child = app
      app = undefined
      if (!child || child.exitCode !== null) return
      child.kill('SIGKILL')
      await until('the app gone', () => child.signalCode !== null || child.exitCode !== null)
    }
    after(kill)

    const did = (what: string) => heard.flatMap((one) => (one.kind === 'did' && one.what === what ? [one.with] : []))

    const ask = async (question: Question): Promise<unknown> => {
      asked += 1
      const n = asked
      app?.send({ ...question, n } as ToPage)
      const answer = await until('the answer', () => heard.find((one) => one.kind === 'answer' && one.n === n))
      return answer.kind === 'answer' ? answer.value : undefined
    }

    // One app for all of these: they leave it as it was.
    before(() => open())

    it('opens a sandboxed window that can go nowhere, on a scheme of its own', () => {
      const loaded = heard.find((one) => one.kind === 'loaded')
      expect(loaded).to.have.property('url', 'app://optichat/')
      expect(loaded).to.have.nested.property('preferences.sandbox', true)
      expect(loaded).to.have.nested.property('preferences.contextIsolation', true)
      expect(loaded).to.have.nested.property('preferences.nodeIntegration', false)
      const attempts = heard.filter((one) => one.kind === 'denied')
      const opens = Array(5).fill('window.open')
      expect(attempts.map(({ what }) => what)).to.deep.equal(['will-navigate', 'will-redirect', 'will-attach-webview', ...opens])
      expect(attempts.every(({ denied }) => denied)).to.equal(true)
      expect(did('opened outside'), 'only what is of the web, and outside').to.deep.equal(['https://example.org/'])
    })

    it('answers the page’s questions, tells failures with their codes, and sends events', async () => {
      const { answer } = (await ask({ do: 'call', command: 'view', args: [] })) as { answer: AppView }
      expect(answer.shell).to.deep.equal({ kind: 'electron', filePaths: true, tray: true, autostart: false })
      expect(answer.connection).to.deep.equal({ at: 'signed-out' })
      expect(await ask({ do: 'call', command: 'logout', args: [] })).to.have.nested.property('error.code', 'not-signed-in')
      expect(await ask({ do: 'call', command: 'nonsense', args: [] })).to.have.nested.property('error.code', 'bad-frame')
      expect(await ask({ do: 'call', command: 'pickFiles', args: [] })).to.deep.equal({ answer: ['/picked/file'] })
      await ask({ do: 'call', command: 'changeSettings', args: [{ theme: 'dark' }] })
      const settings = await until('the event', () => heard.find((one) => one.kind === 'event' && one.event === 'settings'))
      expect(settings).to.have.nested.property('value.theme', 'dark')
    })

    it('answers nobody but the page of its own window', async () => {
      for (const frame of [{ url: 'https://example.org/' }, { url: 'app://optichat.evil/' }, { routingId: 2 }]) {
        expect(await ask({ do: 'callAs', frame, command: 'view' }), JSON.stringify(frame)).to.have.nested.property(
          'error.code',
          'bad-frame',
        )
      }
      expect(await ask({ do: 'callAs', frame: {}, command: 'view' })).to.have.property('answer')
    })

    it('serves the built page under its policy and nothing beside it', async () => {
      for (const url of [
        'app://optichat/../package.json',
        'app://optichat/..%2f..%2f..%2fpackage.json',
        'app://elsewhere/',
        'app://optichat/none',
      ]) {
        expect(await ask({ do: 'fetch', url }), url).to.have.property('status', 404)
      }
      const index = join(root, 'dist', 'desktop', 'ui', 'index.html')
      if (!existsSync(index)) return
      const page = await ask({ do: 'fetch', url: 'app://optichat/' })
      expect(page).to.have.property('status', 200)
      expect(page).to.have.nested.property('headers.content-security-policy').that.contains("default-src 'none'")
    })

    it('gives the page the path of a dropped file, takes what has none, and gives no permissions but copying and notifications', async () => {
      expect(await ask({ do: 'pathOf', file: { path: '/home/me/a.txt' } })).to.equal('/home/me/a.txt')
      expect(await ask({ do: 'pathOf', file: {} })).to.equal(null)
      expect(await ask({ do: 'upload', path: 'pasted.png', bytes: 1_000 })).to.have.property('answer')
      expect(await ask({ do: 'upload', path: '../x', bytes: 1 })).to.have.nested.property('error.code', 'bad-frame')
      expect(await ask({ do: 'uploadAs', args: [{}, 'no bytes'] })).to.have.nested.property('error.code', 'bad-frame')
      for (const permission of ['media', 'geolocation', 'openExternal', 'clipboard-read', 'midi', 'display-capture']) {
        expect(await ask({ do: 'permission', permission }), permission).to.equal(false)
      }
      for (const permission of ['clipboard-sanitized-write', 'notifications']) {
        expect(await ask({ do: 'permission', permission }), permission).to.equal(true)
        expect(await ask({ do: 'permission', permission, url: 'https://example.org/' }), 'another page').to.equal(false)
      }
    })

    it('is opened by an invite, at its start as while it runs, and takes nothing else for one', async () => {
      const invite = `optichat://192.168.1.20:6784/?fp=${'ab'.repeat(32)}&name=Workshop`
      const links = () => heard.flatMap((one) => (one.kind === 'event' && one.event === 'link' ? [one.value] : []))
      await ask({ do: 'open', url: invite })
      await until('the page hears of it', () => links().length === 1)
      expect(links()).to.deep.equal([invite])
      await ask({ do: 'again', args: ['optichat', 'optichat://192.168.1.21'] })
      await until('the page hears of the other', () => links().length === 2)
      await ask({ do: 'open', url: 'optichat://x:99999/?fp=zz' })
      await ask({ do: 'again', args: ['optichat', '--flag'] })
      const { answer } = (await ask({ do: 'call', command: 'view', args: [] })) as { answer: AppView }
      expect(answer.link).to.match(/^optichat:\/\/192\.168\.1\.21:6784/)
      expect(links()).to.have.lengthOf(2)
    })

    it('leaves what went wrong in a log that can be found, and sends no crash anywhere', async () => {
      expect(did('crash reports')).to.deep.equal([{ uploadToServer: false }])
      await ask({ do: 'open', url: 'optichat://x:99999/' })
      expect(await readFile(join(profile, 'logs', 'optichat.log'), 'utf8')).to.match(/^\d{4}-.*no invite/m)
      await ask({ do: 'call', command: 'showLogs', args: [] })
      expect(did('opened').at(-1)).to.equal(join(profile, 'logs'))
    })

    it('stays in the tray when its window is closed, with what was not read, and quits from there', async () => {
      app?.send({ do: 'close' } satisfies ToPage)
      await until('it hid', () => did('hide').length === 1)
      expect(code).to.equal(null)
      const shown = did('show').length
      await ask({ do: 'call', command: 'setShellWords', args: [WORDS] })
      expect(did('menu').at(-1)).to.deep.equal(['Datei', 'Bearbeiten', 'Ansicht', 'Fenster', 'Hilfe'])
      await ask({ do: 'click', menu: 'tray', label: 'Öffnen' })
      await until('it is shown again', () => did('show').length === shown + 1)
      await ask({ do: 'click', menu: 'app', label: 'Einstellungen' })
      await until('the page hears of it', () => heard.some((one) => one.kind === 'event' && one.event === 'wish'))
      await ask({ do: 'click', menu: 'app', label: 'Protokoll' })
      expect(did('opened').at(-1)).to.equal(join(profile, 'logs'))
      app?.send({ do: 'click', n: 0, menu: 'tray', label: 'Beenden' } satisfies ToPage)
      await until(`the end (${errors})`, () => code !== null)
      expect(code).to.equal(0)
    })

    it('quits in order when its window is closed and it does not stay, and is in the same place again', async () => {
      await open()
      await ask({ do: 'call', command: 'changeSettings', args: [{ tray: false }] })
      app?.send({ do: 'close' } satisfies ToPage)
      await until(`the end (${errors})`, () => code !== null)
      expect(code).to.equal(0)
      expect(errors).to.equal('')
      await openAgain()
      expect(did('window')).to.deep.equal([[10, 900, 600]])
    })

    it('hosts a registry in a process of its own, which ends with the app, in order, by a signal', async () => {
      await ask({ do: 'call', command: 'changeSettings', args: [{ registryPort: await freePort() }] })
      const started = (await ask({ do: 'call', command: 'startRegistry', args: ['Team'] })) as { answer: HostedView }
      expect(started.answer).to.include({ state: 'running', name: 'Team' })
      app?.kill('SIGTERM')
      await until(`the end (${errors})`, () => code !== null)
      expect(code).to.equal(0)
    })

    it('installed, starts with the session where one wants it, with its window put away until it is asked for', async () => {
      const config = await mkdtemp(join(folder, 'config-'))
      const env = { OPTICHAT_TEST_PACKAGED: 'true', XDG_CONFIG_HOME: config, APPIMAGE: '/opt/my apps/OptiChat.AppImage' }
      await open([], env)
      expect(did('show'), 'started by a person').to.have.length(1)
      expect(did('scheme'), 'invites open in it').to.deep.equal(['optichat'])
      const { answer } = (await ask({ do: 'call', command: 'view', args: [] })) as { answer: AppView }
      expect([answer.shell.autostart, answer.settings.autostart], 'possible, and off').to.deep.equal([true, false])
      if (process.platform !== 'linux') return
      await ask({ do: 'call', command: 'changeSettings', args: [{ autostart: true }] })
      const entry = join(config, 'autostart', 'optichat.desktop')
      expect(await readFile(entry, 'utf8')).to.contain('Exec="/opt/my apps/OptiChat.AppImage" "--hidden"\n')
      await kill()
      await openAgain(['--hidden'], env)
      const again = (await ask({ do: 'call', command: 'view', args: [] })) as { answer: AppView }
      expect(again.answer.settings.autostart).to.equal(true)
      expect(did('tray')).to.have.length(1)
      expect(did('show'), 'started by the session').to.have.length(0)
      await ask({ do: 'call', command: 'changeSettings', args: [{ autostart: false }] })
      expect(existsSync(entry)).to.equal(false)
      await kill()
    })

    it('shows in badge, tray and their words what was not read, until it is', async () => {
      const hosts = await openHosts()
      try {
        await open()
        await ask({ do: 'call', command: 'setShellWords', args: [WORDS] })
        const alice = (await ask({ do: 'call', command: 'register', args: [hosts.address, 'Alice', 'a long password'] })) as {
          answer: { id: string }
        }
        const bob = await hosts.open('bob')
        await bob.call('register', hosts.address, 'Bob', 'another password')
        await bob.call('send', 'everyone', 'one', {})
        await bob.call('send', [alice.answer.id], 'two', {})
        await until('the badge shows two', () => did('badge').at(-1) === 2)
        await until('the tray says so', () => did('tooltip').at(-1) === 'OptiChat · 2 ungelesen')
        const { answer } = (await ask({ do: 'call', command: 'view', args: [] })) as { answer: AppView }
        for (const { id, last } of answer.conversations) await ask({ do: 'call', command: 'markRead', args: [id, last.position] })
        await until('the badge is gone', () => did('badge').at(-1) === 0)
        await until('the tray says nothing more', () => did('tooltip').at(-1) === 'OptiChat')
        await kill()
      } finally {
        await hosts.close()
      }
    })
  })

  describe('its program', () => {
    it('is found where the electron package says, or where an override does, and only if it is there', async () => {
      const place = join(folder, 'package')
      await mkdir(join(place, 'dist'), { recursive: true })
      expect(installedElectron(place, {})).to.equal(null)
      await writeFile(join(place, 'path.txt'), 'electron')
      expect(installedElectron(place, {}), 'told but not there').to.equal(null)
      await writeFile(join(place, 'dist', 'electron'), '')
      expect(installedElectron(place, {})).to.equal(join(place, 'dist', 'electron'))
      expect(installedElectron(place, { ELECTRON_OVERRIDE_DIST_PATH: join(place, 'elsewhere') })).to.equal(null)
      expect(installedElectron(place, { ELECTRON_OVERRIDE_DIST_PATH: join(place, 'dist') })).to.equal(join(place, 'dist', 'electron'))
    })
  })

  // Electron's program cannot be had everywhere; where it is, and a display, the real thing is started. The stand-in covers the rest.
  const program = installedElectron()
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY)
  if (!program) {
    it('is not started in real Electron here, where its program is not installed: nothing shows that its first screen opens in it', () => {
      expect(existsSync(join(root, 'node_modules', 'electron', 'path.txt'))).to.equal(false)
    })
  } else if (!hasDisplay) {
    it('is not started in real Electron here, where there is no display: nothing shows that its first screen opens in it', () => {
      expect(process.env.DISPLAY ?? '').to.equal('')
    })
  } else {
    it('in real Electron shows its first screen', async () => {
      const profile = await mkdtemp(join(folder, 'profile-'))
      const args = [join(root, 'dist', 'desktop', 'electron', 'main.js'), '--no-sandbox', '--profile', profile, '--no-discovery']
      const app = await _electron.launch({ executablePath: program, args })
      const page = await app.firstWindow()
      await page.getByRole('heading').first().waitFor()
      await app.close()
    })
  }
})
