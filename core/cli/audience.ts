/** Whom a message or a file is for: --to, --everyone, or nobody named, which is everyone. */
import type { Client } from '../client/client.ts'
import type { To } from '../protocol/messages.ts'
import { UsageError } from './command.ts'
import { nameList } from './parse.ts'
import { countText, oneLine } from './text.ts'

export const AUDIENCE_OPTIONS = {
  to: { type: 'string', value: 'a,b', text: 'the people it is for, by name', default: 'everyone' },
  everyone: { type: 'boolean', text: 'for everyone, said outright' },
} as const

/** What the options name. @throws UsageError when they contradict each other. */
export function audienceNames({ to, everyone }: { to?: string; everyone?: boolean }): 'everyone' | string[] {
  if (to !== undefined && everyone) throw new UsageError('--to and --everyone contradict each other.')
  return to === undefined ? 'everyone' : nameList(to, '--to')
}

/** @throws OptiChatError `user-unknown`, naming who */
export function audienceIds(client: Client, names: 'everyone' | readonly string[]): To {
  return names === 'everyone' ? 'everyone' : [...new Set(client.resolve(names))]
}

/** `everyone (3 people)`, `alice, bob (2 people)`: named and counted, so that nobody mis-sends. */
export function audienceText(client: Client, to: To): string {
  const others = client.roster().filter(({ self }) => !self)
  if (to === 'everyone') return `everyone (${others.length === 1 ? '1 other' : `${others.length} others`})`
  if (!Array.isArray(to)) return 'a room'
  const named = client.roster().filter(({ id }) => to.includes(id))
  return `${named.map(({ name }) => oneLine(name)).join(', ')}${named.length > 1 ? ` (${countText(named.length, 'recipient')})` : ''}`
}
