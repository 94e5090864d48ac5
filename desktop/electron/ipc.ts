/** The bridge over Electron's IPC: the page's questions to the host, the host's events to the page. */
import { Readable } from 'node:stream'
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain, type WebFrameMain } from 'electron'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { toBridgeError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { PAGE } from './page-scheme.ts'

/** Bytes of what a page may hand over without a path: a picture that was pasted, not a file. */
const MAX_UPLOAD = 64 * 1024 * 1024

/** Answers come as `{ answer }` or `{ error }`, since an Error loses its code on the way. */
export function connectPage(host: Pick<Host, 'call' | 'subscribe' | 'uploads'>, window: BrowserWindow): void {
  const { webContents } = window
  const answer = (channel: string, work: (...args: unknown[]) => Promise<unknown>) => {
    ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...args: unknown[]) => {
      try {
        if (!isOurs(event.senderFrame, webContents.mainFrame)) throw new OptiChatError('bad-frame', 'not from the page of the app')
        return { answer: await work(...args) }
      } catch (error) {
        return { error: toBridgeError(error) }
      }
    })
  }
  answer('optichat:call', (command, args) => host.call(command, args))
  answer('optichat:upload', async (path, bytes) => {
    if (typeof path !== 'string' || !(bytes instanceof ArrayBuffer)) throw new OptiChatError('bad-frame', 'an upload is a path and bytes')
    if (bytes.byteLength > MAX_UPLOAD) throw new OptiChatError('too-large', `${bytes.byteLength} bytes of ${MAX_UPLOAD}`)
    return host.uploads.add(path, Readable.from([Buffer.from(bytes)]))
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
