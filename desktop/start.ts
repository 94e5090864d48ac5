/** `npm start`: the app in Electron where it can be had, else in a browser window, else as a link to open. */

import { asOptiChatError } from '../core/protocol/errors.ts'
import { findBrowser, hasDisplay } from './browser/find-browser.ts'
import { runInBrowser } from './browser/run.ts'
import { findElectron, runInElectron } from './electron/run.ts'
import { type AppOptions, parseOptions, USAGE } from './host/options.ts'

const say = (line: string) => process.stderr.write(`optichat: ${line}\n`)

/** A shell's word for a program that could not be run: libraries it needs are missing. */
const NOT_RUN = 127

process.exit(await start(process.argv.slice(2)))

async function start(args: readonly string[]): Promise<number> {
  let options: AppOptions
  try {
    options = parseOptions(args)
  } catch (error) {
    process.stderr.write(`optichat: ${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    return 2
  }
  if (options.help) {
    process.stdout.write(USAGE)
    return 0
  }
  try {
    return await open(options, args)
  } catch (thrown) {
    const error = asOptiChatError(thrown)
    say(`${error.message} ${error.next} [${error.code}]`)
    return 1
  }
}

async function open(options: AppOptions, args: readonly string[]): Promise<number> {
  if (options.window && !hasDisplay()) {
    say('there is no display here, so no window opens')
    return runInBrowser({ ...options, browser: null, say })
  }
  if (options.window && !options.browser) {
    const electron = await findElectron(say)
    const code = electron ? await runInElectron(electron, args, say) : NOT_RUN
    if (code !== NOT_RUN) return code
    if (electron) say('Electron does not run here, so the app opens in a browser window')
  }
  const browser = options.window ? findBrowser() : null
  if (options.window && !browser) say('no Chromium, Chrome, Edge or Brave was found; open the link in a browser of your choice')
  return runInBrowser({ ...options, browser, say })
}
