import { join } from 'node:path'
import { expect } from 'chai'
import type { KnownRegistry } from '../../../core/client/client.ts'
import type { RunningRegistry } from '../../../core/registry/options.ts'
import { startRegistry } from '../../../core/registry/registry.ts'
import { watchWhereabouts } from '../../../desktop/host/whereabouts.ts'
import type { Finder, FinderEvents, FoundRegistry } from '../../../discovery/finder.ts'
import { openNetworkFile } from '../../../discovery/network-file.ts'
import { until } from '../../support/wait.ts'
import { codeOf, type HostsFixture, openHosts, type TestHost } from './host-fixture.ts'

/** What the network would announce, by a test's hand. */
class Announcements implements Finder {
  events: FinderEvents | null = null
  start(events: FinderEvents): void {
    this.events = events
  }
  async stop(): Promise<void> {
    this.events = null
  }
}

const at = (port: number, fingerprint: string, host = '127.0.0.1'): FoundRegistry => ({
  key: fingerprint,
  name: 'Moving',
  host,
  port,
  fingerprint,
  interface: 'lo',
})

describe('the host and what it finds', () => {
  let hosts: HostsFixture
  let alice: TestHost
  const announced = new Announcements()

  before(async () => {
    hosts = await openHosts()
    alice = await hosts.open('alice', { discovery: true, announced: () => announced })
    await until('the search', () => announced.events)
  })
  after(() => hosts?.close())

  it('looks at an address that was typed before anybody signs in there: which registry it is, or why there is none', async () => {
    const { fingerprint } = hosts.registry
    expect(await alice.call('lookAt', ` ${hosts.address}`)).to.deep.equal({ name: 'Team', fingerprint, known: false })
    const invite = (fp: string) => `optichat://127.0.0.1:9/?fp=${fp}&at=${hosts.address}`
    expect(await alice.call('lookAt', invite(fingerprint)), 'at the second address of an invite').to.include({ name: 'Team' })
    expect(await codeOf(alice.call('lookAt', `optichat://${hosts.address}/?fp=${'ab'.repeat(32)}`))).to.equal('registry-untrusted')
    expect(await codeOf(alice.call('lookAt', '127.0.0.1:9'))).to.equal('registry-unreachable')
    expect(await codeOf(alice.call('lookAt', '999.1.2.3'))).to.equal('bad-address')
  })

  it('asks at an address as soon as it is typed, keeps it for the command, too, and asks no more when it is taken out', async () => {
    await alice.call('addHost', ` ${hosts.address} `)
    expect(alice.newest('hosts')).to.deep.equal([hosts.address])
    expect((await alice.call('view')).hosts).to.deep.equal([hosts.address])
    const found = await until('it is found', () => alice.newest('found')?.[0])
    expect(found).to.include({ name: 'Team', port: hosts.registry.port, fingerprint: hosts.registry.fingerprint, by: 'typed' })
    expect(openNetworkFile(alice.profile).hosts).to.deep.equal([hosts.address])

    expect(await codeOf(alice.call('addHost', 'not an address!'))).to.equal('bad-address')
    expect((await alice.call('view')).hosts, 'what is no address').to.deep.equal([hosts.address])

    await alice.call('removeHost', hosts.address)
    expect((await alice.call('view')).hosts).to.deep.equal([])
    await until('it is found no more', () => alice.newest('found')?.length === 0)
  })

  it('goes to its registry at once when that is announced at another address, though it had given up', async () => {
    const data = join(hosts.folder, 'moving')
    const start = (folder: string, port: number): Promise<RunningRegistry> =>
      startRegistry({ data: folder, name: 'Moving', port, host: '127.0.0.1', log: () => undefined })
    const before = await start(data, 0)
    await alice.call('register', `127.0.0.1:${before.port}`, 'Alice', 'a long password')
    await before.close()
    // Another one where it was: the app asks no more by itself, so that only what is announced can bring it back.
    const other = await start(join(hosts.folder, 'other'), before.port)
    await until('it is refused', () => alice.newest('connection')?.at === 'refused')
    const moved = await start(data, 0)
    try {
      announced.events?.found(at(moved.port, moved.fingerprint))
      await until('it is online', () => alice.newest('connection')?.at === 'online')
      expect(alice.newest('connection')).to.have.nested.property('registry.port', moved.port)
    } finally {
      await alice.call('logout')
      await Promise.all([other.close(), moved.close()])
    }
  })

  it('looks at its connection once for each change of where its registry is seen', () => {
    const registry: KnownRegistry = { id: 'A'.repeat(22), name: 'Moving', host: '10.0.0.1', port: 6784, fingerprint: 'a'.repeat(64) }
    let looks = 0
    const client: { registry: KnownRegistry | null; retryNow(): void } = { registry, retryNow: () => (looks += 1) }
    const look = watchWhereabouts(client)
    const seen = (...found: FoundRegistry[]) => look(found.map((one) => ({ ...one, known: true })))
    const stranger = at(7000, 'b'.repeat(64), '10.0.0.9')
    const own = at(6784, registry.fingerprint, '10.0.0.1')
    const elsewhere = at(6784, registry.fingerprint, '10.0.0.2')

    seen()
    seen(own)
    seen(own, stranger)
    expect(looks, 'where it is').to.equal(0)
    seen(stranger)
    seen()
    expect(looks, 'gone from there').to.equal(1)
    seen(elsewhere)
    seen(elsewhere, stranger)
    expect(looks, 'elsewhere').to.equal(2)
    client.registry = { ...registry, host: '10.0.0.2' }
    seen(elsewhere)
    expect(looks, 'gone there').to.equal(2)
    seen()
    expect(looks, 'gone from there, too').to.equal(3)
    client.registry = null
    seen(own)
    expect(looks, 'signed out').to.equal(3)
  })
})
