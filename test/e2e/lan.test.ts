import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'
import { MIB, sha256, tree, writeRandom } from './files.ts'
import { Person } from './optichat.ts'

describe('a team on one LAN, by the command', () => {
  let lan: Lan
  let registry: LanProcess
  let desk: Person
  let alice: Person
  let bob: Person
  let carol: Person
  let ready: Record<string, unknown>

  const startRegistry = async () => {
    registry = desk.starts(['registry', '--name', 'Team Süd', '--data', join(desk.host.home, 'registry')])
    ready = await registry.json((line) => line.event === 'ready')
  }
  const texts = (lines: Record<string, unknown>[]) => lines.filter((line) => line.event === 'message').map((line) => line.text)

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['registry', 'alice', 'bob', 'carol'] })
    desk = new Person(lan.host('registry'), 'desk')
    alice = new Person(lan.host('alice'), 'alice')
    bob = new Person(lan.host('bob'), 'bob')
    carol = new Person(lan.host('carol'), 'carol')
    await startRegistry()
  })

  after(() => lan?.close())

  it('the registry says where it is, by what certificate it is known, and how to invite', () => {
    expect(ready).to.include({ event: 'ready', name: 'Team Süd', host: desk.host.address, port: 6784 })
    expect(ready.fingerprint).to.match(/^[0-9a-f]{64}$/)
    expect(ready.invite).to.contain(`optichat://${desk.host.address}`).and.to.contain(ready.fingerprint)
  })

  it('everyone finds it by itself', async () => {
    const found = await alice.did(['discover', '--timeout', '5'])
    expect(found).to.deep.include({
      event: 'found',
      name: 'Team Süd',
      host: desk.host.address,
      port: 6784,
      fingerprint: ready.fingerprint,
      by: 'mdns',
    })
  })

  it('shows which interface is used and why', async () => {
    const [best] = await alice.did(['interfaces'])
    expect(best).to.include({ name: 'eth0', address: alice.host.address })
    expect((await alice.says(['interfaces'])).stdout).to.contain('eth0')
  })

  it('people register: by discovery, by address, by name and by invite', async () => {
    await alice.did(['register', 'Alice'])
    await bob.did(['register', 'Bob', '--registry', `${desk.host.address}:6784`])
    await carol.did(['register', 'Carol', '--registry', String(ready.invite)])
    const [me] = await alice.did(['whoami'])
    expect(me).to.include({ user: 'Alice' })
  })

  it('a name that is taken, in any case, is refused in words', async () => {
    const said = await bob.says(['register', 'ALICE', '--profile', join(bob.host.home, 'other'), '--registry', desk.host.address])
    expect(said.code).to.equal(1)
    expect(said.stderr).to.contain('taken').and.to.contain('[name-taken]')
  })

  it('a wrong password and an unknown name are refused with the same words', async () => {
    const other = ['--profile', join(bob.host.home, 'other'), '--registry', desk.host.address]
    const wrong = await bob.does(['login', 'Alice', ...other], { password: 'not the password' })
    const nobody = await bob.does(['login', 'Nobody', ...other], { password: 'not the password' })
    expect(wrong.code).to.equal(1)
    expect(nobody.code).to.equal(1)
    expect(wrong.stderr).to.equal(nobody.stderr)
    expect(wrong.stderr).to.contain('sign-in-failed')
  })

  it('signing out and in again works with the password only', async () => {
    await carol.did(['logout'])
    expect((await carol.does(['who'])).code).to.equal(1)
    await carol.did(['login', 'carol', '--registry', 'Team Süd'])
    expect((await carol.did(['whoami']))[0]).to.include({ user: 'Carol' })
  })

  it('a message to selected people reaches them and nobody else', async () => {
    const [sent] = await alice.did(['send', '--to', 'bob', 'für Bob: 😀 "quoted"'])
    expect(sent).to.include({ event: 'sent' })
    expect(sent?.position).to.be.a('number')
    const got = await bob.did(['receive'])
    expect(got).to.have.length(1)
    expect(got[0]).to.include({ event: 'message', from: 'Alice', text: 'für Bob: 😀 "quoted"', id: sent?.id, position: sent?.position })
    expect(got[0]?.to).to.deep.equal(['Bob'])
    expect(texts(await carol.did(['receive']))).to.deep.equal([])
  })

  it('a message to everyone, also said by naming nobody, reaches those online at once and those away when they come back', async () => {
    const follow = bob.starts(['receive', '--follow'])
    await until('bob is online', async () => (await alice.did(['who'])).some((one) => one.user === 'Bob' && one.presence === 'online'))
    await alice.did(['send', '--everyone', 'one'])
    await alice.did(['send', 'two'])
    expect(await follow.json((line) => line.text === 'one')).to.include({ from: 'Alice', to: 'everyone' })
    await follow.json((line) => line.text === 'two')
    await follow.kill('SIGINT')
    expect(texts(await carol.did(['receive']))).to.deep.equal(['one', 'two'])
    expect(texts(await carol.did(['receive']))).to.deep.equal([])
    expect(texts(await bob.did(['receive']))).to.deep.equal([])
    expect((await alice.did(['who'])).find((one) => one.user === 'Bob')).to.include({ presence: 'offline' })
  })

  it("a name that is nobody's is refused before anything is sent", async () => {
    const said = await alice.does(['send', '--to', 'bob,dave', 'hello'])
    expect(said.code).to.equal(1)
    expect(said.stderr).to.contain('dave')
    expect(texts(await bob.did(['receive']))).to.deep.equal([])
  })

  it('the history is there, offline too', async () => {
    const lines = await alice.did(['history'])
    expect(lines.map((line) => line.text)).to.deep.equal(['für Bob: 😀 "quoted"', 'one', 'two'])
    expect((await alice.did(['history', '--with', 'bob'])).map((line) => line.text)).to.deep.equal(['für Bob: 😀 "quoted"'])
  })

  it('a 200 MB file goes from computer to computer, byte for byte, and not through the registry', async () => {
    const path = join(alice.host.home, 'holiday film.bin')
    const sum = writeRandom(path, 200 * 1000 * 1000)
    const into = join(bob.host.home, 'in')
    const before = await trafficOf(desk)
    const receiving = bob.starts(['receive', '--follow', '--accept', 'alice', '--into', into])
    const lines = await alice.did(['send-file', '--to', 'bob', path])
    expect(lines[0]).to.include({ event: 'offered', bytes: 200_000_000 })
    expect(lines.at(-1)).to.include({ event: 'done', to: 'Bob', bytes: 200_000_000, path: 'direct', transfer: lines[0]?.transfer })
    const received = await receiving.json((line) => line.event === 'received')
    expect(received).to.include({ from: 'Alice', bytes: 200_000_000 })
    expect(received.paths).to.deep.equal([join(into, 'holiday film.bin')])
    expect(receiving.jsonSoFar().some((line) => line.event === 'progress' && line.of === 200_000_000)).to.equal(true)
    await receiving.kill('SIGTERM')
    expect(sha256(join(into, 'holiday film.bin'))).to.equal(sum)
    expect(tree(into)).to.deep.equal(['holiday film.bin'])
    expect((await trafficOf(desk)) - before).to.be.below(2_000_000)
  })

  it('a folder and a file go to two people at once, with empty files and folders, without links', async () => {
    const from = join(alice.host.home, 'plans')
    mkdirSync(join(from, 'a/b'), { recursive: true })
    mkdirSync(join(from, 'empty'))
    writeFileSync(join(from, 'a/b/deep.txt'), 'deep')
    writeFileSync(join(from, 'a/nothing'), '')
    writeFileSync(join(from, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
    symlinkSync('/etc/passwd', join(from, 'link'))
    const single = join(alice.host.home, 'single.txt')
    writeFileSync(single, 'single')
    const receivers = [bob, carol].map((person) =>
      person.starts(['receive', '--follow', '--accept', 'all', '--into', join(person.host.home, 'plans-in')]),
    )
    const lines = await alice.did(['send-file', '--to', 'bob,carol', from, single])
    expect(lines.filter((line) => line.event === 'done').map((line) => line.to)).to.have.members(['Bob', 'Carol'])
    await Promise.all(receivers.map((one) => one.json((line) => line.event === 'received')))
    await Promise.all(receivers.map((one) => one.kill('SIGTERM')))
    for (const person of [bob, carol]) {
      const into = join(person.host.home, 'plans-in')
      expect(tree(into)).to.deep.equal([
        'plans/',
        'plans/a/',
        'plans/a/b/',
        'plans/a/b/deep.txt',
        'plans/a/nothing',
        'plans/empty/',
        'plans/run.sh',
        'single.txt',
      ])
      expect(readFileSync(join(into, 'plans/a/b/deep.txt'), 'utf8')).to.equal('deep')
      expect(statSync(join(into, 'plans/run.sh')).mode & 0o111).to.not.equal(0)
    }
  })

  it('a declined offer is told to the sender, and nothing arrives', async () => {
    const path = join(alice.host.home, 'unwanted.txt')
    writeFileSync(path, 'unwanted')
    const receiving = bob.starts(['receive', '--follow', '--accept', 'none', '--into', join(bob.host.home, 'none')])
    const said = await alice.does(['send-file', '--to', 'bob', path])
    expect(said.json.at(-1)).to.include({ event: 'declined', to: 'Bob' })
    expect(said.code).to.equal(1)
    await receiving.kill('SIGTERM')
    expect(existsSync(join(bob.host.home, 'none/unwanted.txt'))).to.equal(false)
  })

  it('a transfer whose receiver is killed goes on where it stopped when it is accepted again', async () => {
    const path = join(alice.host.home, 'big.bin')
    const sum = writeRandom(path, 120 * MIB)
    const into = join(bob.host.home, 'resumed')
    // Slowly enough for any machine to kill it in the middle.
    await bob.host.rate('100mbit')
    const sending = alice.starts(['send-file', '--to', 'bob', path])
    const { transfer } = await sending.json((line) => line.event === 'offered')
    const first = bob.starts(['receive', '--follow', '--accept', 'alice', '--into', into])
    const had = await first.json((line) => line.event === 'progress' && Number(line.bytes) > 20 * MIB)
    await first.kill('SIGKILL')
    expect(existsSync(join(into, 'big.bin'))).to.equal(false)
    await bob.host.rate('off')
    const second = bob.starts(['receive', '--follow', '--accept', 'alice', '--into', into])
    const goesOn = await second.json((line) => line.event === 'progress')
    expect(goesOn.bytes).to.be.at.least(Number(had.bytes))
    expect(await second.json((line) => line.event === 'received')).to.include({ transfer })
    expect(await sending.json((line) => line.event === 'done')).to.include({ transfer, to: 'Bob' })
    expect((await sending.ended).code).to.equal(0)
    await second.kill('SIGTERM')
    expect(sha256(join(into, 'big.bin'))).to.equal(sum)
    expect(tree(into)).to.deep.equal(['big.bin'])
  })

  it('a transfer whose cable is pulled goes on by itself when it is in again', async () => {
    const path = join(alice.host.home, 'cable.bin')
    const sum = writeRandom(path, 60 * MIB)
    const into = join(bob.host.home, 'cable')
    await bob.host.rate('150mbit')
    const receiving = bob.starts(['receive', '--follow', '--accept', 'alice', '--into', into])
    const sending = alice.starts(['send-file', '--to', 'bob', path])
    await receiving.json((line) => line.event === 'progress' && Number(line.bytes) > 10 * MIB)
    await bob.host.cable('out')
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await bob.host.cable('in')
    await bob.host.rate('off')
    await receiving.json((line) => line.event === 'received', 75_000)
    await sending.json((line) => line.event === 'done')
    await receiving.kill('SIGTERM')
    expect(sha256(join(into, 'cable.bin'))).to.equal(sum)
  })

  it('a sender behind a firewall dials back', async () => {
    const path = join(alice.host.home, 'reverse.txt')
    writeFileSync(path, 'the other way round')
    await alice.host.firewall(['ct state established,related accept', `iif lo accept`, 'oif eth0 accept', 'udp dport 5353 accept', 'drop'])
    const into = join(bob.host.home, 'reverse')
    const receiving = bob.starts(['receive', '--follow', '--accept', 'alice', '--into', into])
    const lines = await alice.did(['send-file', '--to', 'bob', path])
    expect(lines.at(-1)).to.include({ event: 'done', path: 'reverse' })
    await receiving.kill('SIGTERM')
    await alice.host.firewall('off')
    expect(readFileSync(join(into, 'reverse.txt'), 'utf8')).to.equal('the other way round')
  })

  it('a registry killed in the middle of it loses nothing that it acknowledged', async () => {
    const acknowledged: unknown[] = []
    let enough = false
    const sending = (async () => {
      for (let i = 0; !enough; i++) {
        const said = await alice.does(['send', '--to', 'bob', `kill ${i}`])
        if (said.code === 0) acknowledged.push(`kill ${i}`)
        else return
      }
    })()
    await until('some are acknowledged', () => acknowledged.length >= 3)
    await registry.kill('SIGKILL')
    await startRegistry()
    // What was under way may have waited for it.
    enough = true
    await sending
    await alice.did(['send', '--to', 'bob', 'after the crash'])
    const got = texts(await bob.did(['receive']))
    for (const text of acknowledged) expect(got).to.include(text)
    expect(got.at(-1)).to.equal('after the crash')
    expect(new Set(got).size).to.equal(got.length)
  })

  it('people who were online when it went come back by themselves', async () => {
    const follow = bob.starts(['receive', '--follow'])
    await until('bob is online', async () => (await alice.did(['who'])).some((one) => one.user === 'Bob' && one.presence === 'online'))
    await registry.kill('SIGKILL')
    await startRegistry()
    await alice.did(['send', '--to', 'bob', 'are you back?'])
    await follow.json((line) => line.text === 'are you back?')
    await follow.kill('SIGTERM')
  })

  it('garbage sent to every port changes nothing', async () => {
    const receiving = bob.starts(['receive', '--follow', '--accept', 'alice', '--into', join(bob.host.home, 'garbage')])
    await until('bob is online', async () => (await alice.did(['who'])).some((one) => one.user === 'Bob' && one.presence === 'online'))
    const path = join(alice.host.home, 'calm.txt')
    writeFileSync(path, 'calm')
    await alice.did(['send-file', '--to', 'bob', path])
    const ports = (await bob.host.run('ss', ['-Hltn'])).stdout.split('\n').flatMap((line) => /:(\d+)\s/.exec(line)?.[1] ?? [])
    expect(ports, 'the peer server listens').to.not.be.empty
    const targets = [[desk.host.address, '6784'], ...new Set(ports.map((port) => `${bob.host.address} ${port}`))].map((one) =>
      typeof one === 'string' ? one.split(' ') : one,
    )
    for (const [address, port] of targets) {
      const throwGarbage = `const net=require('net'),tls=require('tls'),c=require('crypto');let n=0;const done=()=>{if(++n===30)process.exit(0)};
        for(let i=0;i<30;i++){const s=i%3?net.connect(${port},'${address}'):tls.connect({host:'${address}',port:${port},rejectUnauthorized:false,ALPNProtocols:[['optichat/1','optichat-peer/2'][i%2]]});
        s.on('error',()=>{});s.once('close',done);s.on(i%3?'connect':'secureConnect',()=>{s.write(c.randomBytes(1+i*997));setTimeout(()=>s.destroy(),500)})}
        setTimeout(()=>process.exit(0),8000)`
      await carol.host.run('node', ['-e', throwGarbage])
    }
    for (const port of ['5353']) {
      const udp = `const s=require('dgram').createSocket('udp4');const c=require('crypto');let n=0;s.bind(0,()=>{s.setMulticastInterface('${carol.host.address}');for(let i=0;i<60;i++)s.send(c.randomBytes(1+i*20),${port},i%2?'224.0.0.251':'${desk.host.address}',()=>{if(++n===60)process.exit(0)})})`
      await carol.host.run('node', ['-e', udp])
    }
    await alice.did(['send', '--to', 'bob', 'still well?'])
    await receiving.json((line) => line.text === 'still well?')
    await alice.did(['send-file', '--to', 'bob', path])
    expect(await carol.did(['discover', '--timeout', '4'])).to.deep.include({
      event: 'found',
      name: 'Team Süd',
      host: desk.host.address,
      port: 6784,
      fingerprint: ready.fingerprint,
      by: 'mdns',
    })
    await receiving.kill('SIGTERM')
  })

  it('a registry that stops says goodbye, to those signed in and to those looking', async () => {
    const looking = carol.starts(['discover', '--timeout', '30'])
    await looking.json((line) => line.event === 'found')
    const ended = await registry.kill('SIGTERM')
    expect(ended.code).to.equal(0)
    await looking.json((line) => line.event === 'lost')
    await looking.kill('SIGTERM')
    expect(existsSync(join(desk.host.home, 'registry/registry.sqlite-wal'))).to.equal(false)
    const said = await alice.does(['send', 'anybody?'])
    expect(said.code).to.equal(1)
    expect(said.stderr).to.match(/\[(registry-unreachable|not-connected)\]/)
  })
})

/** Bytes that a host has received since it was made. */
async function trafficOf(person: Person): Promise<number> {
  return Number((await person.host.run('cat', ['/sys/class/net/eth0/statistics/rx_bytes'])).stdout)
}
