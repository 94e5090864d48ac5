/** Networks on which mDNS finds nothing, or nothing but IPv6 is there, by the built command. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { setUp } from '../../core/setup/setup.mjs'
import { Person } from '../e2e/optichat.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'

interface Found {
  readonly event: string
  readonly name: string
  readonly host: string
  readonly by: string
  readonly fingerprint: string
}

describe('registries that multicast does not show', function () {
  this.timeout(240_000)
  let lan: Lan
  let near: { process: LanProcess; invite: string; fingerprint: string }
  let far: { process: LanProcess; invite: string; fingerprint: string }

  const starts = async (host: string, name: string, ...options: string[]) => {
    const person = new Person(lan.host(host), host)
    const process = person.starts(['registry', '--name', name, '--data', join(person.host.home, 'registry'), ...options])
    const { invite, fingerprint } = await process.json<{ event: string; invite: string; fingerprint: string }>(
      ({ event }) => event === 'ready',
    )
    return { process, invite, fingerprint }
  }
  const person = (host: string, name: string) => new Person(lan.host(host), name)
  const discovers = async (who: Person) => (await who.does(['discover', '--timeout', '1'])).json as unknown as Found[]
  /** On a busy machine one second is not always enough. */
  const shows = (who: Person, name: string) =>
    until(`${name} is shown`, async () => (await discovers(who)).find((one) => one.name === name))

  before(async function () {
    requireLan(this)
    await setUp({ parts: ['programs'] })
    // Two subnets with a router between them, which passes on no multicast.
    lan = await createLan({ hosts: ['near', ['far', 1], 'alice', 'bob', 'carol'], lans: 2, gateway: true })
    far = await starts('far', 'Far away')
    near = await starts('near', 'Near by', '--knows', '10.77.1.2')
  })
  after(() => lan?.close())

  it('are asked at the hosts typed in, and can be named after that', async () => {
    const alice = person('alice', 'alice')
    await shows(alice, 'Near by')
    expect((await discovers(alice)).map(({ name }) => name)).to.not.include('Far away')
    await alice.did(['hosts', 'add', '10.77.1.2'])
    expect(await shows(alice, 'Far away')).to.include({ host: '10.77.1.2', by: 'typed', fingerprint: far.fingerprint })
    const [registered] = await alice.did(['register', 'Alice', '--registry', 'far away'])
    expect(registered).to.include({ registry: 'Far away', host: '10.77.1.2' })
    await alice.did(['hosts', 'remove', '10.77.1.2'])
    expect((await discovers(alice)).map(({ name }) => name)).to.not.include('Far away')
  })

  it('are told of by registries that know them, once those have proven to be what they are', async () => {
    const bob = person('bob', 'bob')
    await bob.did(['register', 'Bob', '--registry', 'Near by'])
    const told = await until('the other one to be told of', async () => {
      await bob.did(['who'])
      return (await bob.did(['hosts'])).find(({ by }) => by === 'told')
    })
    expect(told).to.include({ name: 'Far away', host: '10.77.1.2', fingerprint: far.fingerprint })
    expect(await shows(bob, 'Far away')).to.include({ by: 'told' })
  })

  it('are met by an invite at the first of its addresses that proves the fingerprint', async () => {
    const carol = person('carol', 'carol')
    const invite = `optichat://10.77.0.99/?fp=${far.fingerprint}&at=10.77.0.1&at=10.77.1.2:6784`
    const [registered] = await carol.did(['register', 'Carol', '--registry', invite])
    expect(registered).to.include({ registry: 'Far away', host: '10.77.1.2', fingerprint: far.fingerprint })
  })

  it('are joined by a link with a one-time code, which the registry’s administrator makes', async () => {
    const desk = person('far', 'desk')
    await desk.did(['admin', 'policy', 'invite', '--data', join(desk.host.home, 'registry')])
    const [made] = await desk.did(['admin', 'invite', '--data', join(desk.host.home, 'registry')])
    const dave = ['register', 'Dave', '--profile', join(lan.host('carol').home, 'dave'), '--registry']
    const carol = person('carol', 'carol')
    expect((await carol.does([...dave, far.invite])).stderr).to.include('[invite-refused]')
    const [registered] = await carol.did([...dave, `${made?.invite}`])
    expect(registered).to.include({ user: 'Dave', fingerprint: far.fingerprint })
  })

  it('and the interface that was chosen are remembered for each network', async () => {
    const { host } = person('alice', 'alice')
    const alice = person('alice', 'alice')
    await host.addNic({ lan: 1 })
    const order = async (...options: string[]) =>
      (await alice.did(['interfaces', ...options])).map(({ name, chosen }) => `${name}${chosen ? ' (chosen)' : ''}`)
    expect((await order())[0]).to.equal('eth0')
    expect((await order('--use', 'eth1'))[0]).to.equal('eth1 (chosen)')
    expect((await order())[0]).to.equal('eth1 (chosen)')
    expect((await alice.does(['interfaces', '--use', 'nothing0'])).stderr).to.include('[interface-unknown]')
    await host.setAddress('10.99.0.3', 'eth1')
    await host.ip('route del default')
    expect(await order(), 'on another network').to.not.include('eth1 (chosen)')
    await host.ip('route add default via 10.77.0.254')
    await host.setAddress('10.77.1.3', 'eth1')
    expect((await order())[0]).to.equal('eth1 (chosen)')
    expect((await order('--use', 'best'))[0]).to.equal('eth0')
    await host.removeNic('eth1')
  })

  it('are knocked at, on the own subnet only, where that was asked for', async () => {
    const { host } = person('carol', 'carol')
    await host.firewall(['udp dport 5353 drop'])
    const visitor = new Person(host, 'visitor')
    const options = ['--profile', join(host.home, 'visitor')]
    expect((await visitor.does(['discover', '--timeout', '1', ...options])).code).to.equal(1)
    const found = await until('somebody opens', async () => {
      const { json } = await visitor.does(['discover', '--timeout', '1', '--probe', ...options])
      return json.length > 0 && json
    })
    expect(found.map(({ name, by, fingerprint }) => ({ name, by, fingerprint }))).to.deep.equal([
      { name: 'Near by', by: 'probe', fingerprint: near.fingerprint },
    ])
    await host.firewall('off')
  })

  it('are signed in to where there are IPv6 addresses only, be they link-local', async () => {
    for (const [host, number] of Object.entries({ near: '1', bob: 'b' })) {
      for (const change of ['addr flush dev eth0', `addr add fe80::${number}/64 dev eth0 nodad`]) await lan.host(host).ip(change)
    }
    const bob = person('bob', 'bob')
    // Known by its IPv4 address, which is gone: it is the same one by its certificate.
    const who = await bob.did(['who'])
    expect(who.map(({ user }) => user)).to.deep.equal(['Bob'])
    expect((await bob.did(['whoami']))[0]).to.include({ host: 'fe80::1%eth0' })
    const [registered] = await bob.did(['register', 'Bea', '--profile', join(bob.host.home, 'second')])
    expect(registered).to.include({ registry: 'Near by', host: 'fe80::1%eth0' })
    // Files go from one to the other there, too, past the registry.
    const carol = lan.host('carol')
    for (const change of ['addr flush dev eth0', 'addr add fe80::c/64 dev eth0 nodad']) await carol.ip(change)
    const cara = person('carol', 'cara')
    const second = ['--profile', join(carol.home, 'second')]
    await cara.did(['register', 'Cara', '--registry', 'Near by', ...second])
    writeFileSync(join(carol.home, 'note.txt'), 'over there')
    const into = join(bob.host.home, 'in')
    const bea = bob.starts(['receive', '--follow', '--accept', 'cara', '--into', into, '--profile', join(bob.host.home, 'second')])
    const sent = await cara.did(['send-file', '--to', 'bea', join(carol.home, 'note.txt'), ...second])
    expect(sent.find(({ event }) => event === 'done')).to.include({ to: 'Bea', path: 'direct' })
    expect(readFileSync(join(into, 'note.txt'), 'utf8')).to.equal('over there')
    await bea.kill('SIGTERM')
  })
})
