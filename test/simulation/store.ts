/** The registry's store with the real SQL operations on a simulated disk: slow, full at times, gone in the middle of a batch. */
import { OptiChatError } from '../../core/protocol/errors.ts'
import { GroupCommit, storeOver } from '../../core/registry/store/group-commit.ts'
import { type Asked, type Done, SqliteOperations } from '../../core/registry/store/sqlite-operations.ts'
import type { Page, Store } from '../../core/registry/store/store.ts'
import { asDatabase, type Disk } from './disk.ts'
import type { Life } from './machine.ts'

/** How the disk behaves; changes while a run goes on. */
export interface DiskWeather {
  /** Milliseconds a commit takes, at least and at most. */
  commit: readonly [number, number]
  /** Takes nothing. */
  full: boolean
  /** Called once, when a message's being stored has just been told: the moment at which a crash shows what was told too early. */
  told: (() => void) | null
}

export interface StoreHooks {
  /** May change a batch, or what is done with it: where bugs are planted. */
  run?(batch: readonly Asked[], operations: SqliteOperations): Done[]
  /** Plants a bug: outcomes are told before the batch is synced. */
  readonly tellsEarly?: boolean
}

/** What a full disk still does. */
const READS: ReadonlySet<string> = new Set(['load', 'page'])

/** @param disk its database; a crash of `life` leaves there what was committed */
export function simulatedStore(life: Life, disk: Disk, weather: DiskWeather, hooks: StoreHooks = {}): Store {
  const { world } = life.machine
  const { chance } = world
  const operations = new SqliteOperations(asDatabase(disk.connect()))
  const run = (batch: readonly Asked[]) => hooks.run?.(batch, operations) ?? operations.run(batch)
  let waiting: Asked[] = []
  let busy = false

  const work = () => {
    if (busy || waiting.length === 0) return
    busy = true
    // As the worker does: what came while the last commit waited is committed together.
    const batch = waiting
    waiting = []
    if (hooks.tellsEarly) {
      const outcomes = run(batch)
      life.after(chance.int(0, 2), () => {
        tell(batch, outcomes)
        busy = false
        work()
      })
      life.after(chance.int(0, 2_000), () => disk.sync())
      return
    }
    life.after(chance.delay(...weather.commit), () => {
      const outcomes = weather.full ? batch.flatMap((one) => (READS.has(one.operation) ? run([one]) : [refused(one)])) : run(batch)
      if (!weather.full) disk.sync()
      world.note(() => `disk: ${batch.map(({ operation }) => operation).join(' ')}${weather.full ? ' refused' : ''}`)
      life.after(chance.delay(0, 5), () => {
        tell(
          batch,
          outcomes.map((outcome, index) => (batch[index]?.operation === 'page' ? shorter(outcome) : outcome)),
        )
        busy = false
        work()
      })
    })
  }
  const tell = (batch: readonly Asked[], outcomes: readonly Done[]) => {
    commit.done(outcomes)
    if (!batch.some(({ operation }) => operation === 'append')) return
    const { told } = weather
    weather.told = null
    told?.()
  }
  const commit = new GroupCommit(
    (batch) => {
      waiting = waiting.concat(batch)
      work()
    },
    (flush) => life.after(0, flush),
  )

  /** A page may end anywhere: so catching up takes several, although few messages are enough for a run. */
  function shorter(outcome: Done): Done {
    if ('error' in outcome || chance.happens(0.4)) return outcome
    const page = outcome.result as Page
    const rows = page.rows.slice(0, chance.int(1, 4))
    const last = rows.at(-1)
    if (!last || rows.length === page.rows.length) return outcome
    return { result: { rows, through: last.position, done: false } satisfies Page }
  }

  return storeOver(commit, async () => {
    await commit.finish()
    operations.close()
  })
}

function refused({ operation }: Asked): Done {
  return { error: new OptiChatError('registry-full', operation) }
}
