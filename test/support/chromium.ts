/** The browser the app's tests run in: this machine's Chromium, without any traffic of its own. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']

/** Path of the browser: `OPTICHAT_CHROMIUM` or where systems put it; null when there is none. */
export function chromiumPath(): string | null {
  const named = process.env.OPTICHAT_CHROMIUM
  if (named) return named
  return CANDIDATES.find((path) => existsSync(path)) ?? null
}

/** Starts it without a window. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (!executablePath) throw new Error('no Chromium found: install it, or name it in OPTICHAT_CHROMIUM')
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
      '--disable-gpu',
    ],
  })
}
