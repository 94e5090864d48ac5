/** The app in Electron: a window around the host. What a page may do is decided in the files named here, each for its matter. */
import { join } from 'node:path'
import { app } from 'electron'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import { type Host, openHost } from '../host/host.ts'
import { uiFolder } from '../host/installation.ts'
import { parseOptions } from '../host/options.ts'
import { connectPage } from './ipc.ts'
import { registerScheme, servePage } from './page-scheme.ts'
import { denyPermissions } from './permissions.ts'
import { electronShell } from './shell.ts'
import { openWindow, showAgain } from './window.ts'

const { profile, discovery } = parseOptions(process.argv.slice(1), { lenient: true })
const log = (line: string) => process.stderr.write(`optichat: ${line}\n`)

registerScheme()
app.setPath('userData', join(profile, 'window-electron'))
// Electron becomes ready only after this module has run: nothing here may wait for it.
if (app.requestSingleInstanceLock()) app.whenReady().then(start).catch(fail)
else app.exit(0)

async function start() {
  servePage(uiFolder)
  denyPermissions()
  const host = await openHost({ profile, discovery, shell: electronShell(), log })
  quitInOrder(host)
  const window = openWindow()
  connectPage(host, window)
  app.on('second-instance', () => showAgain(window))
  await window.loadURL('app://optichat/')
}

/** However the app is ended, by its window, a menu or a signal: what the host started ends first. */
function quitInOrder(host: Host) {
  let closed = false
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    host.close().then(() => app.quit(), fail)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
}

function fail(thrown: unknown) {
  const error = asOptiChatError(thrown)
  log(`${error.message} ${error.next} [${error.code}]`)
  app.exit(1)
}
