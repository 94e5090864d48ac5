/** The app with a browser as its window: host, gateway, and a window or a link, until the window or the program is ended. */
import { type Host, openHost } from '../host/host.ts'
import { uiFolder } from '../host/installation.ts'
import { openGateway } from './gateway.ts'
import { browserShell } from './shell.ts'
import { openWindow } from './window.ts'

export interface BrowserRun {
  readonly profile: string
  readonly discovery: boolean
  /** An invite to join. */
  readonly link?: string | undefined
  /** The browser's program; null: print the link instead. */
  readonly browser: string | null
  /** Lines for the person at the terminal. */
  say(line: string): void
}

/** A window that ends by itself within so many milliseconds, and not well, never opened. */
const TOO_SOON = 5_000

/** Milliseconds a page may be away, as when it is loaded anew, before another link is printed for it. */
const AWAY = 3_000

/** Resolves with an exit code when the window was closed or the program told to end; all it started is ended by then. */
export async function runInBrowser(run: BrowserRun): Promise<number> {
  const { profile, discovery, link, say } = run
  const ending = signalled()
  const host = await openHost({ profile, discovery, shell: browserShell, log: say, ...(link ? { link } : {}) })
  try {
    return await withGateway(run, host, ending)
  } finally {
    await host.close()
  }
}

async function withGateway({ profile, browser, say }: BrowserRun, host: Host, ending: Promise<number>): Promise<number> {
  let away: (count: number) => void = () => undefined
  const gateway = await openGateway({ host, ui: uiFolder, pages: (count) => away(count) })
  try {
    if (browser) {
      say(`opening a window with ${browser}`)
      const opened = performance.now()
      const window = openWindow(browser, gateway.link(), profile)
      const end = await Promise.race([window.ended, ending])
      await window.close()
      if (typeof end === 'number') return end
      if (end.code === 0 || performance.now() - opened > TOO_SOON) return 0
      say(`the browser window could not be opened:\n${end.words}`)
    }
    const print = () => process.stdout.write(`OptiChat is at ${gateway.link()}\n`)
    let timer: NodeJS.Timeout | undefined
    away = (count) => {
      clearTimeout(timer)
      if (count > 0) return
      timer = setTimeout(() => {
        say('its page was closed; this link opens it again')
        print()
      }, AWAY).unref()
    }
    print()
    say('it runs until you press Ctrl-C')
    return await ending
  } finally {
    away = () => undefined
    await gateway.close()
  }
}

/** Resolves with 0 when this program is told to end; told a second time it ends at once. */
function signalled(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(0))
  })
}
