import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { backUp } from '../../core/registry/backup.ts'
import { inspectDatabase } from '../../core/registry/backup-thread.ts'
import { askRegistry } from '../../core/registry/control-client.ts'
import type { RunningRegistry } from '../../core/registry/options.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { say, temporaryFolder } from './support/house.ts'
import { login, register } from './support/password.ts'

const MIB = 1024 * 1024

describe('a registry whose disk is in trouble', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let mounted: string[]
  const running: RunningRegistry[] = []

  beforeEach(() => {
    folder = temporaryFolder()
    mounted = []
  })
  afterEach(async () => {
    for (const registry of running.splice(0)) await registry.close()
    for (const path of mounted) execFileSync('umount', [path])
    folder.remove()
  })

  /** A small file system of this test's own. */
  function disk(context: Mocha.Context, megabytes: number): string {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      if (process.env.CI === 'true') throw new Error('this test needs root on Linux, for a small filesystem of its own')
      process.stdout.write('      left out: needs root on Linux, for a small filesystem of its own\n')
      context.skip()
    }
    const path = join(folder.path, 'disk')
    mkdirSync(path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'optichat-test', path])
    mounted.push(path)
    return path
  }

  async function start(data: string): Promise<RunningRegistry> {
    const registry = await startRegistry({
      data,
      name: 'Team',
      port: 0,
      host: '127.0.0.1',
      metricsPort: 0,
      rates: null,
      log: () => undefined,
    })
    running.push(registry)
    return registry
  }

  const health = async ({ metricsPort }: RunningRegistry) => {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/healthz`)
    return { status: response.status, ...((await response.json()) as object) }
  }

  async function connect({ port }: RunningRegistry, name: string): Promise<TestClient> {
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf(name) }))
    await client.ask('hello', { version: 1, device: name })
    return client
  }

  async function signUp(registry: RunningRegistry, name: string): Promise<TestClient> {
    const client = await connect(registry, name)
    await register(client, name, 'secret password')
    await login(client, name, 'secret password')
    await client.sync()
    return client
  }

  const refused = async (work: Promise<unknown>): Promise<OptiChatError> => {
    const error = await work.then(
      () => new Error('it was done'),
      (error: unknown) => error,
    )
    if (error instanceof OptiChatError) return error
    throw error
  }

  it('refuses what a full disk does not take, in words, loses nothing it acknowledged, and takes more when there is room', async function () {
    const at = disk(this, 12)
    const ballast = join(at, 'ballast')
    writeFileSync(ballast, Buffer.alloc(4 * MIB))
    const data = join(at, 'data')
    const first = await start(data)
    const alice = await signUp(first, 'Alice')
    const acknowledged = new Map<string, number>()
    const refusals: OptiChatError[] = []
    const send = async (client: TestClient, id: string) => {
      const sent = await say(client, 'everyone', id.padEnd(10_000, '.'), id).catch((error: unknown) => error)
      if (typeof sent === 'number') acknowledged.set(id, sent)
      else if (sent instanceof OptiChatError) refusals.push(sent)
      else throw sent
    }
    while (refusals.length < 20) await Promise.all(Array.from({ length: 16 }, () => send(alice, randomUUID())))
    expect(acknowledged.size).to.be.greaterThan(100)
    for (const error of refusals) expect(error.code).to.equal('registry-full')
    expect(await health(first)).to.deep.include({ status: 503, ok: false, code: 'registry-full' })
    // It serves what it has.
    const reader = await connect(first, 'Alice')
    await reader.sync()
    expect(reader.messages()).to.have.length(acknowledged.size)
    expect((await refused(backUp(data, join(at, 'backup'), 0))).code).to.equal('backup-failed')
    expect(readdirSync(at).sort()).to.deep.equal(['ballast', 'data'])

    rmSync(ballast)
    const again = randomUUID()
    await send(alice, again)
    expect(acknowledged.has(again)).to.equal(true)
    await until('health', async () => (await health(first)).status === 200)
    await first.close()
    const second = await start(data)
    const back = await connect(second, 'Alice')
    await back.sync()
    const stored = new Map(back.messages().map(({ id, position }) => [id, position]))
    expect([...acknowledged].filter(([id, position]) => stored.get(id) !== position)).to.deep.equal([])
    // What was refused is not there either.
    expect(stored.size).to.equal(acknowledged.size)
    await second.close()
    expect((await inspectDatabase(join(data, 'registry.sqlite'))).messages).to.equal(acknowledged.size)
  })

  it('that is full from the start is told of, and holds nobody up later', async function () {
    const at = disk(this, 1)
    const ballast = join(at, 'ballast')
    expect(() => writeFileSync(ballast, Buffer.alloc(2 * MIB))).to.throw(/ENOSPC/)
    const error = await refused(start(join(at, 'data')))
    expect(error.code).to.be.oneOf(['data-unreadable', 'registry-full'])
    expect(error.message).to.match(/no space|full/i)
    rmSync(ballast)
    await signUp(await start(join(at, 'data')), 'Alice')
  })

  it('that may not be written to is told of, and stays as it is', async function () {
    const at = disk(this, 8)
    const data = join(at, 'data')
    const first = await start(data)
    await signUp(first, 'Alice')
    await first.close()
    const before = readdirSync(data).map((name) => [name, readFileSync(join(data, name)).toString('base64')])
    execFileSync('mount', ['-o', 'remount,ro', at])
    const error = await refused(start(data))
    expect(error.code).to.equal('data-unreadable')
    expect(error.message).to.match(/read-?only/i)
    expect((await refused(askRegistry({ data, log: () => undefined }, 'users', {}))).code).to.equal('data-unreadable')
    expect((await refused(start(join(at, 'new')))).message).to.match(/read-?only/i)
    execFileSync('mount', ['-o', 'remount,rw', at])
    expect(readdirSync(data).map((name) => [name, readFileSync(join(data, name)).toString('base64')])).to.deep.equal(before)
    expect((await connect(await start(data), 'Alice')).ended).to.equal(null)
  })

  it('that damaged a page of its database is told of at the start, and nothing is written to it', async () => {
    const data = join(folder.path, 'data')
    const first = await start(data)
    const alice = await signUp(first, 'Alice')
    await Promise.all(Array.from({ length: 300 }, (_, index) => say(alice, 'everyone', `${index}`.padEnd(1_000, '.'))))
    await first.close()
    const path = join(data, 'registry.sqlite')
    const whole = readFileSync(path)
    const pages = whole.length / 4_096
    expect(pages).to.be.greaterThan(60)
    for (const page of [1, 2, 5, 17, Math.floor(pages / 2), pages - 1]) {
      const damaged = Buffer.from(whole)
      damaged.fill(0x55, page * 4_096, page * 4_096 + 2_048)
      writeFileSync(path, damaged)
      const error = await refused(start(data))
      expect(error.code, `page ${page}`).to.equal('data-unreadable')
      expect(error.message).to.match(/damaged|malformed/)
      expect(readFileSync(path).equals(damaged), `page ${page}`).to.equal(true)
    }
    writeFileSync(path, whole.subarray(0, whole.length - 10 * 4_096))
    expect((await refused(start(data))).code).to.equal('data-unreadable')
    writeFileSync(path, whole)
    const back = await connect(await start(data), 'Alice')
    await back.sync()
    expect(back.messages()).to.have.length(300)
  })

  it('that lost the OPAQUE setup says which file, and that a backup has it', async () => {
    const data = join(folder.path, 'data')
    await (await start(data)).close()
    await backUp(data, join(folder.path, 'backup'), 0)
    const setup = join(data, 'registry.opaque')
    rmSync(setup)
    const error = await refused(start(data))
    expect(error.code).to.equal('data-unreadable')
    expect(error.message).to.contain(`${setup} is missing`).and.to.contain('backup')
    expect(existsSync(setup)).to.equal(false)
    writeFileSync(setup, readFileSync(join(folder.path, 'backup', 'registry.opaque')))
    await start(data)
  })
})
