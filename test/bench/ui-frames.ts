/** How a page moves: the gaps between its frames, and the tasks that held it up. */
import type { Page } from 'playwright-core'
import { quantile } from './results.ts'

export interface Frames {
  readonly count: number
  /** Milliseconds between frames. */
  readonly p50: number
  readonly p95: number
  readonly worst: number
  /** Tasks of more than 50 ms (W3C Long Tasks), and the longest of them. */
  readonly longTasks: number
  readonly longest: number
}

export async function startFrames(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const seen = { gaps: [], long: [], on: true }
    globalThis.frames_ = seen
    seen.observer = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) seen.long.push(duration) })
    seen.observer.observe({ type: 'longtask' })
    let before = performance.now()
    const next = (now) => { seen.gaps.push(now - before); before = now; if (seen.on) requestAnimationFrame(next) }
    requestAnimationFrame(next)
  })()`)
}

export async function stopFrames(page: Page): Promise<Frames> {
  const { gaps, long } = (await page.evaluate(`(() => {
    const seen = globalThis.frames_
    seen.on = false
    for (const { duration } of seen.observer.takeRecords()) seen.long.push(duration)
    seen.observer.disconnect()
    return { gaps: seen.gaps, long: seen.long }
  })()`)) as { gaps: number[]; long: number[] }
  return {
    count: gaps.length,
    p50: quantile(gaps, 0.5),
    p95: quantile(gaps, 0.95),
    worst: Math.max(0, ...gaps),
    longTasks: long.length,
    longest: Math.max(0, ...long),
  }
}
