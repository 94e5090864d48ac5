/** Starting with the session: by the system's own list on macOS and Windows, by a file on Linux. */
import { app } from 'electron'
import { type Autostart, desktopAutostart } from '../host/autostart.ts'

/** What the app is started with then: its window stays away until it is asked for. */
const HIDDEN = '--hidden'

/** Undefined from a checkout: there is nothing installed that a system could start. */
export function electronAutostart(): Autostart | undefined {
  if (!app.isPackaged) return undefined
  // An AppImage runs from a folder that is gone with it; it says itself where it lies.
  if (process.platform === 'linux') return desktopAutostart([process.env.APPIMAGE ?? process.execPath, HIDDEN])
  return {
    get enabled() {
      return app.getLoginItemSettings({ args: [HIDDEN] }).openAtLogin
    },
    set: (enabled) => app.setLoginItemSettings({ openAtLogin: enabled, args: [HIDDEN] }),
  }
}
