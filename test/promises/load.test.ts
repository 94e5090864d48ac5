import { expect } from 'chai'
import { type LoadReport, runLoad } from '../bench/load.ts'

describe('a registry with many people', () => {
  const clients = 200
  let report: LoadReport

  before(async () => {
    report = await runLoad({
      clients,
      storm: 150,
      generators: 2,
      atOnce: 64,
      addresses: 1,
      messages: 20,
      settle: 500,
      say: () => undefined,
    })
  })

  it('signs all of them in, hands every message to each of them once, and loses none over a crash that cuts everybody off', () => {
    expect(report.problems).to.deep.equal([])
    expect(report.signIn.clients).to.equal(clients)
    expect(report.storm.clients).to.equal(150)
    expect(report.unanswered, 'it was killed while it had work').to.be.greaterThan(0)
  })

  it('turns nobody away who signs in at the same time as many others', () => {
    // What a machine that is too busy does to a handshake is not the registry's word.
    const words = [report.signIn, report.storm]
      .flatMap(({ refused }) => Object.keys(refused))
      .filter((why) => !/registry-unreachable|not-optichat|\(lost\)|timed-out/.test(why))
    expect(words).to.deep.equal([])
  })

  it('tells each client of all who came in a handful of frames', () => {
    // The first at once, then one a second at most, and one for what is left.
    expect(report.signIn.presenceFrames.most).to.be.at.most(Math.ceil(report.signIn.seconds) + 2)
    expect(report.storm.presenceFrames.most).to.be.at.most(Math.ceil(report.storm.seconds) + 3)
  })
})
