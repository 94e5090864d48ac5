import { expect } from 'chai'
import { killRounds } from '../bench/kill.ts'
import { seeded } from '../bench/results.ts'

/** Milliseconds to be ready in, many times what it takes: `npm run bench:kill` measures. */
const AT_LAST = 15_000

describe('a registry that is killed in mid-load', () => {
  it('has lost and doubled nothing it acknowledged, its database is whole, and it is soon back, time after time', async () => {
    const report = await killRounds({ rounds: 4, senders: 16, stored: 20_000, random: seeded(7), say: () => undefined })
    expect(report.problems).to.deep.equal([])
    expect(report.acknowledged).to.be.greaterThan(4 * 200)
    expect(report.unanswered, 'it was killed in mid-load').to.be.greaterThan(100)
    expect(report.killedAtStart).to.be.greaterThan(0)
    // Where the system tells, without what other programs took meanwhile.
    expect(Math.max(...(report.readyCpu.length > 0 ? report.readyCpu : report.ready))).to.be.lessThan(AT_LAST)
  })
})
