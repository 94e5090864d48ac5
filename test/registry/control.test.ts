import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { backUp } from '../../core/registry/backup.ts'
import { restore } from '../../core/registry/backup-restore.ts'
import { askRegistry } from '../../core/registry/control-client.ts'
import type { ControlAnswer, ControlRequest, ControlVerb } from '../../core/registry/control-protocol.ts'
import type { RunningRegistry } from '../../core/registry/options.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { temporaryFolder } from './support/house.ts'
import { login, register, registrationRequest } from './support/password.ts'

describe('the control socket of a registry', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let data: string
  let lines: string[]
  const running: RunningRegistry[] = []

  beforeEach(() => {
    folder = temporaryFolder()
    data = join(folder.path, 'data')
    lines = []
  })
  afterEach(async () => {
    for (const registry of running.splice(0)) await registry.close()
    folder.remove()
  })

  async function start(at = data): Promise<RunningRegistry> {
    const registry = await startRegistry({ data: at, name: 'Team', port: 0, host: '127.0.0.1', log: (line) => lines.push(line) })
    running.push(registry)
    return registry
  }

  async function signUp({ port }: RunningRegistry, name: string): Promise<TestClient> {
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf(name) }))
    await client.ask('hello', { version: 1, device: `${name}'s laptop` })
    await register(client, name, 'secret password')
    await login(client, name, 'secret password')
    return client
  }

  const ask = <V extends ControlVerb>(verb: V, request: ControlRequest<V>): Promise<ControlAnswer<V>> =>
    askRegistry({ data, log: (line) => lines.push(line) }, verb, request)

  const refusal = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof OptiChatError ? error.code : String(error)),
    )

  /** What comes back for these bytes. */
  const raw = (bytes: string) =>
    new Promise<string>((resolve) => {
      let text = ''
      const socket = dial(join(data, 'control.sock'))
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      socket.on('error', () => socket.destroy())
      socket.once('close', () => resolve(text))
      socket.write(bytes)
    })

  it('tells of users and devices, and signs a device out at once', async () => {
    const registry = await start()
    const alice = await signUp(registry, 'Alice')
    await signUp(registry, 'Bob')
    const { users } = await ask('users', {})
    expect(users.map(({ name, presence, devices }) => [name, presence, devices])).to.deep.equal([
      ['Alice', 'online', 1],
      ['Bob', 'online', 1],
    ])
    const { devices } = await ask('devices', { user: 'alice' })
    const { fingerprint } = await identityOf('Alice')
    expect(devices).to.have.length(1)
    expect(devices[0]).to.include({ fingerprint, name: "Alice's laptop", online: true })
    expect((await ask('devices', {})).devices.map(({ user }) => user)).to.deep.equal(['Alice', 'Bob'])
    await ask('revoke', { fingerprint })
    await until('the end of the session', () => alice.ended === 'device-revoked')
    expect((await ask('devices', {})).devices.map(({ user }) => user)).to.deep.equal(['Bob'])
    expect(await refusal(ask('revoke', { fingerprint }))).to.equal('device-unknown')
    expect(await refusal(ask('devices', { user: 'Carol' }))).to.equal('user-unknown')
  })

  it('gives the same answers when the registry is stopped, and what was done then holds when it is back', async () => {
    const registry = await start()
    await signUp(registry, 'Alice')
    await signUp(registry, 'Bob')
    await registry.close()
    expect((await ask('users', {})).users.map(({ name, presence }) => [name, presence])).to.deep.equal([
      ['Alice', 'offline'],
      ['Bob', 'offline'],
    ])
    await ask('revoke', { fingerprint: (await identityOf('Alice')).fingerprint })
    await ask('delete', { user: 'Bob' })
    const { code } = await ask('invite', {})
    expect(code).to.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    const second = await start()
    const { users } = await ask('users', {})
    expect(users.map(({ name, gone, devices }) => [name, gone ?? false, devices])).to.deep.equal([
      ['Alice', false, 0],
      ['Bob', true, 0],
    ])
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port: second.port, identity: await identityOf('Alice') }))
    expect(await client.ask('hello', { version: 1, device: 'x' })).to.not.have.property('user')
  })

  it('makes a code for a new password', async () => {
    const registry = await start()
    await signUp(registry, 'Alice')
    expect((await ask('reset-password', { user: 'Alice' })).code).to.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    expect(await refusal(ask('reset-password', { user: 'Carol' }))).to.equal('user-unknown')
  })

  it('says who may register: at once, after a restart, in a backup, until it is said again', async () => {
    const registry = await start()
    expect(await ask('policy', {})).to.deep.equal({ registration: 'open' })
    expect(await ask('policy', { registration: 'invite' })).to.deep.equal({ registration: 'invite' })
    const connect = async ({ port }: RunningRegistry, name: string) => {
      const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf(name) }))
      expect((await client.ask('hello', { version: 1, device: 'x' })).registration).to.equal('invite')
      return client
    }
    const request = await registrationRequest()
    const alice = await connect(registry, 'Alice')
    expect(await alice.refusal('register-start', { name: 'Alice', request })).to.equal('invite-refused')
    const { code } = await ask('invite', {})
    expect(await alice.refusal('register-start', { name: 'Alice', request, invite: code })).to.equal('done')
    await registry.close()
    await backUp(data, join(folder.path, 'backup'), 0)
    await restore(join(folder.path, 'backup'), join(folder.path, 'again'))
    const again = await start(join(folder.path, 'again'))
    expect(await (await connect(again, 'Bob')).refusal('register-start', { name: 'Bob', request })).to.equal('invite-refused')
    // A stopped one as well.
    expect(await ask('policy', { registration: 'closed' })).to.deep.equal({ registration: 'closed' })
    const options = { data, name: 'Team', port: 0, host: '127.0.0.1', log: () => undefined }
    const closed = await startRegistry(options)
    expect(closed.admin.registration).to.equal('closed')
    await closed.close()
    await (await startRegistry({ ...options, registration: 'open' })).close()
    expect(await ask('policy', {})).to.deep.equal({ registration: 'open' })
  })

  it('is for its owner only, and gone with the registry', async () => {
    const registry = await start()
    expect(statSync(join(data, 'control.sock')).mode & 0o777).to.equal(0o600)
    expect(statSync(data).mode & 0o777).to.equal(0o700)
    await registry.close()
    expect(readdirSync(data).filter((name) => name.startsWith('control'))).to.deep.equal([])
  })

  it('answers what makes no sense with an error, and goes on', async () => {
    await start()
    const code = async (bytes: string) => (JSON.parse(await raw(bytes)) as { error: string }).error
    expect(await code('hello\n')).to.equal('bad-frame')
    expect(await code('[]\n')).to.equal('bad-frame')
    expect(await code('{"verb":"__proto__"}\n')).to.equal('bad-frame')
    expect(await code('{"verb":"revoke","fingerprint":"91ab"}\n')).to.equal('bad-frame')
    expect(await code('{"verb":"users","all":true}\n')).to.equal('bad-frame')
    expect(await code(`{"verb":"delete","user":"${'x'.repeat(5_000)}"}\n`)).to.equal('too-large')
    expect(await code('x'.repeat(100_000))).to.equal('too-large')
    expect((await ask('users', {})).users).to.deep.equal([])
  })

  it('does not keep the registry from ending, though somebody connected and said nothing', async () => {
    const registry = await start()
    const socket = dial(join(data, 'control.sock'))
    await new Promise((resolve) => socket.once('connect', resolve))
    const gone = new Promise((resolve) => socket.once('close', resolve))
    await registry.close()
    await gone
  })

  it('replaces what a killed registry left, and a command finds the folder then', async () => {
    await (await start()).close()
    // A socket that nobody listens on any more.
    const left = createServer().listen(join(data, 'left.sock'))
    await new Promise((resolve) => left.once('listening', resolve))
    renameSync(join(data, 'left.sock'), join(data, 'control.sock'))
    await new Promise((resolve) => left.close(resolve))
    expect(existsSync(join(data, 'control.sock'))).to.equal(true)
    expect((await ask('users', {})).users).to.deep.equal([])
    await start()
    expect((await ask('users', {})).users).to.deep.equal([])
  })

  it('is found in a folder whose path is longer than a socket’s may be', async function () {
    if (process.platform !== 'linux') return this.skip()
    data = join(folder.path, 'x'.repeat(100), 'y'.repeat(100))
    await signUp(await start(), 'Alice')
    expect(existsSync(join(data, 'control.sock'))).to.equal(true)
    expect((await ask('users', {})).users.map(({ presence }) => presence)).to.deep.equal(['online'])
  })

  it('makes no registry of a folder that is none', async () => {
    expect(await refusal(ask('users', {}))).to.equal('data-unreadable')
    expect(existsSync(data)).to.equal(false)
    mkdirSync(data)
    writeFileSync(join(data, 'thesis.txt'), '')
    expect(await refusal(ask('users', {}))).to.equal('data-unreadable')
    expect(readdirSync(data)).to.deep.equal(['thesis.txt'])
  })
})
