/**
 * As much of `electron` as the app's main uses, under Node, so that the real main and the real preload run in tests. A test drives
 * the page by messages (`ToPage`) and hears what happened (`FromApp`). It cannot show Chromium's part: the sandbox, the
 * origin, the policy's effect, dialogs.
 */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'

export type ToPage =
  | { do: 'call'; n: number; command: string; args: unknown[] }
  | { do: 'callAs'; n: number; frame: { routingId?: number; url?: string }; command: string }
  | { do: 'fetch'; n: number; url: string }
  | { do: 'pathOf'; n: number; file: unknown }
  | { do: 'upload'; n: number }
  | { do: 'permission'; n: number; permission: string }
  | { do: 'close' }

export type FromApp =
  | { kind: 'loaded'; url: string; preferences: Record<string, unknown>; privileges: unknown }
  | { kind: 'answer'; n: number; value: unknown }
  | { kind: 'event'; event: string; value: unknown }
  | { kind: 'denied'; what: string; denied: boolean }

const tell = (message: FromApp) => process.send?.(message)

type Handler = (event: unknown, ...args: unknown[]) => unknown

const handlers = new Map<string, Handler>()
let serve: ((request: { url: string }) => Promise<Response>) | null = null
let privileges: unknown = null

class App extends EventEmitter {
  setPath(): void {
    // The folder is Chromium's own.
  }
  requestSingleInstanceLock = () => true
  whenReady = () => new Promise<void>((resolve) => setImmediate(resolve))
  /** As Electron does: asks, and ends unless somebody prevents it. */
  quit(): void {
    let prevented = false
    this.emit('before-quit', { preventDefault: () => (prevented = true) })
    if (!prevented) this.exit(0)
  }
  exit(code: number): void {
    process.exit(code)
  }
}
export const app = new App()

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => {
    privileges = schemes
  },
  handle: (_scheme: string, handler: typeof serve) => {
    serve = handler
  },
}

const permissions: { request?: (contents: unknown, name: string, answer: (ok: boolean) => void) => void } = {}
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: typeof permissions.request) => {
      permissions.request = handler
    },
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
  },
}
export const Menu = { setApplicationMenu: () => undefined }
export const dialog = { showOpenDialog: async () => ({ filePaths: ['/picked/file'] }) }
export const shell = { openPath: async () => '', showItemInFolder: () => undefined }
export const ipcMain = { handle: (channel: string, handler: Handler) => handlers.set(channel, handler) }

const MAIN_FRAME = { routingId: 1, processId: 1, url: 'app://optichat/' }

class WebContents extends EventEmitter {
  mainFrame = MAIN_FRAME
  toPage = new EventEmitter()
  openHandler: ((details: unknown) => { action: string }) | null = null
  isDestroyed = () => false
  setWindowOpenHandler(handler: typeof this.openHandler) {
    this.openHandler = handler
  }
  send(channel: string, ...args: unknown[]) {
    this.toPage.emit(channel, {}, ...structuredClone(args))
  }
}

export class BrowserWindow extends EventEmitter {
  webContents = new WebContents()
  private readonly preferences: Record<string, unknown>

  constructor({ webPreferences }: { webPreferences: Record<string, unknown> }) {
    super()
    this.preferences = webPreferences
  }
  isMinimized = () => false
  show = () => undefined
  focus = () => undefined

  async loadURL(url: string): Promise<void> {
    // The main from source names its preload's source; what runs in Electron is what the compiler made of it.
    const page = new Page(this.webContents, process.env.OPTICHAT_TEST_PRELOAD ?? String(this.preferences.preload))
    process.on('message', (message: ToPage) => this.take(page, message))
    process.channel?.unref()
    this.emit('ready-to-show')
    this.tryToLeave()
    tell({ kind: 'loaded', url, preferences: this.preferences, privileges })
  }

  /** What a page under somebody else's control would try. */
  private tryToLeave() {
    for (const what of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
      let denied = false
      this.webContents.emit(what, { preventDefault: () => (denied = true) })
      tell({ kind: 'denied', what, denied })
    }
    tell({ kind: 'denied', what: 'window.open', denied: this.webContents.openHandler?.({ url: 'https://example.org' }).action === 'deny' })
  }

  private async take(page: Page, message: ToPage) {
    if (message.do === 'close') {
      this.emit('closed')
      app.emit('window-all-closed')
      return
    }
    tell({ kind: 'answer', n: message.n, value: await this.answer(page, message) })
  }

  private async answer(page: Page, message: Exclude<ToPage, { do: 'close' }>): Promise<unknown> {
    switch (message.do) {
      case 'call':
        return page.bridge.call(message.command, ...message.args).then(
          (answer: unknown) => ({ answer }),
          (error: unknown) => ({ error }),
        )
      case 'callAs':
        return handlers.get('optichat:call')?.({ senderFrame: { ...MAIN_FRAME, ...message.frame } }, message.command, [])
      case 'fetch': {
        const response = await serve?.({ url: message.url })
        return { status: response?.status, headers: Object.fromEntries(response?.headers ?? []), body: await response?.text() }
      }
      case 'pathOf':
        return page.bridge.pathOf(message.file)
      case 'upload':
        return page.bridge.upload({}, '', () => undefined).catch((error: unknown) => error)
      case 'permission':
        return new Promise((resolve) => permissions.request?.({}, message.permission, resolve))
    }
  }
}

interface PageBridge {
  call(command: string, ...args: unknown[]): Promise<unknown>
  on(event: string, listener: (value: unknown) => void): () => void
  pathOf(file: unknown): unknown
  upload(...args: unknown[]): Promise<unknown>
}

/** The page's side: runs the preload as Electron's sandbox does, with nothing to require but `electron`. */
class Page {
  bridge: PageBridge

  constructor(contents: WebContents, preload: string) {
    const worlds: Record<string, unknown> = {}
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, api: unknown) => (worlds[name] = api) },
      ipcRenderer: {
        on: (channel: string, listener: (...args: unknown[]) => void) => contents.toPage.on(channel, listener),
        invoke: async (channel: string, ...args: unknown[]) =>
          structuredClone(await handlers.get(channel)?.({ senderFrame: MAIN_FRAME }, ...structuredClone(args))),
      },
      webUtils: { getPathForFile: ({ path }: { path?: string }) => path ?? '' },
    }
    const require = (name: string) => {
      if (name !== 'electron') throw new Error(`a sandboxed preload cannot require ${name}`)
      return electron
    }
    new Function('require', 'exports', 'module', readFileSync(preload, 'utf8'))(require, {}, {})
    this.bridge = worlds.optichat as PageBridge
    for (const event of ['me', 'settings']) this.bridge.on(event, (value) => tell({ kind: 'event', event, value }))
  }
}
