/**
 * The doctor in broken networks, by the command as people run it: each is built here, and the doctor must name its cause. What is broken
 * at one computer leaves the others alone, so such networks are looked at side by side; all computers share one device's profile.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createIdentity } from '../../core/identity/certificate.ts'
import { setUp } from '../../core/setup/setup.mjs'
import type { EnglishFinding as Finding } from '../../discovery/doctor/words/english.ts'
import { createLan, type Lan, type LanHost, type LanProcess, requireLan } from '../support/lan.ts'
import { Person } from './optichat.ts'

/** Three hours, put on before the program starts. */
const WRONG_CLOCK = '--import=data:text/javascript,const%20now=Date.now;Date.now=()=>now()+3*3600e3'

/** As firewalls are: what is under way goes on. */
const NEW_IN = ['ct state established,related accept', 'iifname eth0 meta l4proto tcp drop']
const NEW_OUT = ['ct state established,related accept', 'oifname eth0 meta l4proto tcp drop']

/** What the doctor said. */
interface Said {
  readonly blocks: readonly string[]
  readonly hinders: readonly string[]
  readonly fine: readonly string[]
  readonly findings: readonly Finding[]
}

describe('the doctor names what is broken', () => {
  let lan: Lan
  let desk: Person
  let registry: LanProcess
  let bob: LanHost
  let stay: LanProcess[]
  let profile: string

  const host = (name: string) => lan.host(name)

  const startRegistry = async (folder = 'registry') => {
    registry = desk.starts(['registry', '--name', 'Team', '--data', join(desk.host.home, folder)])
    await registry.json((line) => line.event === 'ready')
  }

  /** Runs the doctor on a host as Alice's device. */
  const doctor = async (where: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Said> => {
    const patient = new Person(host(where), where)
    const { json, code, stderr } = await patient.does(['doctor', '--profile', profile, ...args], { timeout: 45_000, env })
    const findings = json.filter((line) => line.event === 'finding') as unknown as Finding[]
    const told = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).map((one) => one.code)
    const said = { blocks: told('blocks'), hinders: told('hinders'), fine: told('fine'), findings }
    expect(json.at(-1), stderr).to.include({ event: 'diagnosed', blocks: said.blocks.length, hinders: said.hinders.length })
    expect(code).to.equal(said.blocks.length > 0 ? 1 : 0)
    for (const { severity, fixes, message } of findings) if (severity !== 'fine') expect(fixes, message).not.to.have.length(0)
    return said
  }
  const blocked = (...codes: string[]) => ({ blocks: codes, hinders: [] })
  const hindered = (...codes: string[]) => ({ blocks: [], hinders: codes })
  /** Nothing else stands in the way; where something does, all that was said is told. */
  const isSaid = (said: Said | undefined, expected: Pick<Said, 'blocks' | 'hinders'>) =>
    expect({ blocks: said?.blocks, hinders: said?.hinders }, JSON.stringify(said?.findings)).to.deep.equal(expected)

  before(async function () {
    requireLan(this)
    await setUp({ parts: ['programs'] })
    const patients = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6']
    lan = await createLan({ hosts: ['registry', 'bob', 'carol', 'alice', ...patients, ['far', 1]], lans: 2, gateway: true })
    desk = new Person(host('registry'), 'desk')
    bob = host('bob')
    profile = join(host('alice').home, 'profile')
    // So that the system keeps track of connections from their beginning, as it does where there is a firewall at all.
    const track = 'table inet keep { chain keep { type filter hook input priority 0; ct state established accept; }; }'
    for (const one of [desk.host, bob, host('carol')]) await one.run('nft', ['-f', '-'], { input: track })
    await startRegistry()
    await Promise.all([
      new Person(host('alice'), 'alice').did(['register', 'Alice', '--profile', profile]),
      new Person(bob, 'bob').did(['register', 'Bob']),
      new Person(host('carol'), 'carol').did(['register', 'Carol']),
    ])
    stay = ['bob', 'carol'].map((name) => new Person(host(name), name).starts(['receive', '--follow']))
  })

  after(() => lan?.close())

  // What one of them broke, also where it failed in the middle, is no cause for the next one.
  afterEach(async () => {
    for (const one of lan?.hosts ?? []) {
      await one.firewall('off')
      if (one.nics.some(({ name }) => name === 'tun0')) await one.removeNic('tun0')
      if (one.nics.some(({ name }) => name === 'eth0')) await one.apart(false)
    }
    await desk.host.run('nft', ['delete', 'table', 'inet', 'filter'])
    await desk.host.cable('in')
  })

  it('and finds nothing where all is well; at this computer: a firewall that stops mDNS, a VPN that takes the route, the clock, a router between', async () => {
    await host('p1').firewall(['udp dport 5353 drop'])
    await host('p2').addNic({ name: 'tun0', lan: 1 })
    await host('p2').ip('route add 10.77.0.0/25 dev tun0')
    const [well, mdns, vpn, clock, far] = await Promise.all([
      doctor('alice', ['bob']),
      doctor('p1'),
      doctor('p2'),
      doctor('p3', [], { NODE_OPTIONS: WRONG_CLOCK }),
      doctor('far'),
    ])
    isSaid(well, hindered())
    expect(well.fine).to.include.members(['registry-reached', 'certificate-fine', 'clock-fine', 'multicast-fine', 'peer-reached'])
    isSaid(mdns, hindered('multicast-firewall'))
    isSaid(vpn, blocked('vpn-route'))
    isSaid(clock, hindered('clock-off'))
    isSaid(far, hindered('other-subnet'))
  })

  it('at this computer: an address that it gave itself, nothing but a VPN, no network, only IPv6, a firewall that lets nothing out', async () => {
    const [local, vpn, none, six, shut] = [host('p1'), host('p2'), host('p3'), host('p4'), host('p5')]
    await local.run('sysctl', ['-qw', 'net.ipv6.conf.eth0.disable_ipv6=1'])
    await local.ip('addr flush dev eth0')
    await local.ip('addr add 169.254.7.7/16 dev eth0 scope link')
    await vpn.addNic({ name: 'tun0', lan: 1 })
    await vpn.ip('route replace default dev tun0')
    await vpn.cable('out')
    await none.cable('out')
    await six.ip(`addr del ${six.address}/24 dev eth0`)
    // In words that the doctor cannot read, as it could not if it were not root: that others come through tells which firewall it is.
    await shut.firewall(['oifname eth0 meta l4proto tcp @th,16,16 6784 drop'])
    const said = await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5'].map((name) => doctor(name)))
    isSaid(said[0], blocked('only-link-local'))
    isSaid(said[1], blocked('only-vpn'))
    isSaid(said[2], blocked('no-network'))
    isSaid(said[3], hindered('no-ipv4', 'registry-moved'))
    isSaid(said[4], blocked('firewall-out'))
  })

  it('between two people: a firewall at this computer or at the other one, in or out, and an access point that keeps them apart', async () => {
    const [alice, out, carol] = [host('alice'), host('p5'), host('carol')]
    await alice.firewall(NEW_IN)
    await out.firewall(['ct state established accept', 'oifname eth0 tcp dport != 6784 drop'])
    await carol.firewall(NEW_IN)
    const said = await Promise.all([doctor('alice', ['bob']), doctor('p5', ['bob']), doctor('alice', ['carol']), doctor('p6', ['carol'])])
    isSaid(said[0], hindered('firewall-in'))
    isSaid(said[1], hindered('firewall-out'))
    isSaid(said[2], blocked('firewall-in', 'peer-firewall-in'))
    isSaid(said[3], hindered('peer-firewall-in'))
    await alice.firewall('off')
    await out.firewall('off')

    await carol.firewall(NEW_OUT)
    await bob.apart(true)
    await alice.apart(true)
    const more = await Promise.all([doctor('alice', ['bob']), doctor('p6', ['carol'])])
    isSaid(more[0], blocked('peers-isolated'))
    isSaid(more[1], hindered('peer-firewall-out'))
  })

  it('a firewall that lets nobody to the registry; typing what it says mends it', async () => {
    const rules = 'iif lo accept; ct state established accept; udp dport 5353 accept;'
    const deny = `table inet filter { chain input { type filter hook input priority 0; policy drop; ${rules} }; }`
    await desk.host.run('nft', ['-f', '-'], { input: deny })
    const said = await doctor('alice')
    isSaid(said, blocked('registry-firewall'))
    const fix = said.findings[0]?.fixes[0]?.commands.find(({ id }) => id === 'nft')
    for (const line of fix?.lines ?? []) {
      const typed = await desk.host.run('sh', ['-c', line.replace('sudo ', '')])
      expect(typed.code, `${line}: ${typed.stderr}`).to.equal(0)
    }
    isSaid(await doctor('alice'), hindered())
  })

  it('mDNS that is filtered on the way, and a router that lets nothing through', async () => {
    await desk.host.firewall(['udp dport 5353 drop'])
    await lan.router?.run('sysctl', ['-qw', 'net.ipv4.ip_forward=0'])
    const said = await Promise.all([doctor('alice'), doctor('far')])
    isSaid(said[0], hindered('multicast-lost'))
    isSaid(said[1], blocked('other-subnet-blocked'))
  })

  it('an access point that keeps everybody apart, and a registry whose computer is off', async () => {
    const guests = [host('alice'), host('carol'), host('p5'), host('p6'), bob, desk.host]
    for (const guest of guests) await guest.apart(true)
    isSaid(await doctor('alice'), blocked('isolated'))
    for (const guest of guests) await guest.apart(false)
    await desk.host.cable('out')
    isSaid(await doctor('alice'), blocked('registry-absent'))
  })

  it('a registry that is not running, none at all, and another program on its port', async () => {
    await Promise.all(stay.map((one) => one.kill('SIGTERM')))
    await registry.kill('SIGTERM')
    const said = await Promise.all([doctor('alice'), doctor('p5', ['--profile', join(host('p5').home, 'new')])])
    isSaid(said[0], blocked('registry-stopped'))
    isSaid(said[1], blocked('no-registry-found'))
    const other = desk.host.spawn('node', ['-e', "require('http').createServer().listen(6784, () => console.log('listens'))"])
    await other.line('listens')
    isSaid(await doctor('alice'), blocked('port-taken'))
    await other.kill('SIGTERM')
  })

  it('another registry at the address, and the same one with another certificate', async () => {
    await startRegistry('another')
    isSaid(await doctor('alice'), blocked('other-registry'))
    await registry.kill('SIGTERM')
    const { certificate, key } = await createIdentity('OptiChat registry')
    writeFileSync(join(desk.host.home, 'registry', 'registry.pem'), `${certificate}\n${key}\n`)
    await startRegistry()
    isSaid(await doctor('alice'), blocked('certificate-changed'))
  })
})
