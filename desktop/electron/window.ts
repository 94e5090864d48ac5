/** The one window: a sandboxed page that can go nowhere and open nothing. */
import { join } from 'node:path'
import { BrowserWindow, Menu } from 'electron'
import { fromSource } from '../host/installation.ts'

export function openWindow(): BrowserWindow {
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null)
  const window = new BrowserWindow({
    title: 'OptiChat',
    width: 1100,
    height: 760,
    minWidth: 480,
    minHeight: 400,
    show: false,
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
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-redirect', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  window.once('ready-to-show', () => window.show())
  return window
}

/** The app was started a second time on this profile: the first one shows itself. */
export function showAgain(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
