/** What a key does while a message is in the hands of the keyboard. */
import type { MessageRow } from './message-row.ts'

/** Which of the rows, of which one is at `at`. */
const STEPS: Readonly<Record<string, (at: number) => number>> = {
  ArrowUp: (at) => Math.max(0, at - 1),
  ArrowDown: (at) => at + 1,
  Home: () => 0,
  End: () => -1,
}

const DOES: Readonly<Record<string, (message: MessageRow) => unknown>> = {
  r: ({ tools }) => tools?.reply(),
  e: ({ tools }) => tools?.edit(),
  c: ({ tools }) => tools?.copy(),
  Delete: ({ tools }) => tools?.ask(),
  '+': (message) => message.addReaction(),
}

/**
 * @param rows all of them, `row` among them
 * @returns whether the key means something there
 */
export function rowKey(key: string, row: HTMLElement, rows: readonly HTMLElement[]): boolean {
  const step = STEPS[key]
  if (step) {
    const next = rows.at(step(rows.indexOf(row)))
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
    return true
  }
  const message = row.querySelector<MessageRow>('oc-message')
  const does = DOES[key.length === 1 ? key.toLowerCase() : key]
  if (!does || !message) return false
  does(message)
  return true
}
