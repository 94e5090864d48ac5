/** Electron's shell: native dialogs, the desktop's file manager, tray, menus and badge. */
import { statSync } from 'node:fs'
import { app, type BrowserWindow, dialog, powerMonitor, shell } from 'electron'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { ShellWords } from '../bridge.ts'
import type { Shell } from '../host/shell.ts'
import { electronAutostart } from './autostart.ts'
import { setMenus } from './menus.ts'
import { createTray } from './tray.ts'
import { runInUtility } from './utility.ts'
import { showAgain } from './window.ts'

export interface ElectronShell extends Shell {
  /** Whether the app stays when its window is closed. */
  stays(): boolean
}

/** `window`: the one there is, once it is; `logs`: the folder of the log. */
export function electronShell(window: () => BrowserWindow | null, logs: string): ElectronShell {
  let words: ShellWords | null = null
  let unread = 0
  const raise = () => {
    const open = window()
    if (open) showAgain(open)
  }
  const tray = createTray(raise)
  const autostart = electronAutostart()
  const draw = () => {
    if (words) tray.update(words, unread)
  }
  /** A menu's wish, which the page fulfils. */
  const settings = () => {
    raise()
    window()?.webContents.send('optichat:event', 'wish', 'settings')
  }
  return {
    kind: 'electron',
    files: {
      async pickFiles() {
        const { filePaths } = await dialog.showOpenDialog({ properties: ['openFile', 'multiSelections'] })
        return filePaths
      },
      async pickFolder() {
        const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'createDirectory'] })
        return filePaths[0] ?? null
      },
    },
    async open(path) {
      const problem = await shell.openPath(path)
      if (problem) throw new OptiChatError('internal', `${problem}; the file is ${path}`)
    },
    async show(path) {
      const there = statSync(path, { throwIfNoEntry: false })
      if (!there) throw new OptiChatError('file-unreadable', path)
      if (!there.isDirectory()) return shell.showItemInFolder(path)
      const problem = await shell.openPath(path)
      if (problem) throw new OptiChatError('internal', `${problem}; the folder is ${path}`)
    },
    raise,
    attention(now) {
      if (now > unread && !window()?.isFocused()) window()?.flashFrame(true)
      unread = now
      app.setBadgeCount(now)
      draw()
    },
    tray: (on) => tray.set(on),
    stays: () => tray.there,
    speak(now) {
      words = now
      setMenus(now, { settings, logs: () => shell.openPath(logs) })
      draw()
    },
    idleSeconds: () => powerMonitor.getSystemIdleTime(),
    run: runInUtility,
    ...(autostart ? { autostart } : {}),
  }
}
