import { expect } from 'chai'
import type { Outcome } from '../../core/protocol/messages.ts'
import { diagnose } from '../../discovery/doctor/diagnose.ts'
import type { Evidence, Silence, Target } from '../../discovery/doctor/evidence.ts'
import type { Finding, FindingCode, FixCode } from '../../discovery/doctor/finding.ts'
import type { Route } from '../../discovery/doctor/route.ts'
import type { System } from '../../discovery/doctor/system.ts'
import type { PortOutcome } from '../../discovery/doctor/tcp.ts'
import { inEnglish } from '../../discovery/doctor/words/english.ts'
import { FINDINGS } from '../../discovery/doctor/words/findings.ts'
import { FIXES } from '../../discovery/doctor/words/fixes.ts'
import type { RankedInterface } from '../../discovery/ranking.ts'

const pin = 'ab'.repeat(32)
const known = { id: 'R'.repeat(22), name: 'Team', fingerprint: pin, host: '10.77.0.1', port: 6784 }
const target: Target = { host: '10.77.0.1', port: 6784, name: 'Team', source: 'known', pin, known }
const linux: System = { platform: 'linux', firewall: 'ufw', program: '/usr/bin/node', publicNetworks: [] }
const windows: System = { platform: 'win32', firewall: 'windows', program: 'C:\\OptiChat\\OptiChat.exe', publicNetworks: [] }
const mac: System = { platform: 'darwin', firewall: 'macos', program: '/Applications/OptiChat.app', publicNetworks: [] }

const nic = (name: string, more: Partial<RankedInterface> = {}): RankedInterface => ({
  name,
  address: '10.77.0.2',
  netmask: '255.255.255.0',
  kind: 'wired',
  accepted: true,
  chosen: false,
  reasons: ['private'],
  speed: null,
  ...more,
})
const tunnel = nic('tun0', { address: '10.99.0.2', kind: 'tunnel', reasons: ['tunnel', 'private'] })
const onLan: Route = { address: '10.77.0.1', by: 'eth0', from: '10.77.0.2', on: ['eth0'], own: false, forbidden: false }
const silence: Silence = { neighbour: 'there', neighbours: null, passesHere: true, ruledOut: null, alive: false }
const met = { met: true, id: known.id, name: 'Team', fingerprint: pin, trusted: true, user: 'Alice' } as const

const base: Evidence = { system: linux, chosen: null, wanted: null, me: 'Alice', interfaces: [nic('eth0')] }
const port = (outcome: PortOutcome, millis = 3_600) => ({ outcome, millis })
const silent = (more: Partial<Evidence> & { quiet?: Partial<Silence> } = {}): Evidence => {
  const { quiet, ...rest } = more
  return { ...base, target, route: onLan, port: port('timed-out'), silence: { ...silence, ...quiet }, found: [], answers: [], ...rest }
}
const reached = (more: Partial<Evidence> = {}): Evidence => ({
  ...base,
  target,
  route: onLan,
  port: port('open', 3),
  meeting: met,
  ...more,
})

const worst = (evidence: Evidence) => diagnose(evidence).filter(({ severity }) => severity !== 'fine')
const codes = (evidence: Evidence) => worst(evidence).map(({ code, severity }) => `${severity} ${code}`)

/** Codes seen in this file, so that none is left untried. */
const seen = new Set<FindingCode | FixCode>()
const all = (evidence: Evidence): Finding[] => {
  const findings = diagnose(evidence)
  for (const { code, fixes } of findings) for (const one of [code, ...fixes.map((fix) => fix.code)]) seen.add(one)
  return findings
}

describe('the doctor’s rules', () => {
  /** name of the network: [evidence, what must be said of it] */
  const NETWORKS: Readonly<Record<string, readonly [Evidence, readonly string[]]>> = {
    'all is well': [reached({ ahead: 120, multicast: { out: true, in: true, listens: true } }), []],
    'no interface at all': [{ ...base, interfaces: [], target: null, found: [] }, ['blocks no-network']],
    'only loopback': [
      { ...silent(), interfaces: [nic('lo', { address: '127.0.0.1', kind: 'loopback', accepted: false })], port: port('no-network') },
      ['blocks no-network'],
    ],
    'only a VPN': [silent({ interfaces: [tunnel], route: { ...onLan, by: 'tun0', on: [] } }), ['blocks only-vpn']],
    'only a VPN that the ranking refuses': [
      silent({
        interfaces: [nic('utun4', { accepted: false, kind: 'unknown', reasons: ['single-address'] })],
      }),
      ['blocks only-vpn'],
    ],
    'only a VPN, but the registry is reached by it': [reached({ interfaces: [tunnel] }), ['hinders only-vpn']],
    'only containers': [silent({ interfaces: [nic('docker0', { kind: 'virtual' }), tunnel] }), ['blocks only-virtual']],
    'only an address of its own making': [
      { ...silent(), interfaces: [nic('eth0', { address: '169.254.7.7' })], port: port('no-network') },
      ['blocks only-link-local'],
    ],
    'only IPv6': [reached({ interfaces: [nic('eth0', { address: 'fe80::1%eth0', netmask: null })] }), ['hinders no-ipv4']],
    'the chosen interface is gone': [reached({ chosen: 'wlan0' }), ['hinders chosen-interface-gone']],
    'the chosen interface is there': [reached({ chosen: 'eth0', interfaces: [nic('eth0', { chosen: true })] }), []],
    'Windows takes the network for public': [reached({ system: { ...windows, publicNetworks: ['Wi-Fi'] } }), ['hinders network-public']],
    'nothing found': [{ ...base, target: null, found: [] }, ['blocks no-registry-found']],
    'nothing found, since mDNS is stopped here': [
      { ...base, target: null, found: [], sights: [{ interface: 'eth0', sent: 'refused', looped: false }] },
      ['blocks no-registry-found', 'blocks multicast-firewall'],
    ],
    'an unknown name': [{ ...base, target: { ...target, host: 'nowhere' }, route: null }, ['blocks name-unknown']],
    'a name that nobody knows any more': [{ ...base, target, route: onLan, port: port('unknown-name', 5) }, ['blocks name-unknown']],
    'no registry running': [
      { ...base, target, route: onLan, port: port('refused', 2), found: [], answers: [] },
      ['blocks registry-stopped'],
    ],
    'a firewall there that turns away': [
      {
        ...base,
        target,
        route: onLan,
        port: port('refused', 2),
        found: [],
        answers: [{ about: 'heard', fingerprint: pin, open: null, host: '10.77.0.1' }],
      },
      ['blocks registry-firewall'],
    ],
    'a firewall there that says "prohibited"': [
      silent({ port: port('no-host', 3), quiet: { neighbour: 'there' } }),
      ['blocks registry-firewall'],
    ],
    'a firewall there that drops': [silent({ quiet: { open: false } }), ['blocks registry-firewall']],
    'a firewall there, and nobody else to ask': [silent({ quiet: { open: null } }), ['blocks registry-firewall']],
    'a firewall there that drops everything': [silent(), ['blocks registry-firewall']],
    'a firewall there, behind a router': [
      silent({ route: { ...onLan, on: [] }, quiet: { neighbour: 'unknown', alive: true } }),
      ['blocks registry-firewall'],
    ],
    'a firewall here, as others come through': [silent({ quiet: { open: true } }), ['blocks firewall-out']],
    'a firewall here that stops it even on this computer': [silent({ quiet: { passesHere: false } }), ['blocks firewall-out']],
    'a firewall here, by its rules': [silent({ quiet: { ruledOut: true, open: false } }), ['blocks firewall-out']],
    'a firewall here that says so': [{ ...base, target, route: onLan, port: port('forbidden', 1) }, ['blocks firewall-out']],
    'a firewall here that stops datagrams, too': [silent({ route: { ...onLan, forbidden: true } }), ['blocks firewall-out']],
    'macOS and its local network privacy': [
      silent({ system: mac, port: port('no-host', 4), quiet: { neighbour: 'there' } }),
      ['blocks local-network-privacy'],
    ],
    'an absent computer': [
      silent({ port: port('no-host', 3_060), quiet: { neighbour: 'absent', neighbours: 3 } }),
      ['blocks registry-absent'],
    ],
    'an access point that isolates': [
      silent({ port: port('no-host', 3_060), quiet: { neighbour: 'absent', neighbours: 0 } }),
      ['blocks isolated'],
    ],
    'a router that blocks': [
      silent({ route: { ...onLan, on: [], by: 'eth0' }, quiet: { neighbour: 'unknown' } }),
      ['blocks other-subnet-blocked'],
    ],
    'no way to it': [silent({ port: port('no-network', 1), route: { ...onLan, by: null, from: null, on: [] } }), ['blocks no-route']],
    'a VPN that takes the route': [
      silent({ interfaces: [nic('eth0'), tunnel], route: { ...onLan, by: 'tun0', from: '10.99.0.2' } }),
      ['blocks vpn-route'],
    ],
    'a VPN that takes the route and passes it on': [
      reached({ interfaces: [nic('eth0'), tunnel], route: { ...onLan, by: 'tun0', from: '10.99.0.2' } }),
      ['hinders vpn-route'],
    ],
    'a VPN beside it that takes only what is its own': [reached({ interfaces: [nic('eth0'), tunnel] }), []],
    'two interfaces on one network': [reached({ route: { ...onLan, on: ['eth0', 'wlan0'], by: 'wlan0' } }), []],
    'another program on the port': [
      reached({ meeting: { met: false, code: 'not-optichat', detail: '' }, program: 'a web server (nginx)' }),
      ['blocks port-taken'],
    ],
    'a port that says nothing': [reached({ meeting: { met: false, code: 'timed-out', detail: '' } }), ['blocks registry-silent']],
    'another version': [reached({ meeting: { met: false, code: 'protocol-version', detail: '' } }), ['blocks version-differs']],
    'a registry that is stopping': [reached({ meeting: { met: false, code: 'registry-stopping', detail: '' } }), ['blocks registry-busy']],
    'a registry that moved': [
      reached({ target: { ...target, host: '10.77.0.9' }, before: { host: '10.77.0.1', port: 6784 } }),
      ['hinders registry-moved'],
    ],
    'a registry behind a router': [reached({ route: { ...onLan, on: [] } }), ['hinders other-subnet']],
    'another certificate': [
      reached({ meeting: { ...met, trusted: false, fingerprint: 'cd'.repeat(32), user: null } }),
      ['blocks certificate-changed'],
    ],
    'another registry at its address': [
      reached({ meeting: { ...met, trusted: false, id: 'X'.repeat(22), name: 'Others', fingerprint: 'cd'.repeat(32), user: null } }),
      ['blocks other-registry'],
    ],
    'a certificate that nobody has seen before': [reached({ target: { ...target, pin: null, known: null } }), []],
    'a device that was signed out': [reached({ meeting: { ...met, user: null } }), ['blocks device-signed-out']],
    'nobody signed in': [reached({ me: null, meeting: { ...met, user: null } }), []],
    'nobody signed in, who asks for somebody': [
      reached({ me: null, wanted: 'bob', meeting: { ...met, user: null } }),
      ['blocks not-signed-in'],
    ],
    'a clock that runs ahead': [reached({ ahead: 3 * 3_600_000 }), ['hinders clock-off']],
    'mDNS stopped here': [
      reached({ multicast: { out: false, in: false, listens: true }, sights: [{ interface: 'eth0', sent: 'sent', looped: false }] }),
      ['hinders multicast-firewall'],
    ],
    'mDNS lost on the way': [
      reached({ multicast: { out: false, in: false, listens: true }, sights: [{ interface: 'eth0', sent: 'sent', looped: true }] }),
      ['hinders multicast-lost'],
    ],
    'mDNS heard here only': [reached({ multicast: { out: false, in: true, listens: true } }), ['hinders multicast-out-lost']],
    'mDNS heard there only': [reached({ multicast: { out: true, in: false, listens: true } }), ['hinders multicast-in-lost']],
    'a registry that does not advertise': [
      reached({ multicast: { out: null, in: false, listens: false } }),
      ['hinders registry-not-advertised'],
    ],
    'mDNS to another network, which is no surprise': [
      reached({ route: { ...onLan, on: [] }, multicast: { out: false, in: false, listens: true } }),
      ['hinders other-subnet'],
    ],
    'a firewall here that lets nobody in': [reached({ reach: { seen: '10.77.0.2', fromRegistry: 'timed-out' } }), ['hinders firewall-in']],
    'a router of its own in between': [reached({ reach: { seen: '10.5.5.5', fromRegistry: 'refused' } }), ['hinders behind-nat']],
    'somebody else at that address': [reached({ reach: { seen: '10.77.0.2', fromRegistry: 'stranger' } }), ['hinders behind-nat']],
    'this is the registry’s own computer': [reached({ reach: { seen: '127.0.0.1', fromRegistry: 'none' } }), []],
  }
  for (const [network, [evidence, expected]] of Object.entries(NETWORKS)) {
    it(`${network}: ${expected.join(', ') || 'nothing to say'}`, () => {
      all(evidence)
      expect(codes(evidence)).to.deep.equal(expected)
    })
  }

  /** Who reached whom: [they us, we them, registry us, registry them] */
  const peers = (tried: readonly [Outcome, Outcome, Outcome, Outcome], more: { on?: readonly string[]; by?: string } = {}): Evidence => {
    const [toUs, fromUs, registryAtUs, registryAtThem] = tried
    const route: Route = { ...onLan, address: '10.77.0.3', on: more.on ?? ['eth0'], by: more.by ?? 'eth0' }
    return reached({
      wanted: 'bob',
      interfaces: [nic('eth0'), tunnel],
      reach: { seen: '10.77.0.2', fromRegistry: registryAtUs },
      peer: {
        name: 'Bob',
        seen: '10.77.0.3',
        platform: 'win32',
        toUs,
        fromUs,
        fromRegistry: registryAtThem,
        address: '10.77.0.3',
        route,
        neighbour: 'there',
      },
    })
  }
  const [yes, no, none] = ['reached', 'timed-out', 'none'] as const
  const PEERS: readonly (readonly [string, Evidence, readonly string[]])[] = [
    ['both ways', peers([yes, yes, yes, yes]), []],
    ['they are behind a router of their own', peers([yes, 'stranger', yes, 'refused']), ['hinders peer-behind-nat']],
    ['addresses that mean nothing to the other', peers([none, none, none, none]), ['hinders peer-untried']],
    ['their firewall lets nobody in', peers([yes, no, yes, no]), ['hinders peer-firewall-in']],
    ['their firewall lets nobody in, and both ways are shut', peers([no, no, no, no]), ['blocks firewall-in', 'blocks peer-firewall-in']],
    ['theirs lets nothing out', peers([no, yes, yes, yes]), ['hinders peer-firewall-out']],
    ['ours lets nobody in', peers([no, yes, no, yes]), ['hinders firewall-in']],
    ['ours lets nothing out', peers([yes, no, yes, yes]), ['hinders firewall-out']],
    ['kept apart on one network', peers([no, no, yes, yes]), ['blocks peers-isolated']],
    ['kept apart on two networks', peers([no, no, yes, yes], { on: [] }), ['blocks peer-other-subnet']],
    ['a VPN takes what goes to them', peers([yes, no, yes, yes], { by: 'tun0' }), ['hinders vpn-route']],
    ['the registry is here, and ours lets nobody in', peers([no, yes, none, yes]), ['hinders firewall-in']],
    ['the registry is there, and theirs lets nobody in', peers([yes, no, yes, none]), ['hinders peer-firewall-in']],
    ['the registry’s own firewall lets nothing out: it is no witness', peers([yes, yes, no, no]), []],
  ]
  for (const [network, evidence, expected] of PEERS) {
    it(`between two people, ${network}: ${expected.join(', ') || 'nothing to say'}`, () => {
      all(evidence)
      expect(codes(evidence)).to.deep.equal(expected)
    })
  }

  it('says of a person who cannot be asked why', () => {
    const asked = (refused: NonNullable<Evidence['refused']>) => all(reached({ wanted: 'bob', refused })).map(({ code }) => code)
    expect(asked('user-unknown')).to.include('peer-unknown')
    expect(asked('peer-away')).to.include('peer-away')
    expect(asked('timed-out')).to.include('peer-mute')
    expect(asked('slow-down')).to.include('slow-down')
  })

  it('has a sentence and something to do for whatever is not well, and tries every code here', () => {
    for (const [evidence] of Object.values(NETWORKS)) {
      for (const { message, fixes, code } of worst(evidence).map(inEnglish)) {
        expect(message, code).to.match(/^[A-Z0-9].*\.$/)
        expect(fixes.length, code).to.be.greaterThan(0)
        for (const { text } of fixes) expect(text, code).to.match(/[.:]$|: [0-9a-f ]+$/)
      }
    }
    const codesOf = (words: object) => Object.keys(words) as (FindingCode | FixCode)[]
    expect([...codesOf(FINDINGS), ...codesOf(FIXES)].filter((code) => !seen.has(code))).to.deep.equal([])
  })

  it('tells the command for the firewall of this very system', () => {
    const typed = (system: System) => worst(silent({ system, quiet: { open: true } })).map(inEnglish)[0]?.fixes[0]?.commands
    const one = (system: System) =>
      typed(system)
        ?.map(({ system: name, lines }) => `${name}: ${lines.join(' ; ')}`)
        .join()
    expect(one(linux)).to.equal('Linux with ufw: sudo ufw allow out 6784/tcp')
    expect(one({ ...linux, firewall: 'firewalld' })).to.match(
      /^Linux with firewalld: sudo firewall-cmd --permanent .*--dport 6784 -j ACCEPT ; sudo firewall-cmd --reload$/,
    )
    expect(one({ ...linux, firewall: 'nft' })).to.match(/sudo nft insert rule inet filter output tcp dport 6784 accept$/)
    expect(one(windows)).to.match(
      /^Windows \(PowerShell as administrator\): New-NetFirewallRule .*-Direction Outbound .*-Program "C:\\OptiChat\\OptiChat.exe"$/,
    )
    expect(one(mac)).to.match(/^macOS: sudo pfctl/)
  })

  it('tells for another computer the commands of each system it may have, or of its own where that is known', () => {
    const [there] = worst(silent())
    expect(there?.fixes[0]?.where).to.equal('registry')
    expect(there?.fixes[0]?.commands.map(({ system }) => system)).to.deep.equal(['ufw', 'firewalld', 'nft', 'windows', 'macos'])
    const lines = there?.fixes[0]?.commands.flatMap((one) => one.lines) ?? []
    for (const part of [
      'ufw allow in 6784/tcp',
      '--add-port=6784/tcp',
      'input tcp dport 6784 accept',
      '-LocalPort 6784',
      'localport=6784',
      'socketfilterfw --add',
    ])
      expect(
        lines.some(({ typed }) => typed.includes(part)),
        part,
      ).to.equal(true)
    const [peer] = worst(peers([yes, no, yes, no]))
    expect(peer?.fixes[0]?.commands.map(({ system }) => system)).to.deep.equal(['windows'])
  })

  it('lets no text of the network reach into what it says', () => {
    const evil = 'nice\x1b[2J\u202Egnp.exe\nBLOCKS everything'
    const said = all(reached({ meeting: { ...met, trusted: false, id: 'X'.repeat(22), name: evil.repeat(9), user: null } }))
    for (const { message, values } of said.map(inEnglish)) {
      expect(message).not.to.match(/\p{C}/u)
      expect(message.length).to.be.lessThan(400)
      for (const value of Object.values(values)) expect(`${value}`).not.to.match(/\p{C}/u)
    }
  })
})
