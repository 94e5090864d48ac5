/** Several finders as one: a registry that more than one of them finds is told once, as the first of them has it. */
import type { Finder, FinderEvents, FoundRegistry } from './finder.ts'

/** @param finders the one to believe first, first */
export function combineFinders(finders: readonly Finder[]): Finder {
  const found = finders.map(() => new Map<string, FoundRegistry>())
  const told = new Map<string, FoundRegistry>()
  const settle = (events: FinderEvents, key: string) => {
    const before = told.get(key)
    const now = found.map((one) => one.get(key)).find((one) => one !== undefined)
    if (before === now) return
    if (now) told.set(key, now)
    else told.delete(key)
    if (!now && before) events.lost(before)
    else if (now && !before) events.found(now)
    else if (now) events.changed(now)
  }
  return {
    start(events) {
      for (const [at, finder] of finders.entries()) {
        const put = (registry: FoundRegistry) => {
          found[at]?.set(registry.key, registry)
          const before = told.get(registry.key)
          // Told by another finder already, and that one goes first: this is one more way there.
          if (before && found.slice(0, at).some((one) => one.has(registry.key))) events.also?.(registry)
          settle(events, registry.key)
        }
        finder.start({
          found: put,
          changed: put,
          lost: ({ key }) => {
            found[at]?.delete(key)
            settle(events, key)
          },
          also: (registry) => events.also?.(registry),
          trouble: (what) => events.trouble(what),
        })
      }
    },
    async settled() {
      await Promise.all(finders.map((finder) => finder.settled?.()))
    },
    async stop() {
      await Promise.all(finders.map((finder) => finder.stop()))
    },
  }
}
