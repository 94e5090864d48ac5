import { getHeapSpaceStatistics } from 'node:v8'
import { expect } from 'chai'
import { giveBackWhenQuiet } from '../../core/registry/give-back.ts'
import { GIVE_BACK_FROM, GIVE_BACK_INTERVAL } from '../../core/registry/limits.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { until } from '../support/wait.ts'

const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0

/** What lives for a while when V8 looks makes it give the young generation more room. */
function burst(): void {
  let kept: object[] = []
  for (let n = 0; n < 20_000_000 && young() <= 2 * GIVE_BACK_FROM; n++) {
    kept.push({ n })
    if (kept.length > 200_000) kept = []
  }
}

describe('memory that a burst took', () => {
  it('goes back to the system when there is little to do, and not before', async () => {
    const clock = fakeClock()
    const end = giveBackWhenQuiet(clock)
    try {
      burst()
      // Busy all the time since it looked last.
      await clock.advance(GIVE_BACK_INTERVAL)
      expect(young(), 'while it is busy').to.be.above(GIVE_BACK_FROM)
      await until('it is given back', async () => {
        await clock.advance(GIVE_BACK_INTERVAL)
        return young() <= GIVE_BACK_FROM
      })
    } finally {
      end()
    }
  })
})
