/** What a key does while a message is in the hands of the keyboard. */
import type { MessageRow } from './message-row.ts'

const STEPS: Readonly<Record<string, (row: HTMLElement) => Element | null | undefined>> = {
  ArrowUp: (row) => row.previousElementSibling,
  ArrowDown: (row) => row.nextElementSibling,
  Home: (row) => row.parentElement?.querySelector('[data-id]'),
  End: (row) => [...(row.parentElement?.querySelectorAll('[data-id]') ?? [])].at(-1),
}

const DOES: Readonly<Record<string, (message: MessageRow) => unknown>> = {
  r: ({ tools }) => tools?.reply(),
  e: ({ tools }) => tools?.edit(),
  c: ({ tools }) => tools?.copy(),
  Delete: ({ tools }) => tools?.ask(),
  '+': (message) => message.addReaction(),
}

/** @returns whether the key means something there */
export function rowKey(key: string, row: HTMLElement): boolean {
  const step = STEPS[key]
  if (step) {
    const next = step(row)
    if (next instanceof HTMLElement && next.dataset.id !== undefined) {
      next.focus({ preventScroll: true })
      next.scrollIntoView({ block: 'nearest' })
    }
    return true
  }
  const message = row.querySelector<MessageRow>('oc-message')
  const does = DOES[key.length === 1 ? key.toLowerCase() : key]
  if (!does || !message) return false
  does(message)
  return true
}
