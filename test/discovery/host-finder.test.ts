import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { combineFinders } from '../../discovery/all-finders.ts'
import type { Finder, FinderEvents, FoundRegistry } from '../../discovery/finder.ts'
import { createHostFinder, type KnownPlace } from '../../discovery/host-finder.ts'
import { neighboursOf, probe } from '../../discovery/probe.ts'
import { until } from '../support/wait.ts'
import { type FinderBench, finderContract, type Heard, type Shown } from './finder-contract.ts'

/** A network on which registries answer at addresses; every one that ever was is on everybody's list. */
class Network {
  readonly places: KnownPlace[] = []
  readonly here = new Map<number, Shown>()
  readonly stops: (() => Promise<void>)[] = []

  ask = async ({ port }: { port: number }) => {
    const registry = this.here.get(port)
    if (!registry) throw new OptiChatError('registry-unreachable')
    return registry
  }

  finder(): Finder {
    return createHostFinder({ places: () => this.places, ask: this.ask, every: 10 })
  }

  show = async (registry: Shown) => {
    if (!this.places.some(({ port }) => port === registry.port)) this.places.push({ host: '10.0.0.1', port: registry.port, by: 'typed' })
    this.here.set(registry.port, registry)
    return { hide: async () => void this.here.delete(registry.port) }
  }

  bench(make: () => Finder): FinderBench {
    return {
      show: this.show,
      listen: async () => {
        const heard = new Listener()
        const finder = make()
        finder.start(heard)
        this.stops.push(() => finder.stop())
        return Object.assign(heard, { stop: () => finder.stop() })
      },
    }
  }
}

class Listener implements FinderEvents, Omit<Heard, 'stop'> {
  readonly #events: { event: string; registry: FoundRegistry; taken?: boolean }[] = []
  #put = (event: string) => (registry: FoundRegistry) => void this.#events.push({ event, registry })
  found = this.#put('found')
  changed = this.#put('changed')
  lost = this.#put('lost')
  also = this.#put('also')
  trouble = () => undefined
  count = (event: string) => this.#events.filter((one) => one.event === event).length
  async next(event: string, of: { fingerprint: string }): Promise<FoundRegistry> {
    const next = await until(`${event} of ${of.fingerprint.slice(0, 4)}`, () =>
      this.#events.find((one) => one.event === event && !one.taken && one.registry.fingerprint === of.fingerprint),
    )
    next.taken = true
    return next.registry
  }
}

describe('registries at known addresses', () => {
  let network: Network
  beforeEach(() => {
    network = new Network()
  })
  afterEach(async () => {
    await Promise.all(network.stops.map((stop) => stop()))
  })

  finderContract('hosts typed in', () => network.bench(() => network.finder()))
  finderContract('two finders as one', () => network.bench(() => combineFinders([network.finder(), network.finder()])))

  it('are those meant: of an address that another told of, only the registry it was told of', async () => {
    const fingerprint = 'ab'.repeat(32)
    network.places.push({ host: '10.0.0.1', port: 7000, by: 'told', fingerprint })
    network.here.set(7000, { name: 'Impostor', port: 7000, id: 'x', fingerprint: 'cd'.repeat(32) })
    const listener = new Listener()
    const finder = network.finder()
    finder.start(listener)
    network.stops.push(() => finder.stop())
    await new Promise<void>((resolve) => setImmediate(resolve))
    network.here.set(7000, { name: 'Real\u202e', port: 7000, id: 'x', fingerprint })
    expect(await listener.next('found', { fingerprint })).to.include({ name: 'Real', by: 'told' })
    expect(listener.count('found')).to.equal(1)
  })

  it('that mDNS found, too, are told as that has it, and stay while either has them', async () => {
    const fingerprint = 'ab'.repeat(32)
    const stages: Partial<Record<'first' | 'second', FinderEvents>> = {}
    const stage = (name: 'first' | 'second'): Finder => ({
      start: (events) => {
        stages[name] = events
      },
      stop: async () => undefined,
    })
    const listener = new Listener()
    combineFinders([stage('first'), stage('second')]).start(listener)
    const registry = { key: fingerprint, name: 'Office', host: '10.0.0.1', port: 6784, fingerprint, interface: 'eth0' }
    const typed = { ...registry, host: 'office', interface: '', by: 'typed' as const }
    stages.second?.found(typed)
    expect(await listener.next('found', registry)).to.include({ host: 'office' })
    stages.first?.found(registry)
    expect(await listener.next('changed', registry)).to.include({ host: '10.0.0.1' })
    stages.second?.changed(typed)
    expect(await listener.next('also', registry)).to.include({ host: 'office' })
    stages.first?.lost(registry)
    expect(await listener.next('changed', registry)).to.include({ host: 'office' })
    stages.second?.lost(typed)
    await listener.next('lost', registry)
  })
})

describe('knocking at a subnet', () => {
  const nic = (address: string, netmask: string) => ({ name: 'eth0', ipv4: { address, netmask } })

  it('is at its own addresses only: 254 of a large network, all of a smaller one, never itself', () => {
    const large = neighboursOf([nic('10.20.30.40', '255.0.0.0')])
    expect(large).to.have.length(253).and.to.include('10.20.30.1').and.to.include('10.20.30.254')
    expect(large).to.not.include.members(['10.20.30.40']).and.to.not.include.members(['10.20.30.0', '10.20.30.255'])
    expect(neighboursOf([nic('192.168.1.18', '255.255.255.240')])).to.deep.equal(
      Array.from({ length: 14 }, (_, n) => `192.168.1.${17 + n}`).filter((address) => address !== '192.168.1.18'),
    )
    expect(neighboursOf([nic('10.0.0.1', '255.255.255.254')])).to.deep.equal(['10.0.0.0'])
    expect(neighboursOf([{ ipv4: null }])).to.deep.equal([])
  })

  it('ends at once when it is no longer wanted', async () => {
    const cancel = new AbortController()
    cancel.abort()
    const ask = () => expect.fail('somebody was asked')
    await probe({ nics: [nic('10.20.30.40', '255.0.0.0')], ask, signal: cancel.signal, found: () => expect.fail('something was found') })
  })
})
