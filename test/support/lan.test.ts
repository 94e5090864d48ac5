import { existsSync, readdirSync } from 'node:fs'
import { expect } from 'chai'
import { createLan, type Lan, requireLan } from './lan.ts'
import { until } from './wait.ts'

describe('the virtual LAN', () => {
  let lan: Lan

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['alice', 'bob', ['carol', 1]], lans: 2, gateway: true })
  })

  after(() => lan?.close())

  const reach = async (from: string, address: string) => {
    const dial = `const s=require('net').connect(9,'${address}').on('error',e=>{console.log(e.code);s.destroy()});s.setTimeout(700,()=>{console.log('silent');s.destroy()})`
    return (await lan.host(from).run('node', ['-e', dial])).stdout.trim()
  }

  it('gives each host an address, a name and a home of its own', async () => {
    const alice = lan.host('alice')
    expect(alice.address).to.equal('10.77.0.1')
    expect(lan.host('carol').address).to.equal('10.77.1.3')
    expect((await alice.run('hostname')).stdout).to.equal('alice\n')
    expect(await alice.run('sh', ['-c', 'cat; echo $HOME >&2; exit 3'], { input: 'hello' })).to.include({
      code: 3,
      stdout: 'hello',
      stderr: `${alice.home}\n`,
    })
  })

  it('lets the hosts reach each other, across the router too, and nobody else', async () => {
    expect(await reach('alice', '10.77.0.2')).to.equal('ECONNREFUSED')
    expect(await reach('alice', '10.77.1.3')).to.equal('ECONNREFUSED')
    expect((await lan.host('alice').run('cat', ['/proc/net/dev'])).stdout.match(/\w+:/g)).to.deep.equal(['lo:', 'eth0:'])
  })

  it('pulls cables, drops by firewall and puts both right again', async () => {
    const bob = lan.host('bob')
    await bob.cable('out')
    expect(await reach('bob', '10.77.0.1')).to.not.equal('ECONNREFUSED')
    await bob.cable('in')
    await until('the cable is in', async () => (await reach('bob', '10.77.0.1')) === 'ECONNREFUSED')
    await bob.firewall(['tcp dport 9 drop'])
    expect(await reach('bob', '10.77.0.1')).to.equal('silent')
    await bob.firewall('off')
    expect(await reach('bob', '10.77.0.1')).to.equal('ECONNREFUSED')
  })

  it('adds a NIC, changes an address and limits the rate', async () => {
    const bob = lan.host('bob')
    const nic = await bob.addNic({ lan: 1 })
    expect(nic).to.include({ name: 'eth1', address: '10.77.1.2' })
    expect(await reach('carol', '10.77.1.2')).to.equal('ECONNREFUSED')
    await bob.setAddress('10.77.1.99', 'eth1')
    expect(await reach('carol', '10.77.1.99')).to.equal('ECONNREFUSED')
    await bob.rate('50mbit', 'eth1')
    await bob.rate('off', 'eth1')
    await bob.removeNic('eth1')
    expect(bob.nics).to.have.length(1)
  })

  it('waits for lines and JSON of a running program, and tells what was printed when they do not come', async () => {
    const running = lan.host('alice').spawn('sh', ['-c', 'echo one; echo \'{"event":"ready","n":1}\'; read x; echo "got $x"; sleep 60'])
    expect(await running.json((value) => value.event === 'ready')).to.deep.equal({ event: 'ready', n: 1 })
    expect(await running.line('one')).to.equal('one')
    running.write('it\n')
    await running.line(/^got it$/)
    const failure = await running.line('never', 50).then(
      () => null,
      (error: Error) => error.message,
    )
    expect(failure).to.include('got it')
    expect((await running.kill('SIGKILL')).signal).to.equal('SIGKILL')
  })

  it('leaves nothing behind: programs end, namespaces and folders go', async () => {
    const other = await createLan({ hosts: ['dave'] })
    const dave = other.host('dave')
    const stubborn = dave.spawn('sh', ['-c', 'trap "" TERM; echo up; while :; do sleep 1; done'])
    await stubborn.line('up')
    await other.close()
    expect((await stubborn.ended).signal).to.equal('SIGKILL')
    expect(readdirSync('/run/netns')).to.not.include(dave.namespace)
    expect(existsSync(dave.home)).to.equal(false)
  })
})
