import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { networkId, routerIn } from '../../discovery/network.ts'
import { openNetworkFile } from '../../discovery/network-file.ts'
import type { InterfaceFacts } from '../../discovery/ranking.ts'

const nic = (name: string, address: string, netmask = '255.255.255.0'): InterfaceFacts => ({
  name,
  ipv4: [{ address, netmask }],
  ipv6: [],
  zone: name,
  mac: '00:11:22:33:44:55',
  internal: false,
})

describe('a network', () => {
  const home = [nic('wlan0', '192.168.1.20')]

  it('is known by its router, wherever one is on it and whatever else is there', () => {
    const router = 'a4:2b:b0:01:02:03'
    const docked = [nic('eth0', '192.168.1.77'), nic('docker0', '172.17.0.1', '255.255.0.0'), ...home]
    expect(networkId(home, '192.168.1.1', router)).to.equal(networkId(docked, '192.168.1.1', router))
    expect(networkId(home, '192.168.1.1', router)).to.not.equal(networkId(home, '192.168.1.1', 'a4:2b:b0:01:02:04'))
  })

  it('without one is known by the addresses given out there, not by one’s own', () => {
    expect(networkId(home, '', null)).to.equal(networkId([nic('wlan0', '192.168.1.99')], '', null))
    expect(networkId(home, '', null)).to.not.equal(networkId([nic('wlan0', '192.168.2.20')], '', null))
  })

  it('has its router among the neighbours that a system lists', () => {
    const linux = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.10     0x1         0x2         a4:2b:b0:00:00:01     *        wlp3s0
192.168.1.1      0x1         0x2         a4:2b:b0:0a:0b:0c     *        wlp3s0`
    expect(routerIn(linux, '192.168.1.1')).to.equal('a4:2b:b0:0a:0b:0c')
    expect(routerIn('? (192.168.1.1) at a4:2b:b0:a:b:c on en0 ifscope [ethernet]', '192.168.1.1')).to.equal('a4:2b:b0:0a:0b:0c')
    const windows =
      'Interface: 192.168.1.57 --- 0xe\n  Internet Address      Physical Address      Type\n  192.168.1.1           a4-2b-b0-0a-0b-0c     dynamic'
    expect(routerIn(windows, '192.168.1.1')).to.equal('a4:2b:b0:0a:0b:0c')
    expect(routerIn(linux.replace('a4:2b:b0:0a:0b:0c', '00:00:00:00:00:00'), '192.168.1.1')).to.equal(null)
    expect(routerIn('? (192.168.1.1) at (incomplete) on en0', '192.168.1.1')).to.equal(null)
  })
})

describe('what is remembered of networks', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'optichat-network-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is the interface chosen on each, also after a restart, until the best one is to be used again', () => {
    openNetworkFile(folder).choose('home', 'wlan0')
    openNetworkFile(folder).choose('office', 'eth0')
    const file = openNetworkFile(folder)
    expect([file.chosen('home'), file.chosen('office'), file.chosen('train')]).to.deep.equal(['wlan0', 'eth0', null])
    file.choose('home', null)
    expect(openNetworkFile(folder).chosen('home')).to.equal(null)
    for (let n = 0; n < 150; n++) file.choose(`n${n}`, 'eth0')
    expect([file.chosen('n0'), file.chosen('n149')]).to.deep.equal([null, 'eth0'])
  })

  it('are the hosts that were typed in, each once, and none that could not be dialled', () => {
    const file = openNetworkFile(folder)
    for (const host of ['10.0.0.1', ' [fd00::7]:7000', '10.0.0.1']) file.addHost(host)
    expect(file.hosts).to.deep.equal(['[fd00::7]:7000', '10.0.0.1'])
    expect(() => file.addHost('no host'))
      .to.throw(OptiChatError)
      .with.property('code', 'bad-address')
    expect([file.removeHost('10.0.0.1'), file.removeHost('10.0.0.1')]).to.deep.equal([true, false])
    for (let n = 0; n < 100; n++) file.addHost(`10.0.1.${n}`)
    expect(file.hosts).to.have.length(32)
  })

  it('are the registries that others told of, bounded, the newest of each, and nothing that makes no sense', () => {
    const file = openNetworkFile(folder)
    const other = { name: 'Other', host: '10.0.0.9', port: 6784, fingerprint: 'ab'.repeat(32) }
    file.hearOf([
      other,
      { ...other, fingerprint: 'x' },
      { ...other, host: 'no host' },
      { ...other, name: 'a\u202eb', fingerprint: 'cd'.repeat(32) },
    ])
    expect(file.heardOf).to.deep.equal([other])
    file.hearOf([{ ...other, host: '10.0.0.10' }])
    expect(file.heardOf.map(({ host }) => host)).to.deep.equal(['10.0.0.10'])
    file.hearOf(Array.from({ length: 200 }, (_, n) => ({ ...other, fingerprint: n.toString(16).padStart(64, '0') })))
    expect(file.heardOf).to.have.length(64)
  })

  it('is nothing where the file was damaged, and it is written anew', () => {
    for (const text of ['{"choices":', '[]', 'null', '{"choices":{"home":7},"hosts":["a b",3],"heardOf":"x"}']) {
      writeFileSync(join(folder, 'network.json'), text)
      const file = openNetworkFile(folder)
      expect([file.chosen('home'), file.hosts, file.heardOf]).to.deep.equal([null, [], []])
    }
    openNetworkFile(folder).choose('home', 'eth0')
    expect(JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8'))).to.have.property('choices')
  })
})
