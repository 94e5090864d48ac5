import { networkInterfaces } from 'node:os'
import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { acceptedInterfaces, rankInterfaces, requireInterfaces } from '../../discovery/interfaces.ts'
import { reasonOf } from '../../discovery/ranking-words.ts'

describe('the interfaces of this computer', () => {
  it('are all ranked, each with a reason, while the event loop goes on', async () => {
    let beats = 0
    const beat = setInterval(() => beats++, 5)
    const ranked = await rankInterfaces()
    clearInterval(beat)
    expect(ranked.map(({ name }) => name)).to.have.members(Object.keys(networkInterfaces()))
    for (const one of ranked) expect(reasonOf(one)).to.match(/^[A-Z].+\.$/)
    expect(ranked.find(({ kind }) => kind === 'loopback')).to.include({ accepted: false })
    // Of the programs that systeminformation waits for, a loop that waited with it would have had one or two.
    expect(beats).to.be.above(5)
  })

  it('are ranked by the address list alone when the system takes too long to tell more', async () => {
    const timeouts = [60_000, 1]
    const { ranked, timeout } = await Promise.race(
      timeouts.map(async (timeout) => ({ timeout, ranked: await rankInterfaces({ timeout }) })),
    )
    expect(timeout, 'it did not wait for the system').to.equal(1)
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
