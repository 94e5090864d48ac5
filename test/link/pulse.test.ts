import { expect } from 'chai'
import { Pulse } from '../../core/link/pulse.ts'
import { PING_INTERVAL } from '../../core/protocol/limits.ts'
import { fakeClock } from '../support/fake-clock.ts'

function beating(link: { sayPing?(pulse: Pulse): void } = {}) {
  const clock = fakeClock()
  const happened: string[] = []
  const pulse = new Pulse(clock, {
    sayPing() {
      happened.push('ping')
      link.sayPing?.(pulse)
    },
    destroy() {
      happened.push('given up')
    },
  })
  pulse.start()
  return { clock, happened, pulse }
}

describe('the pulse of a link', () => {
  it('gives it up when two intervals pass without a word from the other end', async () => {
    const { clock, happened } = beating()
    await clock.advance(2 * PING_INTERVAL)
    expect(happened).to.deep.equal(['ping', 'ping'])
    await clock.advance(PING_INTERVAL)
    expect(happened).to.deep.equal(['ping', 'ping', 'given up'])
    await clock.advance(10 * PING_INTERVAL)
    expect(happened).to.have.lengthOf(3)
  })

  it('goes on as long as the other end answers, also when one answer is missed', async () => {
    let pings = 0
    const { clock, happened } = beating({
      sayPing(pulse) {
        pulse.heard = ++pings % 2 === 1
      },
    })
    for (let n = 0; n < 20; n++) await clock.advance(PING_INTERVAL)
    expect(happened).to.deep.equal(Array.from({ length: 20 }, () => 'ping'))
  })

  it('says nothing once it was stopped', async () => {
    const { clock, happened, pulse } = beating()
    pulse.stop()
    await clock.advance(10 * PING_INTERVAL)
    expect(happened).to.deep.equal([])
  })
})
