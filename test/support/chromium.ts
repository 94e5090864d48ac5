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

/** Its program, or null. */
export const chromiumPath = (): string | null => findBrowser()

/** Starts it without a window; the caller closes it. Null where there is none: the test then says so by skipping. */
export async function launchChromium(): Promise<Browser | null> {
  const executablePath = chromiumPath()
  return executablePath ? chromium.launch({ executablePath, headless: true, args: ARGUMENTS }) : null
}
