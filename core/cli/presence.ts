/** How somebody is there, as long as a program of theirs runs. */
import type { SessionPresence } from '../protocol/messages.ts'
import { UsageError } from './command.ts'

const STATES: readonly SessionPresence[] = ['online', 'away', 'busy']

export const PRESENCE_OPTION = {
  type: 'string',
  value: 'online|away|busy',
  text: 'how others see you as long as this runs',
  default: 'online',
} as const

/** @throws UsageError */
export function readPresence(text = 'online'): SessionPresence {
  const state = STATES.find((one) => one === text)
  if (!state) throw new UsageError(`"${text}" is none of online, away and busy.`)
  return state
}
