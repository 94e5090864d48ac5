import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect } from 'chai'
import { systemClock as clock } from '../../core/protocol/clock.ts'
import { presenceIn } from '../../discovery/doctor/neighbours.ts'
import { routeTo } from '../../discovery/doctor/route.ts'
import { ruledOut } from '../../discovery/doctor/ruleset.ts'
import { publicNetworksIn, readSystem } from '../../discovery/doctor/system.ts'
import { portPassesHere, programAt, tryPort } from '../../discovery/doctor/tcp.ts'

describe('what the doctor looks with', () => {
  const servers: Server[] = []
  const listen = async (onSocket: Parameters<typeof createServer>[1] = () => undefined) => {
    const server = createServer(onSocket)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })
  const at = (port: number) => ({ host: '127.0.0.1', port, clock, timeout: 10_000 })

  it('a port: open, refused, a name that leads nowhere, and given up when stopped', async () => {
    const port = await listen((socket) => socket.destroy())
    expect((await tryPort(at(port))).outcome).to.equal('open')
    expect((await tryPort(at(1))).outcome).to.equal('refused')
    expect((await tryPort({ ...at(port), host: 'no..such.host' })).outcome).to.equal('unknown-name')
    const stopped = new AbortController()
    stopped.abort()
    expect((await tryPort({ ...at(port), signal: stopped.signal })).outcome).to.equal('failed')
  })

  it('who lives at a port: a web server, an SSH server, one that says nothing', async () => {
    const web = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\nServer: nginx\r\n\r\n')))
    const ssh = await listen((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    const bell = await listen((socket) => socket.end('\x07\x1b[2Jhello\r\n'))
    const mute = await listen((socket) => socket.on('error', () => undefined))
    expect(await programAt(at(web))).to.equal('a web server (nginx)')
    expect(await programAt(at(ssh))).to.equal('an SSH server (SSH-2.0-OpenSSH_9.2)')
    expect(await programAt(at(bell))).to.equal('a program that says "[2Jhello"')
    expect(await programAt(at(mute))).to.equal(null)
    expect(await programAt(at(1))).to.equal(null)
  })

  it('that this computer lets a port pass, whether somebody listens there or not', async () => {
    const taken = await listen((socket) => socket.destroy())
    expect(await portPassesHere({ own: '127.0.0.1', port: taken, clock, timeout: 10_000 })).to.equal(true)
    const server = createServer().listen(0, '127.0.0.1')
    const free = await new Promise<number>((resolve) => server.once('listening', () => resolve((server.address() as AddressInfo).port)))
    await new Promise((resolve) => server.close(resolve))
    expect(await portPassesHere({ own: '127.0.0.1', port: free, clock, timeout: 10_000 })).to.equal(true)
    expect(await portPassesHere({ own: '192.0.2.1', port: free, clock, timeout: 10_000 })).to.equal(null)
  })

  it('the way to an address: this computer itself, and a name that is unknown', async () => {
    expect(await routeTo('127.0.0.1', clock)).to.deep.include({
      address: '127.0.0.1',
      from: '127.0.0.1',
      own: true,
      on: [],
      forbidden: false,
    })
    expect(await routeTo('localhost', clock)).to.include({ own: true })
    expect(await routeTo('no..such.host', clock)).to.equal(null)
  })

  it('the neighbours, as Linux, Windows and macOS print them', () => {
    const linux = [
      'IP address       HW type     Flags       HW address            Mask     Device',
      '10.77.0.1        0x1         0x2         46:05:ca:08:9e:17     *        eth0',
      '10.77.0.3        0x1         0x0         00:00:00:00:00:00     *        eth0',
    ].join('\n')
    expect(['10.77.0.1', '10.77.0.3', '10.77.0.30'].map((one) => presenceIn(linux, one, 'linux'))).to.deep.equal([
      'there',
      'absent',
      'unknown',
    ])
    const windows =
      '\r\nInterface: 10.77.0.2 --- 0x4\r\n  Internet Address      Physical Address      Type\r\n  10.77.0.1             46-05-ca-08-9e-17     dynamic\r\n'
    expect(presenceIn(windows, '10.77.0.1', 'win32')).to.equal('there')
    expect(presenceIn('No ARP Entries Found.\r\n', '10.77.0.1', 'win32')).to.equal('absent')
    const mac = (state: string) => `? (10.77.0.1) at ${state} on en0 ifscope [ethernet]\n`
    expect(presenceIn(mac('46:5:ca:8:9e:17'), '10.77.0.1', 'darwin')).to.equal('there')
    expect(presenceIn(mac('(incomplete)'), '10.77.0.1', 'darwin')).to.equal('absent')
    expect(presenceIn('10.77.0.1 (10.77.0.1) -- no entry\n', '10.77.0.9', 'darwin')).to.equal('unknown')
  })

  it('rules of this computer that stop what goes out, as nft lists them', () => {
    const chain = (hook: string, policy: string, ...rules: string[]) =>
      `table inet filter {\n\tchain any {\n\t\ttype filter hook ${hook} priority filter; policy ${policy};\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n}\n`
    const to = { host: '10.77.0.1', port: 6784 }
    const stops = (...args: Parameters<typeof chain>) => ruledOut(chain(...args), to)
    expect(stops('output', 'accept', 'tcp dport 6784 drop')).to.equal(true)
    expect(
      stops('output', 'accept', 'oifname "eth0" ip daddr 10.77.0.1 tcp dport { 80, 6000-7000 } counter packets 0 bytes 0 reject'),
    ).to.equal(true)
    expect(stops('output', 'accept', 'ip daddr 10.77.0.1 drop')).to.equal(true)
    expect(stops('output', 'accept', 'tcp dport != 22 drop')).to.equal(true)
    expect(stops('output', 'drop', 'ct state established,related accept', 'tcp dport 22 accept', 'oifname "lo" accept')).to.equal(true)
    expect(stops('output', 'drop', 'tcp dport 6784 accept')).to.equal(false)
    expect(stops('output', 'drop', 'meta l4proto tcp accept')).to.equal(false)
    expect(stops('output', 'accept', 'tcp dport 6784 accept', 'tcp dport 6784 drop')).to.equal(false)
    for (const rule of [
      'tcp dport 22 drop',
      'ip daddr 10.77.0.9 tcp dport 6784 drop',
      'udp dport 6784 drop',
      'tcp dport != 6784 drop',
      'ip daddr != 10.77.0.1 drop',
    ])
      expect(stops('output', 'accept', rule), rule).to.equal(false)
    expect(stops('input', 'drop', 'tcp dport 6784 drop')).to.equal(false)
    expect(ruledOut('', to)).to.equal(false)
  })

  it('the networks that Windows takes for public: one, several, none, and no PowerShell', () => {
    expect(publicNetworksIn('{"InterfaceAlias":"WLAN","NetworkCategory":0}')).to.deep.equal(['WLAN'])
    expect(
      publicNetworksIn('[{"InterfaceAlias":"Ethernet","NetworkCategory":1},{"InterfaceAlias":"Wi-Fi 2","NetworkCategory":"Public"}]'),
    ).to.deep.equal(['Wi-Fi 2'])
    for (const nothing of ['', 'null', '[]', '{"a":1}', 'Get-NetConnectionProfile : not found'])
      expect(publicNetworksIn(nothing), nothing).to.deep.equal([])
  })

  it('this system, by its platform', async () => {
    expect(await readSystem('darwin', '/opt/OptiChat')).to.deep.equal({
      platform: 'darwin',
      program: '/opt/OptiChat',
      firewall: 'macos',
      publicNetworks: [],
    })
    expect((await readSystem('linux')).firewall).to.be.oneOf(['ufw', 'firewalld', 'nft'])
    expect((await readSystem('freebsd')).firewall).to.equal('unknown')
  })
})
