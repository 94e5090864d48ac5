/**
 * Memory that a burst took goes back to the system. V8 lets its young generation grow to tens of MiB while much is allocated, as when a
 * thousand people sign in, and makes it smaller only when it collects, which it does not while little happens: so it is told to then.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../protocol/clock.ts'
import { GIVE_BACK_FROM, GIVE_BACK_INTERVAL, QUIET } from './limits.ts'

type Collect = (options: { type: 'minor' }) => void

/** Null where V8's flags are no longer to be touched once it runs, as in Electron. */
function collector(): Collect | null {
  if ('gc' in globalThis) return globalThis.gc as unknown as Collect
  if (process.versions.electron !== undefined) return null
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

/** Bytes that the young generation of this thread has of the system. */
const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0

/**
 * Looks after this thread's memory now and then. The young generation is collected when it is large and the thread had little to do: V8 would
 * do the same at its next message or the one after, and a collection takes as long as there is alive of what is young, so nobody notices.
 * @returns what ends it
 */
export function giveBackWhenQuiet(clock: Clock): () => void {
  const collect = collector()
  if (!collect) return () => undefined
  let before = performance.eventLoopUtilization()
  let cancel: () => void = () => undefined
  const wait = () => {
    cancel = clock.after(GIVE_BACK_INTERVAL, look, true)
  }
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization < QUIET && young() > GIVE_BACK_FROM) collect({ type: 'minor' })
    wait()
  }
  wait()
  return () => cancel()
}
