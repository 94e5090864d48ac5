import { expect } from 'chai'
import { acknowledgeBeforeStoring, deliverTwiceAfterResuming, forgetIds, letReceiptsGoBack, loseTheCursor } from './plants.ts'
import { simulate } from './simulate.ts'
import type { Plants } from './stage.ts'
import { Violation } from './world.ts'

/** Seeds in which each bug must show. Of those that are run in every `npm test` there are many times more. */
const SEEDS = 100

/** The first seed that complains as expected; others may see another of the bug's consequences before. */
async function findsIt(plant: () => Plants, complaint: RegExp): Promise<boolean> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { fault } = await simulate(seed, { plants: plant() })
    if (!fault) continue
    expect(fault).to.be.instanceOf(Violation)
    if (complaint.test(fault.message)) return true
  }
  return false
}

describe('a bug planted in the simulation is found', () => {
  const bugs: [bug: string, plant: () => Plants, complaint: RegExp][] = [
    ['acknowledging a message before it is stored', acknowledgeBeforeStoring, /was acknowledged at \d+ and is not in the log/],
    ['storing a repeated message as another one', forgetIds, /is in the log twice|shows \d+ twice/],
    ['losing the cursor when a client comes back', loseTheCursor, /does not have/],
    ['letting a receipt go back', letReceiptsGoBack, /delivered.* goes back from \d+ to \d+/],
    ['delivering a message again after a client came back', deliverTwiceAfterResuming, /\d+ comes after \d+/],
  ]

  for (const [bug, plant, complaint] of bugs) {
    it(bug, async () => {
      expect(await findsIt(plant, complaint)).to.equal(true)
    })
  }
})
