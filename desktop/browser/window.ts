/** The page in a browser window of its own, with a browser profile of its own, so that its end is the end of this app. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Milliseconds a browser gets to close in good order before it is killed. */
const CLOSE = 3_000
/** Lines of what the browser said that are kept, for when it ends at once. */
const KEPT = 20

export interface BrowserWindow {
  /** Resolves when its last window is closed: how it ended, and its last words. */
  readonly ended: Promise<{ code: number | null; words: string }>
  close(): Promise<void>
}

/** @param browser the program `findBrowser` found; `profile` the app's own profile folder. */
export function openWindow(browser: string, url: string, profile: string): BrowserWindow {
  const folder = join(profile, 'window')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const child = spawn(browser, flags(url, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: Ctrl-C in the terminal reaches this program only, which then closes the window in order.
    detached: process.platform !== 'win32',
  })
  const words: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    words.push(line)
    if (words.length > KEPT) words.shift()
  })
  const ended = new Promise<{ code: number | null; words: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, words: error.message }))
    child.once('exit', (code) => resolve({ code, words: words.join('\n') }))
  })
  return {
    ended,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
      kill(child, 'SIGTERM')
      const late = setTimeout(() => kill(child, 'SIGKILL'), CLOSE)
      await ended
      clearTimeout(late)
    },
  }
}

function flags(url: string, folder: string): string[] {
  // Chromium refuses to run as root with its sandbox; root on a desktop is a container or a test machine.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  return [
    `--app=${url}`,
    `--user-data-dir=${folder}`,
    '--class=OptiChat',
    '--window-size=1100,760',
    '--no-first-run',
    '--no-default-browser-check',
    // The app needs no internet, and its browser asks nothing of it.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-features=Translate,MediaRouter',
    '--password-store=basic',
    ...(asRoot ? ['--no-sandbox'] : []),
  ]
}

/** The whole group: the browser may be a script around the program itself. */
function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL') {
  if (child.pid === undefined) return
  if (process.platform === 'win32') child.kill(signal)
  else process.kill(-child.pid, signal)
}
