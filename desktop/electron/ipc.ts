/** The bridge over Electron's IPC: the page's questions to the host, the host's events to the page. */
import { type BrowserWindow, ipcMain, type WebFrameMain } from 'electron'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { toBridgeError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { PAGE } from './page-scheme.ts'

/** Answers come as `{ answer }` or `{ error }`, since an Error loses its code on the way. */
export function connectPage(host: Pick<Host, 'call' | 'subscribe'>, window: BrowserWindow): void {
  const { webContents } = window
  ipcMain.handle('optichat:call', async (event, command: unknown, args: unknown) => {
    try {
      if (!isOurs(event.senderFrame, webContents.mainFrame)) throw new OptiChatError('bad-frame', 'not from the page of the app')
      return { answer: await host.call(command, args) }
    } catch (error) {
      return { error: toBridgeError(error) }
    }
  })
  const unsubscribe = host.subscribe((event, value) => {
    if (!webContents.isDestroyed()) webContents.send('optichat:event', event, value)
  })
  window.once('closed', unsubscribe)
}

/** Only the top frame of the window, and only while it shows our own page. */
function isOurs(sender: WebFrameMain | null, main: WebFrameMain): boolean {
  return sender !== null && sender.routingId === main.routingId && sender.processId === main.processId && sender.url.startsWith(PAGE)
}
