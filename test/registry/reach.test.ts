import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { memoryPair } from '../../core/link/memory.ts'
import type { ProbeOptions } from '../../core/link/probe.ts'
import type { Outcome } from '../../core/protocol/messages.ts'
import { MAX_REACHES, PROBE_PATIENCE } from '../../core/registry/limits.ts'
import { RATES, Rates } from '../../core/registry/rates.ts'
import { Reaches } from '../../core/registry/reaches.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { fingerprint, House, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'

describe('the registry’s help for a doctor', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  /** What the registry dialled, and what it is answered. */
  let dialled: string[]
  let outcomes: Record<string, Outcome>
  let hold: Promise<void> | null

  /** A link whose socket shows an address. */
  const connect = (device: string, address: string): TestClient => {
    const [client, registry] = memoryPair({ fingerprints: [fingerprint(device), fingerprint('registry')] })
    Object.defineProperty(registry, 'remoteAddress', { value: address })
    house.hub.accept(registry)
    return new TestClient(client)
  }
  const greeted = async (device: string, address: string): Promise<TestClient> => {
    const client = connect(device, address)
    await client.ask('hello', { version: 1, device })
    return client
  }
  const online = async (device: string, address: string): Promise<TestClient> => {
    const client = await greeted(device, address)
    await client.sync()
    return client
  }
  /** Answers the next probe as a client would. */
  const answers = async (client: TestClient, outcome: Outcome, endpoints = ['*:7000']) => {
    const asked = await client.event('probe')
    await client.ask('probed', { probe: asked.probe, outcome, platform: 'linux', endpoints })
    return asked
  }

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    dialled = []
    outcomes = {}
    hold = null
    const { accounts, sessions, journal } = house.context
    const probe = async ({ host, port, fingerprint: device }: ProbeOptions) => {
      dialled.push(`${host}:${port} ${device.slice(0, 8)}`)
      await hold
      return outcomes[host] ?? 'reached'
    }
    const ownAddresses = () => ['10.0.0.1']
    const reaches = new Reaches({ clock, accounts, sessions, rates: new Rates(clock, RATES), journal, probe, ownAddresses })
    Object.assign(house.context, { reaches })
    await house.user('Alice')
    await house.user('Bob')
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const short = (device: string) => fingerprint(device).slice(0, 8)

  it('tells the time, and whether a question was heard by multicast, also to who is not signed in', async () => {
    const stranger = await greeted('stranger', '10.0.0.9')
    expect(await stranger.ask('clock', {})).to.deep.equal({ now: clock.now() })
    expect(await stranger.ask('heard', { token: '0123456789abcdef' })).to.deep.equal({ heard: null })
    house.context.reaches.listener = (token) => token === '0123456789abcdef'
    expect(await stranger.ask('heard', { token: '0123456789abcdef' })).to.deep.equal({ heard: true })
    expect(await stranger.ask('heard', { token: 'fedcba9876543210' })).to.deep.equal({ heard: false })
    expect(await connect('silent', '10.0.0.9').refusal('clock', {})).to.equal('out-of-state')
  })

  it('dials who asks at the address its socket shows, for the certificate it showed', async () => {
    outcomes['10.0.0.9'] = 'timed-out'
    const stranger = await greeted('stranger', '10.0.0.9')
    expect(await stranger.ask('reach', { port: 5000 })).to.deep.equal({ seen: '10.0.0.9', registry: 'timed-out' })
    expect(dialled).to.deep.equal([`10.0.0.9:5000 ${short('stranger')}`])
    expect(house.lines.join('\n')).to.contain('somebody at 10.0.0.9 is dialled, for its doctor')
  })

  it('has another person’s device dial the asker, dials that one, and tells both what to know of the other', async () => {
    const alice = await greeted('Alice', '10.0.0.8')
    const bob = await online('Bob', '10.0.0.9')
    outcomes['10.0.0.9'] = 'refused'
    const reached = alice.ask('reach', { port: 5000, user: 'bob' })
    const asked = await answers(bob, 'timed-out')
    expect(asked.peer).to.deep.equal({ fingerprint: fingerprint('Alice'), endpoints: ['10.0.0.8:5000'] })
    expect(await reached).to.deep.equal({
      seen: '10.0.0.8',
      registry: 'reached',
      peer: {
        name: 'Bob',
        fingerprint: fingerprint('Bob'),
        platform: 'linux',
        seen: '10.0.0.9',
        endpoints: ['10.0.0.9:7000'],
        outcome: 'timed-out',
        registry: 'refused',
      },
    })
  })

  it('never has an address dialled that somebody names: only ports are taken from what devices say', async () => {
    const alice = await greeted('Alice', '10.0.0.8')
    const bob = await online('Bob', '10.0.0.9')
    const reached = alice.ask('reach', { port: 22, user: 'Bob' })
    await answers(bob, 'reached', ['192.168.1.1:443', '[fd00::1]:22'])
    const { peer } = await reached
    expect(peer?.endpoints).to.deep.equal(['10.0.0.9:443', '10.0.0.9:22'])
    expect(dialled.every((target) => /^10\.0\.0\.[89]:/.test(target))).to.equal(true)
    expect(await alice.refusal('reach', { port: 0 })).to.equal('bad-frame')
    expect(await alice.refusal('reach', { port: 22, host: '10.0.0.9' } as never)).to.equal('bad-frame')
  })

  it('knows that dialling somebody on its own computer says nothing, and has others put in its address', async () => {
    const alice = await greeted('Alice', '127.0.0.1')
    const bob = await online('Bob', '10.0.0.9')
    const reached = alice.ask('reach', { port: 5000, user: 'Bob' })
    expect((await answers(bob, 'reached')).peer?.endpoints).to.deep.equal(['*:5000'])
    expect((await reached).registry).to.equal('none')
    const local = await greeted('local', '10.0.0.1')
    expect((await local.ask('reach', { port: 5000 })).registry).to.equal('none')
  })

  it('asks nobody for who is not signed in, and says who is unknown, away or mute', async () => {
    const stranger = await greeted('stranger', '10.0.0.7')
    const alice = await greeted('Alice', '10.0.0.8')
    expect(await stranger.refusal('reach', { port: 5000, user: 'Bob' })).to.equal('not-signed-in')
    expect(await alice.refusal('reach', { port: 5000, user: 'Zoe' })).to.equal('user-unknown')
    expect(await alice.refusal('reach', { port: 5000, user: 'Bob' })).to.equal('peer-away')
    const bob = await online('Bob', '10.0.0.9')
    const mute = alice.refusal('reach', { port: 5000, user: 'Bob' })
    await bob.event('probe')
    clock.advance(PROBE_PATIENCE)
    expect(await mute).to.equal('timed-out')
  })

  it('believes only the device that was asked, and only once', async () => {
    const alice = await greeted('Alice', '10.0.0.8')
    const bob = await online('Bob', '10.0.0.9')
    await house.user('Mallory')
    const mallory = await online('Mallory', '10.0.0.66')
    const reached = alice.ask('reach', { port: 5000, user: 'Bob' })
    const { probe } = await bob.event('probe')
    const lie = { probe, outcome: 'refused' as const, platform: 'evil', endpoints: ['*:1'] }
    await mallory.ask('probed', lie)
    await mallory.ask('probed', { ...lie, probe: randomUUID() })
    await bob.ask('probed', { probe, outcome: 'reached', platform: 'linux', endpoints: ['*:7000'] })
    await bob.ask('probed', lie)
    expect((await reached).peer).to.include({ outcome: 'reached', platform: 'linux' })
  })

  it('is bounded: by address, by who is asked for, and at once', async () => {
    const alice = await greeted('Alice', '10.0.0.8')
    const { burst } = RATES.reach
    for (let question = 0; question < burst; question++) await alice.ask('reach', { port: 5000 })
    expect(await alice.refusal('reach', { port: 5000 })).to.equal('slow-down')
    // Another device at that address does not begin anew; one elsewhere does.
    const neighbour = await greeted('neighbour', '10.0.0.8')
    expect(await neighbour.refusal('reach', { port: 5000 })).to.equal('slow-down')
    let release: () => void = () => undefined
    hold = new Promise((resolve) => {
      release = resolve
    })
    const many = await Promise.all(Array.from({ length: MAX_REACHES + 1 }, (_, at) => greeted(`device ${at}`, `10.0.1.${at}`)))
    const before = dialled.length
    const all = many.map((one) => one.refusal('reach', { port: 5000 }))
    await until('the last one was refused', async () => (await Promise.race([all.at(-1), 'waits'])) === 'slow-down')
    expect(dialled.length - before).to.equal(MAX_REACHES)
    release()
    expect((await Promise.all(all)).filter((code) => code === 'done')).to.have.length(MAX_REACHES)
  })

  it('one person’s device is not kept busy by many who ask for it', async () => {
    const bob = await online('Bob', '10.0.0.9')
    const { burst } = RATES.reach
    const codes: string[] = []
    for (let asker = 0; asker <= burst; asker++) {
      const name = `user ${asker}`
      await house.user(name)
      const client = await greeted(name, `10.0.2.${asker}`)
      const code = client.refusal('reach', { port: 5000, user: 'Bob' })
      await client.ask('clock', {})
      const asked = bob.events('probe')[asker]
      if (asked) await bob.ask('probed', { probe: asked.probe, outcome: 'reached', platform: 'linux', endpoints: [] })
      codes.push(await code)
    }
    expect(codes.filter((code) => code === 'slow-down')).to.have.length(1)
    expect(bob.events('probe')).to.have.length(burst)
  })

  it('finds out by others whether its port is open, without asking twice in a row', async () => {
    const { reaches } = house.context
    expect(await reaches.openToOthers('10.0.0.8')).to.equal(null)
    clock.advance(10_000)
    const bob = await online('Bob', '10.0.0.9')
    expect(await reaches.openToOthers('10.0.0.9')).to.equal(null)
    clock.advance(10_000)
    const [open, again] = [reaches.openToOthers('10.0.0.8'), reaches.openToOthers('10.0.0.7')]
    expect((await answers(bob, 'reached', [])).peer).to.equal(undefined)
    expect([await open, await again]).to.deep.equal([true, true])
    expect(bob.events('probe')).to.have.length(1)
    clock.advance(10_000)
    const shut = reaches.openToOthers('10.0.0.8')
    await until('it was asked again', () => bob.events('probe').length === 2)
    clock.advance(PROBE_PATIENCE)
    expect(await shut).to.equal(false)
  })
})
