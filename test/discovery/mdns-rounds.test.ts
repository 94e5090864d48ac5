import { expect } from 'chai'
import { askInRounds, type Rounds } from '../../discovery/mdns-rounds.ts'
import { TIMINGS } from '../../discovery/timings.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

describe('questions on one interface', () => {
  let clock: FakeClock
  let asked: string[]
  let silent: boolean
  let rounds: Rounds

  beforeEach(() => {
    clock = fakeClock()
    asked = []
    silent = false
    rounds = askInRounds({
      clock,
      random: () => 0.5,
      timings: TIMINGS,
      families: [4, 6],
      ask: ({ family, once }) => asked.push(`${family}${once ? ' once' : ''}`),
      othersAsked: () => undefined,
      sweep: () => silent,
    })
  })
  afterEach(() => rounds.close())

  it('are one every four seconds when all is well, and every third time one over IPv6 before it, while it is known who answers over IPv4', async () => {
    await clock.advance(3_900)
    asked = []
    await clock.advance(24_000)
    expect(asked).to.deep.equal(['4', '4', '6', '4', '4', '4', '6', '4'])
  })

  it('come at once, to be answered to us alone, as long as somebody is silent', async () => {
    await clock.advance(3_900)
    asked = []
    silent = true
    await clock.advance(600)
    expect(asked).to.deep.equal(['4'])
    await clock.advance(800)
    expect(asked.slice(1)).to.deep.equal(['4 once', '6 once', '4 once', '6 once'])
    silent = false
    await clock.advance(2_000)
    expect(asked, 'everybody answered').to.have.length(5)
  })
})
