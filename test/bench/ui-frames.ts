/** How a page moves: the gaps between its frames, and the tasks that hold it up, by the processor's time, so that a busy machine is not blamed on the page. */
import type { CDPSession, Page } from 'playwright-core'
import { quantile } from './results.ts'

export interface Frames {
  readonly count: number
  /** Milliseconds between frames. */
  readonly p50: number
  readonly p95: number
  readonly worst: number
  /** Tasks of the page's main thread that took more than 50 ms of a processor, and the most any took. */
  readonly longTasks: number
  readonly longest: number
}

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds of the thread itself. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Begins to look; the answer ends it. */
export async function watchFrames(page: Page): Promise<() => Promise<Frames>> {
  const browser = page.context().browser()
  if (!browser) throw new Error('the page is of no browser')
  const cdp: CDPSession = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'] } })
  await page.evaluate(`(() => {
    const seen = { gaps: [], on: true }
    globalThis.frames_ = seen
    let before = performance.now()
    const next = (now) => { seen.gaps.push(now - before); before = now; if (seen.on) requestAnimationFrame(next) }
    requestAnimationFrame(next)
  })()`)
  return async () => {
    const gaps = (await page.evaluate('(frames_.on = false, frames_.gaps)')) as number[]
    const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
    await cdp.send('Tracing.end')
    await complete
    await cdp.detach()
    const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf))
    const tasks = events.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(threadOf(event)))
    const millis = tasks.map(({ tdur = 0 }) => tdur / 1000)
    return {
      count: gaps.length,
      p50: quantile(gaps, 0.5),
      p95: quantile(gaps, 0.95),
      worst: Math.max(0, ...gaps),
      longTasks: millis.filter((one) => one > 50).length,
      longest: millis.reduce((most, one) => Math.max(most, one), 0),
    }
  }
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`
