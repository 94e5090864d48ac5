/** The one window: a sandboxed page that can go nowhere and opens http and https addresses only, outside. */
import { join } from 'node:path'
import { app, BrowserWindow, screen, shell } from 'electron'
import { fromSource } from '../host/installation.ts'
import { readWindowState, writeWindowState } from './window-state.ts'

export function openWindow(profile: string, { hidden }: { hidden: boolean }): BrowserWindow {
  const state = readWindowState(
    profile,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    title: 'OptiChat',
    width: 1100,
    height: 760,
    ...(state ? { x: state.x, y: state.y, width: state.width, height: state.height } : {}),
    minWidth: 360,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(import.meta.dirname, fromSource ? 'preload.cts' : 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  const { webContents } = window
  webContents.setWindowOpenHandler(({ url }) => {
    if (isWeb(url)) shell.openExternal(url)
    return { action: 'deny' }
  })
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-redirect', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  window.once('ready-to-show', () => {
    if (state?.maximized) window.maximize()
    if (!hidden) window.show()
  })
  return window
}

/** Keeps its place; closed while the app stays in the tray, it is only hidden. */
export function keepWindow(window: BrowserWindow, profile: string, stays: () => boolean): void {
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
  })
  window.on('close', (event) => {
    writeWindowState(profile, { ...window.getNormalBounds(), maximized: window.isMaximized() })
    if (quitting || !stays()) return
    event.preventDefault()
    window.hide()
  })
}

/** The app was started a second time on this profile, or asked for otherwise: its window comes before the person. */
export function showAgain(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Anything else could start a program. */
function isWeb(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
}
