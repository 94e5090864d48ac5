/**
 * What the app costs the person before it: how soon it can be used, how soon a conversation of 100,000 messages is there, whether anything
 * stutters while one scrolls or a large file arrives, and what an hour of talk leaves in memory. The built app in a process of its own,
 * its page in Chromium, a second person in this process, a registry in a third.
 */
import { once } from 'node:events'
import { createWriteStream, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { openClient } from '../../core/client/open.ts'
import { openDatabase } from '../../core/sqlite.ts'
import { Program } from '../e2e/program.ts'
import { launchChromium } from '../support/chromium.ts'
import { until } from '../support/wait.ts'
import { type Frames, watchFrames } from './ui-frames.ts'

export interface UiOptions {
  /** Messages of the long conversation. */
  readonly messages: number
  /** MiB of the file that arrives. */
  readonly mebibytes: number
  /** Messages of an hour. */
  readonly hour: number
}

export interface UiReport {
  /** Milliseconds from starting the program to its address, and from opening that to a field one can write in. */
  readonly start: { readonly host: number; readonly page: number }
  /** KiB of JavaScript as it is fetched to begin with, and with what is fetched when needed; compressed. */
  readonly script: { readonly first: number; readonly all: number }
  /** Milliseconds from the click to the newest message drawn. */
  readonly open: number
  readonly scrolling: Frames
  readonly scrolledMessages: number
  readonly receiving: Frames & { readonly seconds: number }
  /** MiB of the page's heap, collected, and elements in it, before and after. */
  readonly hour: {
    readonly heapBefore: number
    readonly heapAfter: number
    readonly elementsBefore: number
    readonly elementsAfter: number
  }
}

const DIST = join(import.meta.dirname, '../../dist')
const PASSWORD = 'correct horse battery'

export async function runUi({ messages, mebibytes, hour }: UiOptions): Promise<UiReport> {
  const folder = await mkdtemp(join(tmpdir(), 'optichat-bench-ui-'))
  const programs: Program[] = []
  const run = (script: string, args: readonly string[]) => {
    const program = new Program(script, args)
    programs.push(program)
    return program
  }
  const app = () => run('desktop/start.js', ['--no-window', '--no-discovery', '--profile', join(folder, 'alice')])
  // Downloads go below the home folder, which must not be the one of whoever runs this.
  process.env.HOME = folder
  const browser = await launchChromium()
  const bob = await openClient({ profile: join(folder, 'bob'), peer: { host: '127.0.0.1' } })
  try {
    const registry = run('core/cli/main.js', [
      ...['registry', '0', '--data', join(folder, 'registry'), '--interface', '127.0.0.1', '--no-advertise', '--json'],
    ])
    const [line] = await registry.prints(/^\{"event":"ready".*\}$/m)
    const { port } = JSON.parse(line) as { port: number }
    await bob.register({ host: '127.0.0.1', port }, 'Bob', PASSWORD)
    await bob.connect()
    const alice = await openClient({ profile: join(folder, 'alice'), peer: { host: '127.0.0.1' } })
    const me = await alice.register({ host: '127.0.0.1', port }, 'Alice', PASSWORD)
    const registryId = alice.registry?.id ?? ''
    await alice.close()
    fill(join(folder, 'alice', 'accounts', `${registryId}.${me.id}.db`), bob.me?.id ?? '', registryId, messages)

    const started = performance.now()
    const [, url = ''] = await app().prints(/OptiChat is at (\S+)/)
    const host = performance.now() - started
    const { page, ready } = await openPage(browser, url)
    const cdp = await page.context().newCDPSession(page)

    const open = await opening(page)
    const { frames: scrolling, passed } = await scroll(page)
    const receiving = await receive(page, folder, bob, mebibytes, me.id)
    return {
      start: { host, page: ready },
      script: scripts(),
      open,
      scrolling,
      scrolledMessages: passed,
      receiving,
      hour: await anHour(page, cdp, bob, hour),
    }
  } finally {
    await browser.close()
    await bob.close()
    for (const program of programs.reverse()) await program.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Months of talk, as an account's database has it. */
function fill(path: string, from: string, registry: string, count: number): void {
  const database = openDatabase(path)
  const put = database.prepare('INSERT INTO messages (position, id, stamp, conversation, sender, body) VALUES (0, ?, ?, ?, ?, ?)')
  database.exec('BEGIN')
  const first = Date.now() - count * 60_000
  for (let n = 0; n < count; n++) {
    const stamp = `${(first + n * 60_000).toString(16).padStart(12, '0')}0000@${registry}`
    const text = `message ${n} ${n % 9 === 0 ? '**and** `more` of it, '.repeat(n % 40) : 'of an ordinary length'}`
    put.run(`bench-${n}`, stamp, 'everyone', from, JSON.stringify({ kind: 'text', text }))
  }
  const last = `${Date.now().toString(16).padStart(12, '0')}0000@${registry}`
  database.prepare("INSERT OR REPLACE INTO conversations (id, audience, last_stamp) VALUES ('everyone', '\"everyone\"', ?)").run(last)
  database.exec('COMMIT')
  database.close()
}

async function openPage(browser: Browser, url: string): Promise<{ page: Page; ready: number }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const started = performance.now()
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  return { page, ready: performance.now() - started }
}

/** From somebody else's conversation to the long one: measured in the page, up to the second frame in which it stands. */
async function opening(page: Page): Promise<number> {
  await page.getByRole('checkbox', { name: 'Bob' }).check()
  await page.getByRole('heading', { name: 'Bob', exact: true }).waitFor()
  const taken = page.evaluate(`new Promise((resolve) => {
    addEventListener('click', () => {
      const from = performance.now()
      const deep = (root, found = []) => { for (const one of root.querySelectorAll('*')) { if (one.tagName === 'OC-MESSAGE') found.push(one); if (one.shadowRoot) deep(one.shadowRoot, found) } return found }
      const look = () => (deep(document).length >= 25 ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from))) : requestAnimationFrame(look))
      look()
    }, { capture: true, once: true })
  })`) as Promise<number>
  await page.getByRole('button', { name: /^Everyone/ }).click()
  return taken
}

/** Up through the history by the wheel for as long as it takes to page in a thousand messages and more. */
async function scroll(page: Page): Promise<{ frames: Frames; passed: number }> {
  const numbers = async () =>
    Number(/message (\d+)/.exec((await page.locator('oc-message .text').first().textContent()) ?? '')?.[1] ?? Number.NaN)
  const before = await numbers()
  await page.mouse.move(900, 400)
  const watched = await watchFrames(page)
  for (let step = 0; step < 150; step++) {
    await page.mouse.wheel(0, -900)
    await page.waitForTimeout(30)
  }
  const frames = await watched()
  return { frames, passed: before - (await numbers()) }
}

async function receive(
  page: Page,
  folder: string,
  bob: Awaited<ReturnType<typeof openClient>>,
  mebibytes: number,
  alice: string,
): Promise<UiReport['receiving']> {
  const path = join(folder, 'large.bin')
  const out = createWriteStream(path)
  const block = Buffer.alloc(1024 * 1024, 7)
  for (let n = 0; n < mebibytes; n++) if (!out.write(block)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
  await bob.offer([alice], [path])
  await page.getByRole('button', { name: /^Bob.*large\.bin/s }).click()
  const started = performance.now()
  const watched = await watchFrames(page)
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByText(/^Saved in/).waitFor({ timeout: 600_000 })
  const seconds = (performance.now() - started) / 1000
  return { ...(await watched()), seconds }
}

async function anHour(page: Page, cdp: CDPSession, bob: Awaited<ReturnType<typeof openClient>>, count: number): Promise<UiReport['hour']> {
  await page.getByRole('button', { name: /^Everyone/ }).click()
  const measured = async () => {
    await cdp.send('HeapProfiler.collectGarbage')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    const { nodes } = await cdp.send('Memory.getDOMCounters')
    return { heap: usedSize / 1024 / 1024, nodes }
  }
  const before = await measured()
  for (let n = 0; n < count; n += 50) {
    const batch = Array.from({ length: Math.min(50, count - n) }, (_, k) => bob.send('everyone', `said in this hour ${n + k}`))
    await Promise.all(batch)
  }
  await until(
    'the last is there',
    () =>
      page
        .getByText(`said in this hour ${count - 1}`)
        .first()
        .isVisible(),
    120_000,
  )
  const after = await measured()
  return { heapBefore: before.heap, heapAfter: after.heap, elementsBefore: before.nodes, elementsAfter: after.nodes }
}

/** The page's own scripts: those its document names and what they import at once, and all there are. */
function scripts(): UiReport['script'] {
  const folder = join(DIST, 'desktop/ui')
  const size = (name: string) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length / 1024
  const all = readdirSync(join(folder, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => `assets/${name}`)
  const first = new Set<string>()
  const follow = (text: string, pattern: RegExp, at: string) => {
    for (const [, path = ''] of text.matchAll(pattern)) {
      const name = join(at, path)
      if (first.has(name) || !all.includes(name)) continue
      first.add(name)
      follow(readFileSync(join(folder, name), 'utf8'), /(?:from|import)\s*["'](\.\/[^"']+\.js)["']/g, 'assets')
    }
  }
  follow(readFileSync(join(folder, 'index.html'), 'utf8'), /(?:src|href)="\.\/([^"]+\.js)"/g, '')
  // The app itself is imported once the bridge stands: part of every start.
  const app = all.filter((name) => /assets\/app-/.test(name))
  for (const name of app) first.add(name)
  for (const name of app) follow(readFileSync(join(folder, name), 'utf8'), /(?:from|import)\s*["'](\.\/[^"']+\.js)["']/g, 'assets')
  const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + size(name), 0)
  return { first: sum(first), all: sum(all) }
}
