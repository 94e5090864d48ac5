import { expect } from 'chai'
import { Pace } from '../../core/registry/pace.ts'
import { fakeClock } from '../support/fake-clock.ts'

const MIB = 1024 * 1024
const RATE = 50 * MIB
const CHUNK = 64 * 1024

/** Milliseconds of a stream that always has more, and comes back later than it was told each time. @returns bytes that went */
async function flow(millis: number, late: number): Promise<number> {
  const clock = fakeClock()
  const pace = new Pace(clock, RATE)
  let bytes = 0
  while (clock.elapsed() < millis) {
    bytes += CHUNK
    const wait = pace.take(CHUNK)
    if (wait > 0) await clock.advance(wait + late)
  }
  return bytes
}

describe('the pace of relayed files', () => {
  it('is reached, also where each wait takes longer than it should', async () => {
    for (const late of [0, 5, 30]) expect(await flow(10_000, late), `${late} ms late`).to.be.at.least(0.98 * 10 * RATE)
  })

  it('is never exceeded by more than a moment', async () => {
    for (const late of [0, 30]) expect(await flow(10_000, late), `${late} ms late`).to.be.at.most(10.15 * RATE)
  })

  it('does not make up for a stream that had nothing to say', async () => {
    const clock = fakeClock()
    const pace = new Pace(clock, RATE)
    await clock.advance(60_000)
    let bytes = 0
    while (pace.take(CHUNK) === 0) bytes += CHUNK
    expect(bytes).to.be.at.most(0.1 * RATE)
  })
})
