/** The browser the app's tests run in: this machine's Chromium, without any traffic of its own. */
import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../../desktop/browser/find-browser.ts'

const ARGUMENTS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
]

/** Its program, or null: tests of the app then skip. */
export const chromiumPath = (): string | null => findBrowser()

/** Starts it (or a script that starts it elsewhere) without a window; the caller closes it, and asks `chromiumPath` first whether to skip. */
export async function launchChromium(executablePath: string | null = chromiumPath()): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium found: install it, or name it in OPTICHAT_BROWSER')
  return chromium.launch({ executablePath, headless: true, args: ARGUMENTS })
}
