/** The menus of the system's own: on macOS above the screen, elsewhere behind the Alt key; their keys work anywhere. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { ShellWords } from '../bridge.ts'

export interface MenuActions {
  settings(): void
  logs(): void
}

export function setMenus(words: ShellWords, { settings, logs }: MenuActions): void {
  const mac = process.platform === 'darwin'
  const settingsItem: MenuItemConstructorOptions = { label: words.settings, accelerator: 'CmdOrCtrl+,', click: settings }
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const roles = (...names: MenuItemConstructorOptions['role'][]): MenuItemConstructorOptions[] => names.map((role) => ({ role }))
  const ours: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [
      { role: 'about', label: words.about },
      separator,
      settingsItem,
      separator,
      ...roles('hide', 'hideOthers', 'unhide'),
      separator,
      { role: 'quit', label: words.quit },
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: mac ? roles('close') : [settingsItem, separator, { role: 'quit', label: words.quit, accelerator: 'CmdOrCtrl+Q' }],
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [ours] : []),
      file,
      { label: words.edit, submenu: roles('undo', 'redo', 'cut', 'copy', 'paste', 'selectAll') },
      // Neither reloading nor developers' tools: a person who presses their keys by mistake would lose what is typed.
      { label: words.view, submenu: [...roles('resetZoom', 'zoomIn', 'zoomOut'), separator, ...roles('togglefullscreen')] },
      { label: words.window, submenu: roles('minimize', ...(mac ? (['zoom', 'front'] as const) : (['close'] as const))) },
      { label: words.help, submenu: [{ label: words.logs, click: logs }] },
    ]),
  )
}
