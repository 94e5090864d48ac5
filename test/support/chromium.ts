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
  `--disable-features=${features().join(',')}`,
]

/**
 * What this Chromium does that no test looks at. Its address bar's pages cost each window more than the app's own page does. Playwright
 * names features too, but Chromium heeds the last list only, so those of its list that matter here stand here again.
 */
function features(): readonly string[] {
  const addressBar = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup']
  const network = ['AimEnabled', 'MediaRouter', 'NetworkTimeServiceQuerying', 'OptimizationHints', 'PreconnectToSearch']
  const playwright = ['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'PaintHolding']
  return [...addressBar, ...network, ...playwright]
}

/** Its program, or null: tests of the app then skip. */
export const chromiumPath = (): string | null => findBrowser()

/** Starts it (or a script that starts it elsewhere) without a window; the caller closes it, and asks `chromiumPath` first whether to skip. */
export async function launchChromium(executablePath: string | null = chromiumPath()): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium found: install it, or name it in OPTICHAT_BROWSER')
  return chromium.launch({ executablePath, headless: true, args: ARGUMENTS })
}
