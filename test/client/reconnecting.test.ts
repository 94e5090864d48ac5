import { expect } from 'chai'
import type { Client } from '../../core/client/client.ts'
import type { Locate } from '../../core/client/reach.ts'
import { collect, passwordOf, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'
import { startWire, type Wire } from '../support/wire.ts'

const texts = (messages: readonly { body: { kind: string; text?: string } }[]) => messages.map(({ body }) => body.text)

describe('a connection that is lost', () => {
  let team: Team<'alice' | 'bob'>
  let wire: Wire
  /** Alice again, on a device behind a cable. */
  let distant: Client
  before(async () => {
    team = await startTeam(['alice', 'bob'])
    wire = await startWire(team.address)
    distant = await team.open('distant')
    await distant.login(wire.address, 'alice', passwordOf('alice'))
    await distant.connect()
  })
  after(async () => {
    await team?.close()
    await wire?.close()
  })

  it('is made again by itself when the cable is back, and nothing said meanwhile is missing', async () => {
    const states = collect(distant, 'connection')
    const seen = collect(distant, 'message')
    wire.cut()
    await until('it waits', () => distant.connection.at === 'waiting')
    expect(distant.roster().every(({ presence }) => presence === 'offline')).to.equal(true)
    await team.people.bob.send('everyone', 'while you were gone 1')
    await team.people.bob.send('everyone', 'while you were gone 2')
    wire.mend()
    await until('all is there', () => seen.length === 2)
    expect(texts(seen)).to.deep.equal(['while you were gone 1', 'while you were gone 2'])
    expect(states[0]).to.include({ at: 'waiting', code: 'registry-unreachable' })
    expect(states.at(-1)?.at).to.equal('online')
  })

  it('does not double a message whose acknowledgement was lost', async () => {
    const seen = collect(team.people.bob, 'message')
    const own = collect(distant, 'message')
    wire.deafen()
    const sent = distant.send('everyone', 'said once')
    await until('bob has it, though its sender does not know', () => seen.length === 1)
    wire.cut()
    wire.mend()
    const { id, position } = await sent
    expect(seen[0]).to.include({ id, position })
    await distant.send('everyone', 'a marker')
    await until('the marker', () => seen.length === 2)
    expect(texts(own)).to.deep.equal(['said once', 'a marker'])
    expect(texts(distant.history({ conversation: 'everyone', limit: 2 }))).to.deep.equal(['said once', 'a marker'])
  })

  it('lets a message wait for a connection that comes back soon, and refuses one that does not', async () => {
    wire.cut()
    await until('it waits', () => distant.connection.at === 'waiting')
    const soon = distant.send('everyone', 'into the gap')
    wire.mend()
    distant.retryNow()
    expect((await soon).position).to.be.greaterThan(0)
    wire.cut()
    await until('it waits', () => distant.connection.at === 'waiting')
    const refused = await distant.send('everyone', 'into nothing').catch((error) => error)
    expect(refused).to.have.property('code', 'not-connected')
    wire.mend()
    distant.retryNow()
    await until('it is online', () => distant.connection.at === 'online')
  })

  it('tells what was read offline once it is online', async () => {
    const { bob } = team.people
    const { id, position } = await bob.send('everyone', 'please read')
    await until('it arrived', () => distant.history({ limit: 1 })[0]?.id === id)
    wire.cut()
    await until('it waits', () => distant.connection.at === 'waiting')
    distant.markRead('everyone', position)
    wire.mend()
    distant.retryNow()
    await until('bob sees it', () => bob.history({ limit: 1 })[0]?.receipts?.read.includes(distant.me?.id ?? ''))
  })

  it('survives a restart of the registry: waiting for it, then back with nothing lost or doubled', async () => {
    const { alice, bob } = team.people
    const seen = collect(bob, 'message')
    await alice.send('everyone', 'before')
    await until('bob has it', () => seen.length === 1)
    const states = collect(alice, 'connection')
    await team.registry.close()
    await until('both wait', () => [alice, bob].every((client) => client.connection.at === 'waiting'))
    expect(states[0]).to.include({ at: 'waiting', code: 'registry-stopping' })
    const during = alice.send('everyone', 'during')
    await team.startAgain()
    await during
    await alice.send('everyone', 'after')
    await until('bob has all', () => seen.length >= 3)
    expect(texts(seen)).to.deep.equal(['before', 'during', 'after'])
  })

  it('finds a registry that moved, by its pin among what was found, and remembers where', async () => {
    const near = await startWire(team.address)
    const decoy = await startWire({ host: '127.0.0.1', port: 9 })
    const roamer = await team.open('roamer')
    await roamer.login(near.address, 'alice', passwordOf('alice'))
    await roamer.close()
    await near.close()
    let asked = 0
    const locate: Locate = async (told) => {
      asked++
      for (const address of [{ ...decoy.address, fingerprint: '0'.repeat(64) }, decoy.address, team.address]) told(address)
    }
    const again = await team.open('roamer', { locate })
    await again.connect()
    expect(again.registry).to.include(team.address)
    expect([asked, decoy.connections]).to.deep.equal([1, 1])
    await again.close()
    const third = await team.open('roamer', { locate })
    await third.connect()
    expect(asked, 'it is where it was last').to.equal(1)
    await decoy.close()
  })
})
