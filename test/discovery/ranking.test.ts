import { expect } from 'chai'
import { type InterfaceFacts, onNetwork, rank } from '../../discovery/ranking.ts'
import { reasonOf } from '../../discovery/ranking-words.ts'

const nic = (name: string, address: string, more: Partial<InterfaceFacts> & { netmask?: string } = {}): InterfaceFacts => ({
  name,
  ipv4: address ? [{ address, netmask: more.netmask ?? '255.255.255.0' }] : [],
  ipv6: [],
  zone: name,
  mac: '00:11:22:33:44:55',
  internal: false,
  ...more,
})

const loopback = nic('lo', '127.0.0.1', { internal: true, netmask: '255.0.0.0', mac: '00:00:00:00:00:00' })
const names = (interfaces: InterfaceFacts[], chosen?: string) => rank(interfaces, chosen).map(({ name }) => name)
const accepted = (interfaces: InterfaceFacts[]) =>
  rank(interfaces)
    .filter((one) => one.accepted)
    .map(({ name }) => name)

describe('the ranking of network interfaces', () => {
  const linuxLaptop = [
    loopback,
    nic('docker0', '172.17.0.1', { netmask: '255.255.0.0', type: 'wired', speed: 10_000, up: true }),
    nic('wg0', '10.8.0.2', { mac: '00:00:00:00:00:00' }),
    nic('tailscale0', '100.101.102.103', { netmask: '255.255.255.255' }),
    nic('wlp3s0', '192.168.1.20', { type: 'wireless', gateway: true, speed: 300 }),
    nic('enp0s31f6', '192.168.1.21', { type: 'wired', gateway: true, speed: 1000 }),
    nic('veth12ab', '169.254.3.4', { netmask: '255.255.0.0' }),
  ]

  it('puts the cable before Wi-Fi and both before Docker on a Linux laptop', () => {
    expect(names(linuxLaptop).slice(0, 3)).to.deep.equal(['enp0s31f6', 'wlp3s0', 'docker0'])
  })

  it('accepts all that may lead to people, and says why it refuses the rest', () => {
    expect(accepted(linuxLaptop)).to.deep.equal(['enp0s31f6', 'wlp3s0', 'docker0', 'veth12ab'])
    const reasons = Object.fromEntries(rank(linuxLaptop).map((one) => [one.name, reasonOf(one)]))
    expect(reasons.lo).to.equal('Reaches only this computer.')
    expect(reasons.wg0).to.include('tunnel')
    expect(reasons.tailscale0).to.include('tunnel')
    expect(reasons.docker0).to.include('virtual machines or containers')
    expect(reasons.enp0s31f6).to.equal('A private network with a router, wired, 1000 Mbit/s.')
  })

  it('finds the room behind a VPN that took the default route, on macOS', () => {
    const mac = [
      nic('lo0', '127.0.0.1', { internal: true }),
      nic('utun4', '10.20.0.7', { gateway: true, mac: '00:00:00:00:00:00', netmask: '255.255.255.255' }),
      nic('awdl0', '169.254.9.9'),
      nic('en0', '192.168.178.30', { type: 'wireless' }),
    ]
    expect(names(mac)[0]).to.equal('en0')
    expect(accepted(mac)).to.deep.equal(['en0'])
  })

  it('knows Windows adapters by what their drivers call them', () => {
    const windows = [
      nic('Ethernet 3', '192.168.56.1', { description: 'VirtualBox Host-Only Ethernet Adapter', type: 'wired', speed: 1000 }),
      nic('vEthernet (Default Switch)', '172.28.80.1', { netmask: '255.255.240.0', type: 'wired', speed: 10_000 }),
      nic('Ethernet 4', '10.9.0.6', { description: 'TAP-Windows Adapter V9', type: 'wired', gateway: true }),
      nic('Bluetooth Network Connection', '169.254.1.1'),
      nic('Wi-Fi', '192.168.1.5', { type: 'wireless', description: 'Intel(R) Wi-Fi 6 AX201', gateway: true }),
    ]
    expect(names(windows)[0]).to.equal('Wi-Fi')
    const kinds = Object.fromEntries(rank(windows).map(({ name, kind }) => [name, kind]))
    expect(kinds).to.include({ 'Ethernet 3': 'virtual', 'Ethernet 4': 'tunnel', 'Bluetooth Network Connection': 'bluetooth' })
  })

  it('still uses a Hyper-V switch when the LAN is bridged through it', () => {
    const host = [nic('vEthernet (External)', '192.168.1.5', { description: 'Hyper-V Virtual Ethernet Adapter', gateway: true })]
    expect(accepted(host)).to.deep.equal(['vEthernet (External)'])
  })

  it("follows the person's choice, by name in any case or by address", () => {
    expect(names(linuxLaptop, 'DOCKER0')[0]).to.equal('docker0')
    expect(rank(linuxLaptop, '192.168.1.20')[0]).to.include({ name: 'wlp3s0', chosen: true })
    expect(rank(linuxLaptop, '192.168.1.20').map(reasonOf)[0]).to.match(/^Your choice, /)
  })

  it('does not let a choice make an unusable interface usable', () => {
    expect(rank(linuxLaptop, 'lo').find((one) => one.chosen)).to.include({ name: 'lo', accepted: false })
    expect(names(linuxLaptop, 'lo')[0]).to.equal('enp0s31f6')
  })

  it('prefers a router, then a connected one, then speed', () => {
    const wired = { type: 'wired' as const }
    expect(names([nic('eth0', '10.0.0.1', wired), nic('eth1', '10.1.0.1', { ...wired, gateway: true })])[0]).to.equal('eth1')
    expect(names([nic('eth0', '10.0.0.1', { ...wired, up: false }), nic('eth1', '10.1.0.1', wired)])[0]).to.equal('eth1')
    expect(names([nic('eth0', '10.0.0.1', { ...wired, speed: 100 }), nic('eth1', '10.1.0.1', { ...wired, speed: 1000 })])[0]).to.equal(
      'eth1',
    )
  })

  it('uses self-given addresses last of the real ones: two laptops and one cable', () => {
    expect(names([nic('eth0', '169.254.7.7'), nic('wlan0', '192.168.0.2')])).to.deep.equal(['wlan0', 'eth0'])
    expect(accepted([nic('eth0', '169.254.7.7')])).to.deep.equal(['eth0'])
  })

  it('takes the private one of several addresses, and none where there is none', () => {
    const both = nic('eth0', '169.254.7.7')
    const several = { ...both, ipv4: [...both.ipv4, { address: '192.168.4.4', netmask: '255.255.255.0' }] }
    expect(rank([several])[0]?.address).to.equal('192.168.4.4')
    expect(rank([nic('eth0', '')])[0]).to.deep.include({ accepted: false, address: null, reasons: ['no-address'] })
  })

  it('knows who is on which network', () => {
    expect(onNetwork('192.168.1.77', { address: '192.168.1.5', netmask: '255.255.255.0' })).to.equal(true)
    expect(onNetwork('192.168.2.77', { address: '192.168.1.5', netmask: '255.255.255.0' })).to.equal(false)
    expect(onNetwork('200.1.1.1', { address: '200.1.255.1', netmask: '255.255.0.0' })).to.equal(true)
    expect(onNetwork('::1', { address: '0.0.0.0', netmask: '0.0.0.0' })).to.equal(false)
  })
})
