import { spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { systemClock } from '../../../core/protocol/clock.ts'
import { createHosted } from '../../../desktop/host/hosted.ts'
import { type Program, runInNode } from '../../../desktop/host/program.ts'
import { until } from '../../support/wait.ts'
import { codeOf, type HostsFixture, openHosts } from './host-fixture.ts'

describe('a registry hosted by the app', () => {
  let hosts: HostsFixture
  beforeEach(async () => {
    hosts = await openHosts()
  })
  afterEach(() => hosts?.close())

  /** A host whose registry listens on loopback only. */
  const open = async (name: string, options = {}) => {
    const opened = await hosts.open(name, options)
    await until('the interfaces', async () => (await opened.call('view')).interfaces.length > 0)
    await opened.call('chooseInterface', 'lo')
    return opened
  }

  it('starts in a process of its own, is signed in to by its address, and stops when told to', async () => {
    const alice = await open('alice')
    const view = await alice.call('startRegistry', 'Our team')
    expect(view).to.include({ state: 'running', name: 'Our team', address: '127.0.0.1' })
    expect(view.fingerprint).to.match(/^[0-9a-f]{64}$/)
    expect(view.invite).to.match(/^optichat:\/\//)
    expect(alice.all('hosted').map(({ state }) => state)).to.include.members(['starting', 'running'])
    await alice.call('register', `${view.address}:${view.port}`, 'Alice', 'a long password')
    await until('a line of its log', () => alice.newest('hosted')?.log.some((line) => line.includes('Alice')))
    await alice.call('stopRegistry')
    expect(alice.newest('hosted')).to.have.property('state', 'stopped')
    await until('the client to notice', () => alice.newest('connection')?.at === 'waiting')
    expect((await alice.call('view')).settings).to.not.have.property('registry')
  })

  it('is there again when the app is started again, with its accounts, and ends with the app', async () => {
    const port = await freePort()
    const first = await open('alice', { registryPort: port })
    const { fingerprint } = await first.call('startRegistry', 'Our team')
    await first.call('register', `127.0.0.1:${port}`, 'Alice', 'a long password')
    await first.host.close()
    expect(await answers(port), 'ended with the app').to.equal(false)
    const again = await hosts.open('alice', { registryPort: port })
    await until('alice online', async () => (await again.call('view')).connection.at === 'online')
    expect((await again.call('view')).hosted).to.include({ state: 'running', name: 'Our team', fingerprint })
  })

  it('that cannot have its port says so, and can be started once the port is free', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await until('the other program', () => other.listening)
    const { port } = other.address() as AddressInfo
    const alice = await open('alice', { registryPort: port })
    expect(await codeOf(alice.call('startRegistry', 'Our team'))).to.equal('port-taken')
    expect(alice.newest('hosted')).to.have.property('state', 'failed')
    expect(alice.newest('hosted')?.error).to.have.property('code', 'port-taken')
    await new Promise((resolve) => other.close(resolve))
    expect(await alice.call('startRegistry', 'Our team')).to.include({ state: 'running', port })
  })

  it('can be stopped while it is still starting', async () => {
    const alice = await open('alice')
    const starting = codeOf(alice.call('startRegistry', 'Our team'))
    await until('the start', () => alice.newest('hosted')?.state === 'starting')
    await alice.call('stopRegistry')
    expect(await starting).to.equal('cancelled')
    expect(alice.newest('hosted')).to.have.property('state', 'stopped')
  })

  it('moves to another interface when one is chosen', async () => {
    const alice = await open('alice')
    const before = await alice.call('startRegistry', 'Our team')
    await alice.call('chooseInterface', null)
    await until('it running again', () => alice.newest('hosted')?.state === 'running')
    expect(alice.newest('hosted')?.fingerprint).to.equal(before.fingerprint)
    expect(alice.all('hosted').map(({ state }) => state)).to.include('stopped')
  })

  it('is started again by itself when its process dies, until it is told to stop', async () => {
    const programs: Program[] = []
    const said: string[] = []
    const hosted = createHosted({
      profile: join(hosts.folder, 'dies'),
      port: () => 0,
      advertise: false,
      clock: systemClock,
      interface: async () => '127.0.0.1',
      changed: () => undefined,
      log: (line) => said.push(line),
      run(path, args) {
        const program = runInNode(path, args)
        programs.push(program)
        return program
      },
    })
    const { fingerprint } = await hosted.start('Our team')
    programs[0]?.kill()
    await until('it fell', () => hosted.view.state === 'failed')
    await until('it runs again', () => hosted.view.state === 'running')
    expect(hosted.view).to.include({ name: 'Our team', fingerprint })
    expect(said.join('\n')).to.match(/registry here ended.*again/)
    programs[1]?.kill()
    await until('it fell again', () => hosted.view.state === 'failed')
    await hosted.stop()
    expect(hosted.view).to.have.property('state', 'stopped')
  })

  it('ends when the app is killed without a chance to say so', async () => {
    const port = await freePort()
    const script = fileURLToPath(new URL('./hosting.script.ts', import.meta.url))
    const app = spawn(process.execPath, [...process.execArgv, script, join(hosts.folder, 'killed'), String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => createInterface({ input: app.stdout }).once('line', resolve))
    expect(await answers(port)).to.equal(true)
    app.kill('SIGKILL')
    await until('the registry to be gone', async () => !(await answers(port)))
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await until('a free port', () => server.listening)
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
