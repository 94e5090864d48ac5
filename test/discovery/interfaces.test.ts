import { networkInterfaces } from 'node:os'
import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { acceptedInterfaces, rankInterfaces, requireInterfaces } from '../../discovery/interfaces.ts'
import { reasonOf } from '../../discovery/ranking-words.ts'

describe('the interfaces of this computer', () => {
  it('are all ranked, each with a reason, while the event loop goes on', async () => {
    const started = performance.now()
    let last = started
    let stall = 0
    const beat = setInterval(() => {
      stall = Math.max(stall, performance.now() - last)
      last = performance.now()
    }, 5)
    const ranked = await rankInterfaces()
    clearInterval(beat)
    expect(ranked.map(({ name }) => name)).to.have.members(Object.keys(networkInterfaces()))
    for (const one of ranked) expect(reasonOf(one)).to.match(/^[A-Z].+\.$/)
    expect(ranked.find(({ kind }) => kind === 'loopback')).to.include({ accepted: false })
    expect(stall).to.be.below((performance.now() - started) / 2)
  })

  it('are ranked by the address list alone when the system takes too long to tell more', async () => {
    const started = performance.now()
    const ranked = await rankInterfaces({ timeout: 1 })
    expect(performance.now() - started).to.be.below(1_000)
    expect(ranked.map(({ name }) => name)).to.have.members(Object.keys(networkInterfaces()))
  })

  it('that discovery uses never include loopback, and are known at once', () => {
    expect(acceptedInterfaces().some(({ address }) => address.startsWith('127.'))).to.equal(false)
    expect(acceptedInterfaces(['127.0.0.1', 'nothing0'])).to.deep.equal([])
  })

  it('are taken by name or address, and unknown ones refused', () => {
    expect(() => requireInterfaces(['127.0.0.1'])).to.not.throw()
    expect(() => requireInterfaces(['nothing0']))
      .to.throw(OptiChatError)
      .with.property('code', 'interface-unknown')
  })
})
