/** Which of the loaded messages are in the page: at most `MOST`, so that a long history stays quick to draw. */
import type { HistoryMessage } from '../../bridge.ts'

const MOST = 500
/** Messages by which the page moves over those that are loaded. */
const STEP = 100

export interface Shown {
  readonly start: number
  readonly end: number
}

/** @param until stamp of the newest message in the page; null: all up to the newest there is. */
export function shownOf(messages: readonly HistoryMessage[], until: string | null): Shown {
  const end = until === null ? messages.length : messages.findLastIndex((message) => message.stamp <= until) + 1
  return { start: Math.max(0, end - MOST), end }
}

/** Moved towards older ones; the answer is the new `until`. */
export function shiftOlder(messages: readonly HistoryMessage[], { start, end }: Shown, until: string | null): string | null {
  return start === 0 ? until : (messages[end - 1 - Math.min(STEP, start)]?.stamp ?? until)
}

/** Moved towards newer ones; null when the newest is reached. */
export function shiftNewer(messages: readonly HistoryMessage[], { end }: Shown): string | null {
  return messages[end - 1 + STEP]?.stamp ?? null
}
