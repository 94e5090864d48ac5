/** The icon that stays when the window is closed: what was not read, the window again, and the way out. */
import { join } from 'node:path'
import { app, Menu, nativeImage, Tray } from 'electron'
import type { ShellWords } from '../bridge.ts'
import { uiFolder } from '../host/installation.ts'

export interface TrayIcon {
  readonly there: boolean
  set(on: boolean): void
  update(words: ShellWords, unread: number): void
}

export function createTray(open: () => void): TrayIcon {
  let tray: Tray | null = null
  let shown: [ShellWords, number] | null = null

  const image = (unread: number) => nativeImage.createFromPath(join(uiFolder, unread > 0 ? 'tray-unread.png' : 'tray.png'))
  const draw = () => {
    if (!tray || !shown) return
    const [words, unread] = shown
    tray.setImage(image(unread))
    tray.setToolTip(unread > 0 ? `OptiChat · ${unread} ${words.unread}` : 'OptiChat')
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: unread > 0 ? `${words.open} (${unread})` : words.open, click: open },
        { type: 'separator' },
        { label: words.quit, click: () => app.quit() },
      ]),
    )
  }
  return {
    get there() {
      return tray !== null
    },
    set(on) {
      if (on && !tray) {
        tray = new Tray(image(0))
        tray.on('click', open)
        draw()
      }
      if (!on) {
        tray?.destroy()
        tray = null
      }
    },
    update(words, unread) {
      shown = [words, unread]
      draw()
    },
  }
}
