import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'
import { MIB, sha256, tree, writeRandom } from './files.ts'
import { Person } from './optichat.ts'

type Line = Record<string, unknown>

/** Lets out what the computer itself begins, and in nothing but answers to that. */
const CLOSED = ['ct state established,related accept', 'iif lo accept', 'oif eth0 accept', 'drop']

describe('files on a LAN where things go wrong, by the command', () => {
  let lan: Lan
  let registry: LanProcess
  let desk: Person
  let alice: Person
  let bob: Person
  let carol: Person
  const mounts: string[] = []
  /** What a test started, ended after it whatever came of it. */
  const running = new Set<LanProcess>()
  const starts = (person: Person, args: string[]) => {
    const started = person.starts(args)
    running.add(started)
    return started
  }

  const startRegistry = async () => {
    registry = desk.starts(['registry', '--name', 'Team', '--no-advertise', '--data', join(desk.host.home, 'registry')])
    await registry.json((line) => line.event === 'ready')
  }
  const into = (name: string) => join(bob.host.home, name)
  const receives = (name: string, ...more: string[]) =>
    starts(bob, ['receive', '--follow', '--accept', 'alice', '--into', into(name), ...more])
  const sends = (...args: string[]) => starts(alice, ['send-file', '--to', 'bob', ...args])
  const file = (name: string, bytes: number) => {
    const path = join(alice.host.home, name)
    return { name, path, bytes, sum: writeRandom(path, bytes) }
  }
  const beyond = (bytes: number) => (line: Line) => line.event === 'progress' && Number(line.bytes) > bytes
  const is = (event: string) => (line: Line) => line.event === event
  const ends = (...processes: LanProcess[]) => Promise.all(processes.map((one) => one.kill('SIGTERM')))
  /** Bytes that have come to a host since it was made. */
  const trafficOf = async (person: Person) => Number((await person.host.run('cat', ['/sys/class/net/eth0/statistics/rx_bytes'])).stdout)

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['registry', 'alice', 'bob', 'carol'], lans: 2, gateway: true })
    desk = new Person(lan.host('registry'), 'desk')
    alice = new Person(lan.host('alice'), 'alice')
    bob = new Person(lan.host('bob'), 'bob')
    carol = new Person(lan.host('carol'), 'carol')
    await startRegistry()
    for (const [person, name] of [[alice, 'Alice'] as const, [bob, 'Bob'] as const, [carol, 'Carol'] as const])
      await person.did(['register', name, '--registry', desk.host.address])
  })

  afterEach(async () => {
    await ends(...running)
    running.clear()
    await Promise.all([alice, bob].map(({ host }) => host.firewall('off')))
  })

  after(async () => {
    for (const mount of mounts) execFileSync('umount', ['-l', mount])
    await lan?.close()
  })

  it('firewalls at both ends: the registry passes the bytes on, and both are told so', async () => {
    const { path, name, bytes, sum } = file('relayed.bin', 12 * MIB)
    await Promise.all([alice.host.firewall(CLOSED), bob.host.firewall(CLOSED)])
    const before = await trafficOf(desk)
    const receiving = receives('relayed')
    const sending = sends(path)
    expect(await receiving.json(is('received'))).to.include({ bytes, path: 'relay' })
    expect(await sending.json(is('done'))).to.include({ to: 'Bob', bytes, path: 'relay' })
    expect((await sending.ended).code).to.equal(0)
    expect(sha256(join(into('relayed'), name))).to.equal(sum)
    expect((await trafficOf(desk)) - before).to.be.above(bytes)
  })

  it('a firewall that lets one port in: --peer-port uses it; a port that is taken is told in words', async () => {
    const { path, name, sum } = file('port.bin', MIB)
    await Promise.all([alice.host.firewall(['tcp dport 7001 accept', ...CLOSED]), bob.host.firewall(CLOSED)])
    receives('port')
    const sending = sends('--peer-port', '7001', path)
    expect(await sending.json(is('done'))).to.include({ path: 'direct' })
    const open = starts(alice, ['send-file', '--to', 'carol', '--peer-port', '7001', path])
    await open.json(is('offered'))
    const taken = await alice.does(['send-file', '--to', 'bob', '--peer-port', '7001', path])
    expect(taken.code).to.equal(1)
    expect(taken.stderr).to.contain('[port-taken]')
    expect(sha256(join(into('port'), name))).to.equal(sum)
  })

  it('the receiver moves to another network in the middle of it, then the sender gets another address: it goes on where it was', async () => {
    const { path, name, bytes, sum } = file('moved.bin', 40 * MIB)
    await bob.host.rate('80mbit')
    const receiving = receives('moved')
    const sending = sends(path)
    await receiving.json(beyond(8 * MIB))
    await bob.host.removeNic('eth0')
    await bob.host.addNic({ lan: 1 })
    await bob.host.rate('80mbit')
    await receiving.json(beyond(18 * MIB))
    await alice.host.setAddress('10.77.0.88')
    await bob.host.rate('off')
    await receiving.json(is('received'), 90_000)
    expect(await sending.json(is('done'))).to.include({ bytes })
    expect(sha256(join(into('moved'), name))).to.equal(sum)
    const steps = receiving
      .jsonSoFar()
      .filter(is('progress'))
      .map((line) => Number(line.bytes))
    expect(steps, 'nothing was begun anew').to.deep.equal([...steps].sort((a, b) => a - b))
    await bob.host.removeNic('eth0')
    await bob.host.addNic()
  })

  it('the registry is killed in the middle of it: the files arrive all the same, and it is told when it is back', async () => {
    const { path, name, sum } = file('orphan.bin', 24 * MIB)
    await bob.host.rate('60mbit')
    const receiving = receives('orphan')
    const sending = sends(path)
    await receiving.json(beyond(4 * MIB))
    await registry.kill('SIGKILL')
    await receiving.json(is('received'))
    await bob.host.rate('off')
    expect(sha256(join(into('orphan'), name))).to.equal(sum)
    await startRegistry()
    await sending.json(is('done'))
    expect(registry.running).to.equal(true)
  })

  it('the sender is killed: whatever runs next on its profile serves what is left, from the disk', async () => {
    const { path, name, sum } = file('killed.bin', 32 * MIB)
    await bob.host.rate('80mbit')
    const receiving = receives('killed')
    const sending = sends(path)
    const { transfer } = await sending.json(is('offered'))
    await receiving.json(beyond(8 * MIB))
    await sending.kill('SIGKILL')
    await bob.host.rate('off')
    starts(alice, ['receive', '--follow'])
    expect(await receiving.json(is('received'), 90_000)).to.include({ transfer })
    expect(sha256(join(into('killed'), name))).to.equal(sum)
    expect(tree(into('killed'))).to.deep.equal([name])
    const [listed] = (await alice.did(['transfers', '--all'])).filter((line) => line.transfer === transfer)
    expect(listed).to.have.nested.property('parts[0].state', 'done')
  })

  it('the receiver’s computer sleeps until the sender has given it up: it goes on when it wakes', async () => {
    const { path, name, sum } = file('slept.bin', 24 * MIB)
    // Slowly enough for any machine to stop it in the middle.
    await bob.host.rate('20mbit')
    const receiving = receives('slept')
    const sending = sends(path)
    await receiving.json(beyond(4 * MIB))
    receiving.child.kill('SIGSTOP')
    // The sender hears nothing for 20 to 25 s and has to try anew; nobody is told that anything ended.
    await sending.json((line) => line.event === 'waiting' && line.code === 'connection-lost', 90_000)
    await bob.host.rate('off')
    receiving.child.kill('SIGCONT')
    await receiving.json(is('received'))
    await sending.json(is('done'))
    expect(sha256(join(into('slept'), name))).to.equal(sum)
  })

  it('a network that loses five packets in a hundred: slow, and whole', async () => {
    const { path, name, sum } = file('lossy.bin', 6 * MIB)
    await bob.host.firewall(['tcp sport != 6784 tcp dport != 6784 numgen random mod 100 < 5 drop'])
    const receiving = receives('lossy')
    const sending = sends(path)
    await receiving.json(is('received'), 90_000)
    await sending.json(is('done'))
    expect(sha256(join(into('lossy'), name))).to.equal(sum)
  })

  it('the receiver’s disk fills up: it waits, says why, and goes on when there is space', async () => {
    const { path, name, sum } = file('large.bin', 20 * MIB)
    const small = into('small')
    mkdirSync(small, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'optichat-test', small])
    mounts.push(small)
    await bob.host.rate('20mbit')
    const receiving = receives('small')
    const sending = sends(path)
    await receiving.json(beyond(3 * MIB))
    writeFileSync(join(small, 'filler'), Buffer.alloc(32 * MIB))
    expect(await receiving.json(is('paused'))).to.include({ code: 'disk-full' })
    expect(await sending.json((line) => line.event === 'waiting' && line.state === 'paused')).to.include({ code: 'disk-full' })
    await bob.host.rate('off')
    rmSync(join(small, 'filler'))
    await receiving.json(is('received'))
    await sending.json(is('done'))
    expect(sha256(join(small, name))).to.equal(sum)
  })

  it('somebody is paused, goes on and cancels from another window', async () => {
    const { path, name } = file('paused.bin', 60 * MIB)
    await bob.host.rate('12mbit')
    const receiving = receives('paused')
    const sending = sends(path)
    const { transfer } = await sending.json(is('offered'))
    const id = String(transfer).slice(0, 8)
    await receiving.json(beyond(2 * MIB))
    const [listed] = await bob.did(['transfers'])
    expect(listed).to.deep.include({ event: 'transfer', transfer, direction: 'receive', from: 'Alice' })
    await bob.did(['transfers', 'pause', id])
    await receiving.json(is('paused'))
    expect(await sending.json((line) => line.event === 'waiting' && line.state === 'paused')).to.include({ to: 'Bob' })
    const going = starts(bob, ['transfers', 'resume', id])
    const goesOn = await going.json(is('progress'))
    expect(goesOn.bytes).to.be.above(MIB)
    await bob.did(['transfers', 'cancel', id])
    expect((await going.ended).code).to.equal(1)
    await sending.json((line) => line.event === 'failed' && line.code === 'cancelled')
    await bob.host.rate('off')
    await until('nothing of it is left', () => tree(into('paused')).length === 0)
    expect(existsSync(join(into('paused'), name))).to.equal(false)
  })

  it('is noted without a registry, for somebody who is away, and starts by itself when all are there', async () => {
    const path = join(alice.host.home, 'later.txt')
    writeFileSync(path, 'sent on a Friday')
    await registry.kill('SIGKILL')
    const noted = await alice.did(['send-file', '--to', 'bob', '--later', path])
    expect(noted.at(-1)).to.include({ event: 'offered', queued: true })
    const { transfer } = noted.at(-1) ?? {}
    const listed = async () => (await alice.did(['transfers'])).find((line) => line.transfer === transfer)
    expect(await listed()).to.include({ queued: true })
    starts(alice, ['receive', '--follow'])
    await startRegistry()
    await until('it is offered', async () => (await listed())?.queued === undefined)
    const receiving = receives('later')
    await receiving.json(is('received'))
    expect(readFileSync(join(into('later'), 'later.txt'), 'utf8')).to.equal('sent on a Friday')
    await until('nothing is left to do', async () => (await listed()) === undefined)
  })

  it('something for everyone does not wait for those who are away, and says who they are', async () => {
    const path = join(alice.host.home, 'minutes.txt')
    writeFileSync(path, 'minutes')
    receives('everyone')
    await until('bob is here', async () => (await alice.did(['who'])).some((one) => one.user === 'Bob' && one.presence === 'online'))
    const lines = await alice.did(['send-file', '--everyone', path])
    expect(lines.find(is('done'))).to.include({ to: 'Bob' })
    expect(lines.filter(is('later')).map((line) => line.to)).to.deep.equal(['Carol'])
    starts(alice, ['receive', '--follow'])
    const late = starts(carol, ['receive', '--follow', '--accept', 'all', '--into', join(carol.host.home, 'in')])
    await late.json((line) => line.event === 'received' && line.transfer === lines[0]?.transfer)
  })

  it('rules accept by person and size, and a limit holds the speed', async () => {
    const [small, large] = [file('small.bin', MIB), file('too large.bin', 3 * MIB)]
    await bob.did(['settings', '--accept', 'alice:2MB', '--down', '500kB/s'])
    const receiving = starts(bob, ['receive', '--follow', '--into', into('ruled')])
    for (const { path } of [large, small]) sends(path)
    const received = await receiving.json(is('received'))
    expect(received.paths).to.deep.equal([join(into('ruled'), small.name)])
    expect(Number(received.seconds)).to.be.above(1)
    expect(existsSync(join(into('ruled'), large.name))).to.equal(false)
    const offered = (await bob.did(['transfers'])).find((line) => line.bytes === large.bytes)
    expect(offered).to.have.nested.property('parts[0].state', 'offered')
    await bob.did(['settings', '--accept', 'none', '--down', 'none'])
  })
})
