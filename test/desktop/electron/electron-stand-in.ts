/**
 * As much of `electron` as the app's main uses, under Node, so that the real main and the real preload run in tests. A test drives
 * the page by messages (`ToPage`) and hears what happened (`FromApp`). It cannot show Chromium's part: the sandbox, the
 * origin, the policy's effect, dialogs.
 */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'

export type ToPage =
  | { do: 'call'; n: number; command: string; args: unknown[] }
  | { do: 'callAs'; n: number; frame: { routingId?: number; url?: string }; command: string }
  | { do: 'fetch'; n: number; url: string }
  | { do: 'pathOf'; n: number; file: unknown }
  | { do: 'upload'; n: number; path: string; bytes: number }
  | { do: 'uploadAs'; n: number; args: unknown[] }
  | { do: 'click'; n: number; menu: 'app' | 'tray'; label: string }
  | { do: 'open'; n: number; url: string }
  | { do: 'again'; n: number; args: string[] }
  | { do: 'permission'; n: number; permission: string; url?: string }
  | { do: 'close' }

export type FromApp =
  | { kind: 'loaded'; url: string; preferences: Record<string, unknown>; privileges: unknown }
  | { kind: 'answer'; n: number; value: unknown }
  | { kind: 'event'; event: string; value: unknown }
  | { kind: 'denied'; what: string; denied: boolean }
  | { kind: 'did'; what: string; with?: unknown }

const tell = (message: FromApp) => process.send?.(message)

type Handler = (event: unknown, ...args: unknown[]) => unknown

const handlers = new Map<string, Handler>()
let serve: ((request: { url: string }) => Promise<Response>) | null = null
let privileges: unknown = null

class App extends EventEmitter {
  isPackaged = process.env.OPTICHAT_TEST_PACKAGED === 'true'
  name = 'OptiChat'
  setAsDefaultProtocolClient = (scheme: string) => tell({ kind: 'did', what: 'scheme', with: scheme })
  setBadgeCount = (count: number) => tell({ kind: 'did', what: 'badge', with: count })
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

const permissions: { request?: (contents: unknown, name: string, answer: (ok: boolean) => void, details: unknown) => void } = {}
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: typeof permissions.request) => {
      permissions.request = handler
    },
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
  },
}
interface Item {
  label?: string
  submenu?: Item[]
  click?: () => void
}
const menus: Record<string, Item[]> = {}
export const Menu = {
  setApplicationMenu: (items: Item[]) => {
    menus.app = items
    tell({ kind: 'did', what: 'menu', with: items.map(({ label }) => label) })
  },
  buildFromTemplate: (items: Item[]) => items,
}
export class Tray extends EventEmitter {
  constructor() {
    super()
    tell({ kind: 'did', what: 'tray' })
  }
  setImage = () => undefined
  setToolTip = (text: string) => tell({ kind: 'did', what: 'tooltip', with: text })
  setContextMenu = (items: Item[]) => {
    menus.tray = items
  }
  destroy = () => tell({ kind: 'did', what: 'no tray' })
}
export const nativeImage = { createFromPath: (path: string) => path }
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const powerMonitor = { getSystemIdleTime: () => 0 }
export const crashReporter = { start: (options: unknown) => tell({ kind: 'did', what: 'crash reports', with: options }) }
export const utilityProcess = {
  fork(path: string, args: string[]) {
    const child = fork(path, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: process.execArgv })
    return Object.assign(child, { postMessage: (message: string) => child.send(message) })
  },
}
export const dialog = { showOpenDialog: async () => ({ filePaths: ['/picked/file'] }) }
export const shell = {
  openPath: async (path: string) => {
    tell({ kind: 'did', what: 'opened', with: path })
    return ''
  },
  openExternal: async (url: string) => tell({ kind: 'did', what: 'opened outside', with: url }),
  showItemInFolder: () => undefined,
}
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

  constructor({ webPreferences, ...place }: { webPreferences: Record<string, unknown>; x?: number; width: number; height: number }) {
    super()
    this.preferences = webPreferences
    tell({ kind: 'did', what: 'window', with: [place.x, place.width, place.height] })
  }
  isMinimized = () => false
  show = () => tell({ kind: 'did', what: 'show' })
  hide = () => tell({ kind: 'did', what: 'hide' })
  focus = () => undefined
  flashFrame = () => undefined
  maximize = () => tell({ kind: 'did', what: 'maximize' })
  isFocused = () => true
  isMaximized = () => false
  getNormalBounds = () => ({ x: 10, y: 20, width: 900, height: 600 })

  async loadURL(url: string): Promise<void> {
    const page = new Page(this.webContents, String(this.preferences.preload))
    process.on('message', (message: ToPage) => this.take(page, message))
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
    for (const url of ['https://example.org/', 'file:///etc/passwd', 'optichat://x', 'javascript:alert(1)', 'smb://x/y'])
      tell({ kind: 'denied', what: 'window.open', denied: this.webContents.openHandler?.({ url }).action === 'deny' })
  }

  private async take(page: Page, message: ToPage) {
    if (message.do === 'close') {
      let prevented = false
      this.emit('close', { preventDefault: () => (prevented = true) })
      if (prevented) return
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
        return page.bridge
          .upload({ size: message.bytes, arrayBuffer: async () => new ArrayBuffer(message.bytes) }, message.path, () => undefined)
          .then(
            (answer: unknown) => ({ answer }),
            (error: unknown) => ({ error }),
          )
      case 'uploadAs':
        return handlers.get('optichat:upload')?.({ senderFrame: MAIN_FRAME }, ...message.args)
      case 'click': {
        const items = (menus[message.menu] ?? []).flatMap((item) => [item, ...(item.submenu ?? [])])
        return items.find(({ label }) => label === message.label)?.click?.() ?? null
      }
      case 'open':
        return app.emit('open-url', { preventDefault: () => undefined }, message.url)
      case 'again':
        return app.emit('second-instance', {}, message.args)
      case 'permission':
        return new Promise((resolve) =>
          permissions.request?.({}, message.permission, resolve, { requestingUrl: message.url ?? MAIN_FRAME.url }),
        )
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
    for (const event of ['me', 'settings', 'link', 'wish', 'hosted'])
      this.bridge.on(event, (value) => tell({ kind: 'event', event, value }))
  }
}
