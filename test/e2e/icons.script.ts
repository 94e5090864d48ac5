/** Draws the app's icon as the pictures that systems want: `node --import ./test/support/typescript.mjs test/e2e/icons.script.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from '../support/chromium.ts'

const UI = join(import.meta.dirname, '../../desktop/ui')
const mark = readFileSync(join(UI, 'icon.svg'), 'utf8')
const DOT = '<circle cx="25" cy="7" r="6.5" fill="#d5382b" stroke="#fff" stroke-width="1.5"/></svg>'

const browser = await launchChromium()
const draw = async (svg: string, size: number, file: string) => {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`)
  await page.screenshot({ path: join(UI, 'public', file), omitBackground: true })
  await page.close()
}
await draw(mark, 512, 'icon.png')
await draw(mark, 32, 'tray.png')
await draw(mark.replace('</svg>', DOT), 32, 'tray-unread.png')
await browser.close()
