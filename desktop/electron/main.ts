/** The app in Electron: a window around the host. What a page may do is decided in the files named here, each for its matter. */
import { join } from 'node:path'
import { app, type BrowserWindow } from 'electron'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import { type Host, openHost } from '../host/host.ts'
import { uiFolder } from '../host/installation.ts'
import { openLogFile } from '../host/log-file.ts'
import { parseOptions } from '../host/options.ts'
import { watchCrashes } from './crashes.ts'
import { connectPage } from './ipc.ts'
import { claimLinks, linkIn, onLink } from './links.ts'
import { registerScheme, servePage } from './page-scheme.ts'
import { denyPermissions } from './permissions.ts'
import { electronShell } from './shell.ts'
import { keepWindow, openWindow, showAgain } from './window.ts'

const { profile, discovery, hidden } = parseOptions(process.argv.slice(1), { lenient: true })
const log = (line: string) => process.stderr.write(`optichat: ${line}\n`)
const logFile = openLogFile(profile)

registerScheme()
app.setPath('userData', join(profile, 'window-electron'))
watchCrashes(profile, logFile.write)
claimLinks()
// Electron becomes ready only after this module has run: nothing here may wait for it.
if (app.requestSingleInstanceLock()) app.whenReady().then(start).catch(fail)
else app.exit(0)

async function start() {
  let window: BrowserWindow | null = null
  const shell = electronShell(() => window, logFile.folder)
  const link = linkIn(process.argv)
  const host = await openHost({ profile, discovery, shell, log, ...(link ? { link } : {}) })
  servePage(uiFolder, host.media)
  denyPermissions()
  window = openWindow(profile, { hidden: hidden && shell.stays() })
  connectPage(host, window)
  keepWindow(window, profile, shell.stays)
  quitInOrder(host)
  onLink((opened) => {
    host.open(opened)
    if (window) showAgain(window)
  })
  app.on('second-instance', () => window && showAgain(window))
  app.on('activate', () => window && showAgain(window))
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
  const line = `${error.message} ${error.next} [${error.code}]`
  log(line)
  logFile.write(`The app could not start: ${line}\n${error.stack ?? ''}`)
  app.exit(1)
}
