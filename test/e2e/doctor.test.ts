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

  it('and finds nothing where all is well; at this computer: a firewall that stops mDNS, a VPN that takes the route, the clock, a router between', async () => {
    await host('p1').firewall(['udp dport 5353 drop'])
    await host('p2').addNic({ name: 'tun0', lan: 1 })
    await host('p2').run('ip', ['route', 'add', '10.77.0.0/25', 'dev', 'tun0'])
    const [well, mdns, vpn, clock, far] = await Promise.all([
      doctor('alice', ['bob']),
      doctor('p1'),
      doctor('p2'),
      doctor('p3', [], { NODE_OPTIONS: WRONG_CLOCK }),
      doctor('far'),
    ])
    expect(well).to.deep.include(hindered())
    expect(well.fine).to.include.members(['registry-reached', 'certificate-fine', 'clock-fine', 'multicast-fine', 'peer-reached'])
    expect(mdns).to.deep.include(hindered('multicast-firewall'))
    expect(vpn).to.deep.include(blocked('vpn-route'))
    expect(clock).to.deep.include(hindered('clock-off'))
    expect(far).to.deep.include(hindered('other-subnet'))
    await host('p1').firewall('off')
    await host('p2').removeNic('tun0')
  })

  it('at this computer: an address that it gave itself, nothing but a VPN, no network, only IPv6, a firewall that lets nothing out', async () => {
    const [local, vpn, none, six, shut] = [host('p1'), host('p2'), host('p3'), host('p4'), host('p5')]
    await local.run('sysctl', ['-qw', 'net.ipv6.conf.eth0.disable_ipv6=1'])
    await local.run('ip', ['addr', 'flush', 'dev', 'eth0'])
    await local.run('ip', ['addr', 'add', '169.254.7.7/16', 'dev', 'eth0', 'scope', 'link'])
    await vpn.addNic({ name: 'tun0', lan: 1 })
    await vpn.run('ip', ['route', 'replace', 'default', 'dev', 'tun0'])
    await vpn.cable('out')
    await none.cable('out')
    await six.run('ip', ['-4', 'addr', 'flush', 'dev', 'eth0'])
    // In words that the doctor cannot read, as it could not if it were not root: that others come through tells which firewall it is.
    await shut.firewall(['oifname eth0 meta l4proto tcp @th,16,16 6784 drop'])
    const said = await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5'].map((name) => doctor(name)))
    expect(said[0]).to.deep.include(blocked('only-link-local'))
    expect(said[1]).to.deep.include(blocked('only-vpn'))
    expect(said[2]).to.deep.include(blocked('no-network'))
    expect(said[3]).to.deep.include(hindered('no-ipv4', 'registry-moved'))
    expect(said[4]).to.deep.include(blocked('firewall-out'))
    await shut.firewall('off')
  })

  it('between two people: a firewall at this computer or at the other one, in or out, and an access point that keeps them apart', async () => {
    const [alice, out, carol] = [host('alice'), host('p5'), host('carol')]
    await alice.firewall(NEW_IN)
    await out.firewall(['ct state established accept', 'oifname eth0 tcp dport != 6784 drop'])
    await carol.firewall(NEW_IN)
    const said = await Promise.all([doctor('alice', ['bob']), doctor('p5', ['bob']), doctor('alice', ['carol']), doctor('p6', ['carol'])])
    expect(said[0]).to.deep.include(hindered('firewall-in'))
    expect(said[1]).to.deep.include(hindered('firewall-out'))
    expect(said[2]).to.deep.include(blocked('firewall-in', 'peer-firewall-in'))
    expect(said[3]).to.deep.include(hindered('peer-firewall-in'))
    await alice.firewall('off')
    await out.firewall('off')

    await carol.firewall(NEW_OUT)
    await bob.apart(true)
    await alice.apart(true)
    const more = await Promise.all([doctor('alice', ['bob']), doctor('p6', ['carol'])])
    expect(more[0]).to.deep.include(blocked('peers-isolated'))
    expect(more[1]).to.deep.include(hindered('peer-firewall-out'))
    await carol.firewall('off')
    await bob.apart(false)
    await alice.apart(false)
  })

  it('a firewall that lets nobody to the registry; typing what it says mends it', async () => {
    const rules = 'iif lo accept; ct state established accept; udp dport 5353 accept;'
    const deny = `table inet filter { chain input { type filter hook input priority 0; policy drop; ${rules} }; }`
    await desk.host.run('nft', ['-f', '-'], { input: deny })
    const said = await doctor('alice')
    expect(said).to.deep.include(blocked('registry-firewall'))
    const fix = said.findings[0]?.fixes[0]?.commands.find(({ id }) => id === 'nft')
    for (const line of fix?.lines ?? []) {
      const typed = await desk.host.run('sh', ['-c', line.replace('sudo ', '')])
      expect(typed.code, `${line}: ${typed.stderr}`).to.equal(0)
    }
    expect(await doctor('alice')).to.deep.include(hindered())
    await desk.host.run('nft', ['delete', 'table', 'inet', 'filter'])
  })

  it('mDNS that is filtered on the way, and a router that lets nothing through', async () => {
    await desk.host.firewall(['udp dport 5353 drop'])
    await lan.router?.run('sysctl', ['-qw', 'net.ipv4.ip_forward=0'])
    const said = await Promise.all([doctor('alice'), doctor('far')])
    expect(said[0]).to.deep.include(hindered('multicast-lost'))
    expect(said[1]).to.deep.include(blocked('other-subnet-blocked'))
    await desk.host.firewall('off')
  })

  it('an access point that keeps everybody apart, and a registry whose computer is off', async () => {
    const guests = [host('alice'), host('carol'), host('p5'), host('p6'), bob, desk.host]
    for (const guest of guests) await guest.apart(true)
    expect(await doctor('alice')).to.deep.include(blocked('isolated'))
    for (const guest of guests) await guest.apart(false)
    await desk.host.cable('out')
    expect(await doctor('alice')).to.deep.include(blocked('registry-absent'))
    await desk.host.cable('in')
  })

  it('a registry that is not running, none at all, and another program on its port', async () => {
    await Promise.all(stay.map((one) => one.kill('SIGTERM')))
    await registry.kill('SIGTERM')
    const said = await Promise.all([doctor('alice'), doctor('p5', ['--profile', join(host('p5').home, 'new')])])
    expect(said[0]).to.deep.include(blocked('registry-stopped'))
    expect(said[1]).to.deep.include(blocked('no-registry-found'))
    const other = desk.host.spawn('node', ['-e', "require('http').createServer().listen(6784, () => console.log('listens'))"])
    await other.line('listens')
    expect(await doctor('alice')).to.deep.include(blocked('port-taken'))
    await other.kill('SIGTERM')
  })

  it('another registry at the address, and the same one with another certificate', async () => {
    await startRegistry('another')
    expect(await doctor('alice')).to.deep.include(blocked('other-registry'))
    await registry.kill('SIGTERM')
    const { certificate, key } = await createIdentity('OptiChat registry')
    writeFileSync(join(desk.host.home, 'registry', 'registry.pem'), `${certificate}\n${key}\n`)
    await startRegistry()
    expect(await doctor('alice')).to.deep.include(blocked('certificate-changed'))
  })
})
