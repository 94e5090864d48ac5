/** Looking for registries once, for a command that needs an answer. */
import { type Clock, systemClock } from '../core/protocol/clock.ts'
import type { Finder, FoundRegistry } from './finder.ts'
import { requireInterfaces } from './interfaces.ts'
import { createMdnsFinder } from './mdns-finder.ts'

export interface FindOptions {
  /** Milliseconds to look for. */
  readonly timeout: number
  /** Milliseconds to look on for others once one was found, who answer within a few; until the timeout unless given. */
  readonly settle?: number
  /** Names or IPv4 addresses of the interfaces to look on; all accepted ones unless given. */
  readonly interfaces?: readonly string[]
  /** What to look with; mDNS unless given. */
  readonly finder?: Finder
  readonly clock?: Clock
}

/**
 * The registries that are there at the end of the time, by name. None is no error here.
 * @throws OptiChatError `interface-unknown`
 */
export async function findRegistries(options: FindOptions): Promise<FoundRegistry[]> {
  if (options.interfaces) requireInterfaces(options.interfaces)
  const clock = options.clock ?? systemClock
  const finder = options.finder ?? createMdnsFinder({ interfaces: options.interfaces, clock })
  const found = new Map<string, FoundRegistry>()
  const cancels: (() => void)[] = []
  await new Promise<void>((resolve) => {
    // Known addresses have been asked by then, at the latest when they have answered.
    cancels.push(clock.after(options.timeout, () => (finder.settled?.() ?? Promise.resolve()).then(resolve)))
    const put = (registry: FoundRegistry) => {
      found.set(registry.key, registry)
      if (options.settle !== undefined) cancels.push(clock.after(options.settle, resolve))
    }
    // Trouble on one interface is no answer to what was asked: the others are searched, and an empty list says the rest.
    finder.start({ found: put, changed: put, lost: ({ key }) => found.delete(key), trouble: () => undefined })
  })
  for (const cancel of cancels) cancel()
  await finder.stop()
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name) || a.host.localeCompare(b.host))
}
