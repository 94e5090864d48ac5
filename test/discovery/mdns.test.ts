import { expect } from 'chai'
import type { FoundRegistry } from '../../discovery/finder.ts'
import type { Timings } from '../../discovery/timings.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'
import { finderContract, type Shown } from './finder-contract.ts'

type Told = FoundRegistry & { event: string; at: number; message?: string }

const office: Shown = { name: 'Office', port: 6784, id: 'r1', fingerprint: 'a1'.repeat(32) }
/** The same behaviour in a tenth of the time. */
const quick: Partial<Timings> = { poll: 200, query: 500, answer: 200 }
/** Nothing is found or missed by the rounds of questions: only by what is said or asked at once. */
const atOnce: Partial<Timings> = { query: 3_600_000 }

describe('discovery on a virtual LAN', () => {
  let lan: Lan
  let running: LanProcess[] = []

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['registry', 'alice', 'bob'], lans: 2 })
  })
  after(() => lan?.close())
  afterEach(async () => {
    await Promise.all(running.map((one) => one.kill('SIGKILL')))
    running = []
  })

  const script = async (host: string, name: string, argument: string): Promise<LanProcess> => {
    const args = ['--import', './test/support/typescript.mjs', `test/discovery/${name}.script.ts`, argument]
    const started = lan.host(host).spawn('node', args)
    running.push(started)
    return started
  }
  const ready = async (started: LanProcess) => (await started.json<Told>(({ event }) => event === 'ready')).at
  const find = (host: string, options: object = {}) => script(host, 'find', JSON.stringify({ timings: quick, ...options }))
  const advertise = (host: string, options: object = {}) =>
    script(host, 'advertise', JSON.stringify({ timings: quick, ...office, ...options }))
  const told = (finder: LanProcess, event: string, fits: (one: Told) => boolean = () => true) =>
    finder.json<Told>((one) => one.event === event && fits(one))

  finderContract('mDNS', () => ({
    async listen() {
      const finder = await find('alice')
      await ready(finder)
      return {
        next: (event, of) => told(finder, event, ({ fingerprint }) => fingerprint === of.fingerprint),
        count: (event) => finder.jsonSoFar<Told>().filter((one) => one.event === event).length,
        stop: async () => {
          expect((await finder.kill()).code).to.equal(0)
        },
      }
    },
    async show(registry) {
      const advertised = await advertise('registry', registry)
      await ready(advertised)
      return {
        hide: async () => {
          expect((await advertised.kill()).code).to.equal(0)
        },
      }
    },
  }))

  it('finds a registry by its announcement or by the first questions, whichever of the two starts first', async () => {
    const finder = await find('alice', { timings: atOnce })
    await ready(finder)
    await ready(await advertise('registry', { timings: atOnce }))
    const found = await told(finder, 'found')
    expect(found).to.include({ host: lan.host('registry').address, interface: 'eth0', name: 'Office', port: 6784 })

    await told(await find('bob', { timings: atOnce }), 'found')
  })

  it('finds registries on the machine it runs on', async () => {
    await ready(await advertise('alice'))
    const finder = await find('alice')
    expect((await told(finder, 'found')).host).to.equal(lan.host('alice').address)
  })

  it('notices a goodbye at once', async () => {
    const finder = await find('alice', { timings: atOnce })
    const advertised = await advertise('registry', { timings: atOnce })
    await told(finder, 'found')
    expect((await advertised.kill()).code).to.equal(0)
    await told(finder, 'lost')
  })

  it('notices that a registry was killed, after some unanswered questions', async () => {
    const finder = await find('alice')
    const advertised = await advertise('registry')
    await told(finder, 'found')
    const killed = Date.now()
    await advertised.kill('SIGKILL')
    expect((await told(finder, 'lost')).at - killed, 'not at the first').to.be.above(500)
  })

  it('loses and finds a registry again when a cable is pulled and put back, at either end', async () => {
    const finder = await find('alice')
    await ready(await advertise('registry'))
    await told(finder, 'found')
    for (const host of ['alice', 'registry']) {
      await lan.host(host).cable('out')
      await told(finder, 'lost')
      await lan.host(host).cable('in')
      await told(finder, 'found')
    }
  })

  it('starts without any network and uses an interface that comes late', async () => {
    const hosts = [lan.host('alice'), lan.host('registry')]
    for (const host of hosts) await host.removeNic('eth0')
    const finder = await find('alice')
    await ready(finder)
    await ready(await advertise('registry'))
    for (const host of hosts) await host.addNic({ name: 'eth0' })
    expect((await told(finder, 'found')).host).to.equal(lan.host('registry').address)
    expect(finder.stderr).to.equal('')
  })

  it("follows a registry's new address", async () => {
    const registry = lan.host('registry')
    const before = registry.address
    const finder = await find('alice')
    await ready(await advertise('registry'))
    await told(finder, 'found')
    await registry.setAddress('10.77.0.200')
    await told(finder, 'changed', ({ host }) => host === '10.77.0.200')
    await registry.setAddress(before)
    await told(finder, 'changed', ({ host }) => host === before)
    expect(finder.jsonSoFar<Told>().filter(({ event }) => event === 'lost')).to.have.length(0)
  })

  it('tells a registry on two networks once, and goes over to the other when one fails', async () => {
    const [alice, registry] = [lan.host('alice'), lan.host('registry')]
    await alice.addNic({ lan: 1 })
    await registry.addNic({ lan: 1 })
    const finder = await find('alice')
    await ready(await advertise('registry'))
    const found = await told(finder, 'found')
    await alice.cable('out', found.interface)
    const changed = await told(finder, 'changed')
    expect(changed.key).to.equal(found.key)
    expect(changed.interface).to.equal(found.interface === 'eth0' ? 'eth1' : 'eth0')
    expect(changed.host).to.equal(registry.nics.find(({ name }) => name === changed.interface)?.address)
    expect(finder.jsonSoFar<Told>().filter(({ event }) => event === 'found')).to.have.length(1)
    await alice.cable('in', found.interface)
    for (const host of [alice, registry]) await host.removeNic('eth1')
  })

  it('tells each network only the address it can reach, and only the networks asked for', async () => {
    const registry = lan.host('registry')
    const bob = lan.host('bob')
    await registry.addNic({ lan: 1 })
    await bob.addNic({ lan: 1 })
    const listener = await script('bob', 'listen', bob.address)
    await ready(listener)
    const advertised = await advertise('registry')
    const heard = () => listener.jsonSoFar<{ from: string; hex: string }>().filter(({ from }) => from === registry.address)
    await until('an announcement', () => heard().length > 0)
    const hex = (address: string) => Buffer.from(address.split('.').map(Number)).toString('hex')
    expect(
      heard()
        .map((one) => one.hex)
        .join(),
    )
      .to.include(hex('10.77.0.1'))
      .and.to.not.include(hex('10.77.1.1'))
    await advertised.kill('SIGKILL')

    const finder = await find('bob')
    await ready(finder)
    await ready(await advertise('registry', { interfaces: ['10.77.1.1'] }))
    expect(await told(finder, 'found')).to.include({ host: '10.77.1.1', interface: 'eth1' })
    expect(finder.jsonSoFar<Told>().filter(({ event }) => event === 'changed')).to.have.length(0)
    for (const host of [bob, registry]) await host.removeNic('eth1')
  })

  it('finds the room though a VPN has the default route', async () => {
    const alice = lan.host('alice')
    await alice.addNic({ lan: 1, name: 'tun0' })
    await alice.ip('route add default via 10.77.1.254 dev tun0')
    await ready(await advertise('registry'))
    const finder = await find('alice')
    expect(await told(finder, 'found')).to.include({ interface: 'eth0' })
    await alice.removeNic('tun0')
  })

  it('goes on through garbage, and one machine that claims to be two hundred registries does not hide the real one', async () => {
    const finder = await find('alice')
    const advertised = await advertise('registry')
    await told(finder, 'found')
    const garbage = await script('bob', 'garbage', lan.host('bob').address)
    const events = () => finder.jsonSoFar<Told>().filter(({ event, name }) => /found|lost/.test(event) && name.startsWith('fake'))
    await garbage.json<Told>(({ event }) => event === 'sent')
    // A busy machine drops packets: it goes on sending until one of the fakes was heard.
    await until('a fake that is believed to be there', () => events().length > 0)
    expect(await garbage.kill()).to.include({ code: 0, stderr: '' })
    await ready(await advertise('bob', { name: 'Late', fingerprint: 'c3'.repeat(32) }))
    await told(finder, 'found', ({ name }) => name === 'Late')
    let there = 0
    const fakes = events().map(({ event }) => (there += event === 'found' ? 1 : -1))
    expect(Math.max(...fakes)).to.be.within(1, 16)
    expect(advertised.running).to.equal(true)
    expect(finder.jsonSoFar<Told>().filter(({ event, name }) => event === 'lost' && name === 'Office')).to.have.length(0)
    expect(finder.stderr + advertised.stderr).to.equal('')
  })

  it('says nothing lost and finds all again after sleep, a registry that moved meanwhile, too', async () => {
    const registry = lan.host('registry')
    const before = registry.address
    const finder = await find('alice', { timings: { ...quick, slept: 500 } })
    const advertised = await advertise('registry', { timings: { ...quick, slept: 500 } })
    await told(finder, 'found')
    for (const one of [finder, advertised]) one.child.kill('SIGSTOP')
    await registry.setAddress('10.77.0.201')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    for (const one of [advertised, finder]) one.child.kill('SIGCONT')
    await told(finder, 'changed', ({ host }) => host === '10.77.0.201')
    expect(finder.jsonSoFar<Told>().filter(({ event }) => event === 'lost')).to.have.length(0)
    await registry.setAddress(before)
  })

  it('uses an interface that was taken out and put in anew, and one that was down, at either end', async () => {
    const finder = await find('alice')
    await ready(await advertise('registry'))
    await told(finder, 'found')
    for (const host of ['alice', 'registry']) {
      await lan.host(host).removeNic('eth0')
      await told(finder, 'lost')
      await lan.host(host).addNic({ name: 'eth0' })
      await told(finder, 'found')
      await lan.host(host).ip('link set eth0 down')
      await told(finder, 'lost')
      await lan.host(host).ip('link set eth0 up')
      await told(finder, 'found')
    }
    expect(finder.stderr).to.equal('')
  })

  it('is not deceived: a machine that announces a registry’s fingerprint neither replaces it nor hides it, nor can it say goodbye for it', async () => {
    const finder = await find('alice')
    const advertised = await advertise('registry')
    await told(finder, 'found')
    // The same certificate and name from elsewhere, and then a goodbye in its name.
    const impostor = await advertise('bob', { port: 6666 })
    await told(finder, 'also', ({ host }) => host === lan.host('bob').address)
    expect((await impostor.kill()).code).to.equal(0)
    await ready(await advertise('bob', { name: 'Late', fingerprint: 'c3'.repeat(32) }))
    await told(finder, 'found', ({ name }) => name === 'Late')
    // On a machine that is slow to answer, the other address of the same computer may be told for a while.
    const { stdout: own } = await lan.host('registry').run('ip', ['-o', 'addr', 'show', 'dev', 'eth0'])
    const isOwn = (host: string) => own.includes(` ${host.replace('%eth0', '')}/`)
    const others = finder
      .jsonSoFar<Told>()
      .filter(({ event, name, host }) => name === 'Office' && (event === 'lost' || (event === 'changed' && !isOwn(host))))
    expect(others).to.deep.equal([])
    // Its own computer noticed, and contradicted.
    expect((await told(advertised, 'trouble')).message).to.include('announces this registry')
  })

  describe('without IPv4', () => {
    const addresses = async (host: string, ...change: string[]) => {
      for (const line of ['addr flush dev eth0', ...change]) await lan.host(host).ip(line)
    }
    const back = async (host: string) => {
      await addresses(host, `addr add ${lan.host(host).address}/24 brd + dev eth0`)
      await lan.host(host).removeNic('eth0')
      await lan.host(host).addNic({ name: 'eth0' })
    }
    const finds = async (host: RegExp) => {
      const finder = await find('alice')
      const advertised = await advertise('registry')
      const found = await told(finder, 'found')
      expect(found.host).to.match(host)
      expect((await advertised.kill()).code).to.equal(0)
      await told(finder, 'lost')
      expect(finder.stderr + advertised.stderr).to.equal('')
    }
    after(async () => {
      for (const host of ['alice', 'registry']) await back(host)
    })

    it('finds by link-local IPv6 addresses alone, with the interface to dial them by, and hears the goodbye', async () => {
      await addresses('alice', 'addr add fe80::a/64 dev eth0 nodad')
      await addresses('registry', 'addr add fe80::1/64 dev eth0 nodad')
      await finds(/^fe80::1%eth0$/)
    })

    it('finds on a network that gives out IPv6 addresses only', async () => {
      for (const [host, number] of Object.entries({ alice: 'a', registry: '1' })) {
        await addresses(host, `addr add fd77::${number}/64 dev eth0 nodad`, `addr add fe80::${number}/64 dev eth0 nodad`)
      }
      await finds(/^(fd77::1|fe80::1%eth0)$/)
    })

    it('finds where both gave themselves an address (169.254), and where only one of them did', async () => {
      await addresses('alice', 'addr add 169.254.7.2/16 brd + dev eth0', 'addr add fe80::a/64 dev eth0 nodad')
      await addresses('registry', 'addr add 169.254.9.1/16 brd + dev eth0', 'addr add fe80::1/64 dev eth0 nodad')
      await finds(/^169.254.9.1$/)
      await addresses('alice', 'addr add 10.77.0.2/24 brd + dev eth0', 'addr add fe80::a/64 dev eth0 nodad')
      await finds(/^fe80::1%eth0$/)
    })
  })

  it('stops when the network is dead, too', async () => {
    const finder = await find('alice')
    const advertised = await advertise('alice')
    await Promise.all([ready(finder), ready(advertised)])
    await lan.host('alice').ip('link set eth0 down')
    const ends = await Promise.all([finder.kill(), advertised.kill()])
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).to.deep.equal([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ])
    await lan.host('alice').ip('link set eth0 up')
  })

  it('waits for a program that keeps the mDNS port to itself', async () => {
    const greedy = lan.host('alice').spawn('node', ['-e', "require('dgram').createSocket('udp4').bind(5353, () => console.log('bound'))"])
    running.push(greedy)
    await greedy.line('bound')
    const finder = await find('alice')
    const advertised = await advertise('alice')
    for (const one of [finder, advertised]) expect((await told(one, 'trouble')).message).to.include('EADDRINUSE')
    await greedy.kill()
    await told(finder, 'found')
    expect(finder.stderr + advertised.stderr).to.equal('')
  })

  it('lists once, for a command, and ends as soon as it knows', async () => {
    await ready(await advertise('registry'))
    const call =
      "import('./discovery/find.ts').then(async (m) => console.log(JSON.stringify(await m.findRegistries({ timeout: 600000, settle: 200 }))))"
    const listed = await lan.host('alice').run('node', ['--import', './test/support/typescript.mjs', '-e', call])
    expect(JSON.parse(listed.stdout)).to.have.length(1)
    expect(listed.stdout).to.include(lan.host('registry').address)
  })

  it('tells of trouble with an interface once, not at every try', async () => {
    await lan.host('alice').firewall(['udp dport 5353 reject'])
    const finder = await find('alice')
    const trouble = await told(finder, 'trouble')
    expect(trouble).to.include({ interface: 'eth0' })
    await ready(await advertise('registry'))
    await lan.host('alice').firewall('off')
    await told(finder, 'found')
    expect(finder.jsonSoFar<Told>().filter(({ event }) => event === 'trouble')).to.have.length(1)
  })
})
