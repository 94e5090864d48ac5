/** Words for a registry's rules. */
import type { Registration } from '../protocol/messages.ts'
import { UsageError } from './command.ts'

const POLICIES: readonly Registration[] = ['open', 'invite', 'closed']

/** @throws UsageError */
export function registrationPolicy(word: string, what: string): Registration {
  const policy = POLICIES.find((one) => one === word)
  if (policy === undefined) throw new UsageError(`${what} must be ${POLICIES.join(', ')}, not "${word}".`)
  return policy
}
