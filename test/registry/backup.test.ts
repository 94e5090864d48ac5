import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { backUp } from '../../core/registry/backup.ts'
import type { Manifest } from '../../core/registry/backup-manifest.ts'
import { restore } from '../../core/registry/backup-restore.ts'
import type { RunningRegistry } from '../../core/registry/options.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { openForReading } from '../../core/sqlite.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { say, temporaryFolder } from './support/house.ts'
import { login, register } from './support/password.ts'

describe('a backup of a registry', () => {
  let folder: ReturnType<typeof temporaryFolder>
  const running: RunningRegistry[] = []
  const at = (...names: string[]) => join(folder.path, ...names)
  const mode = (path: string) => statSync(path).mode & 0o777

  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(async () => {
    for (const registry of running.splice(0)) await registry.close()
    folder.remove()
  })

  async function start(data: string): Promise<RunningRegistry> {
    const registry = await startRegistry({ data, name: 'Team', port: 0, host: '127.0.0.1', rates: null, log: () => undefined })
    running.push(registry)
    return registry
  }

  async function connect({ port, fingerprint }: RunningRegistry, device: string): Promise<TestClient> {
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf(device), expect: fingerprint }))
    await client.ask('hello', { version: 1, device })
    return client
  }

  async function signUp(registry: RunningRegistry, name: string): Promise<TestClient> {
    const client = await connect(registry, name)
    await register(client, name, 'secret password')
    await login(client, name, 'secret password')
    await client.sync()
    return client
  }

  async function refusal(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'done',
      (error: unknown) => (error instanceof OptiChatError ? error.code : String(error)),
    )
  }

  /** A registry that has run, with some messages in it. */
  async function house(messages: number): Promise<string> {
    const registry = await start(at('data'))
    const alice = await signUp(registry, 'Alice')
    await Promise.all(Array.from({ length: messages }, (_, index) => say(alice, 'everyone', `${index}`)))
    await registry.close()
    return at('data')
  }

  it('made while it serves holds all that was acknowledged before, and what is put back goes on from there', async () => {
    const first = await start(at('data'))
    const alice = await signUp(first, 'Alice')
    const acknowledged = new Map<string, number>()
    let sending = true
    const senders = Array.from({ length: 16 }, async () => {
      while (sending) {
        const id = randomUUID()
        acknowledged.set(id, await say(alice, 'everyone', id, id))
      }
    })
    await until('some messages', () => acknowledged.size > 500)
    const before = new Map(acknowledged)
    const script = fileURLToPath(new URL('./support/back-up.ts', import.meta.url))
    const child = fork(script, [at('data'), at('backups', 'monday')], { execArgv: process.execArgv })
    const ended = once(child, 'exit')
    const [manifest] = (await once(child, 'message')) as [Manifest]
    await ended
    expect(acknowledged.size, 'goes on meanwhile').to.be.greaterThan(before.size)
    sending = false
    await Promise.all(senders)
    expect(manifest).to.include({ registry: first.id, fingerprint: first.fingerprint, users: 1 })
    expect(manifest.messages).to.be.at.least(before.size).and.at.most(acknowledged.size)
    expect(readdirSync(at('backups'))).to.deep.equal(['monday'])
    await first.close()

    expect(await restore(at('backups', 'monday'), at('new', 'data'))).to.deep.equal(manifest)
    const second = await start(at('new', 'data'))
    expect([second.id, second.fingerprint]).to.deep.equal([first.id, first.fingerprint])
    // By its device, without a password.
    const back = await connect(second, 'Alice')
    await back.sync()
    const messages = new Map(back.messages().map(({ id, position }) => [id, position]))
    expect([...before].filter(([id, position]) => messages.get(id) !== position)).to.deep.equal([])
    expect(messages.size).to.equal(manifest.messages)
    const elsewhere = await connect(second, 'another device')
    expect(await login(elsewhere, 'Alice', 'secret password')).to.not.equal(null)
    expect(await login(await connect(second, 'a third'), 'Alice', 'wrong password')).to.equal(null)
  })

  it('gives no position a second time, so that a client which saw more than the backup holds misses nothing', async () => {
    const first = await start(at('data'))
    const alice = await signUp(first, 'Alice')
    await say(alice, 'everyone', 'kept')
    await backUp(at('data'), at('backup'), 0)
    const lost: number[] = []
    for (const words of ['1', '2', '3']) lost.push(await say(alice, 'everyone', words))
    await first.close()
    await restore(at('backup'), at('again'))
    const second = await start(at('again'))
    const other = await connect(second, 'Alice')
    await other.sync()
    const position = await say(other, 'everyone', 'after')
    expect(position).to.be.greaterThan(Math.max(...lost))
    // This device was there until the end: it asks for what comes after the last it saw.
    const back = await connect(second, 'Alice')
    await back.sync(Math.max(...lost))
    expect(back.texts()).to.include('after')
  })

  it('is for its owner only, has a manifest with digests, and is one file of a database', async () => {
    const data = await house(3)
    const manifest = await backUp(data, at('backup'), 1_800_000_000_000)
    expect(readdirSync(at('backup')).sort()).to.deep.equal(['manifest.json', 'registry.opaque', 'registry.pem', 'registry.sqlite'])
    expect(mode(at('backup'))).to.equal(0o700)
    for (const name of readdirSync(at('backup'))) expect(mode(at('backup', name)), name).to.equal(0o600)
    expect(JSON.parse(readFileSync(at('backup', 'manifest.json'), 'utf8'))).to.deep.equal(manifest)
    expect(manifest).to.include({ made: '2027-01-15T08:00:00.000Z', messages: 3, head: 3, users: 1 })
    await restore(at('backup'), at('again'))
    expect(mode(at('again'))).to.equal(0o700)
    for (const name of ['registry.opaque', 'registry.pem', 'registry.sqlite']) {
      expect(mode(at('again', name)), name).to.equal(0o600)
      if (name !== 'registry.sqlite') expect(readFileSync(at('again', name))).to.deep.equal(readFileSync(at('data', name)))
    }
  })

  it('of a registry that was killed holds what was in its write-ahead log', async () => {
    const script = fileURLToPath(new URL('./support/killed-registry.ts', import.meta.url))
    const child = fork(script, [at('data')], { execArgv: process.execArgv })
    let registry: RunningRegistry | null = null
    child.on('message', (said: RunningRegistry) => {
      if (said.port) registry = said
    })
    const alice = await signUp(await until('the registry', () => registry), 'Alice')
    await say(alice, 'everyone', 'in the log')
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(statSync(at('data', 'registry.sqlite-wal')).size).to.be.greaterThan(0)
    expect((await backUp(at('data'), at('backup'), 0)).messages).to.equal(1)
    const database = openForReading(at('backup', 'registry.sqlite'))
    expect(database.prepare('SELECT body FROM messages').all()).to.have.length(1)
    database.close()
  })

  it('goes where nothing is, and leaves nothing where it fails', async () => {
    const data = await house(1)
    expect(await refusal(backUp(at('nowhere'), at('backup'), 0))).to.equal('data-unreadable')
    expect(existsSync(at('nowhere'))).to.equal(false)
    mkdirSync(at('full'))
    writeFileSync(at('full', 'thesis.txt'), 'precious')
    expect(await refusal(backUp(data, at('full'), 0))).to.equal('folder-not-empty')
    writeFileSync(at('file'), 'precious')
    expect(await refusal(backUp(data, at('file'), 0))).to.equal('folder-not-empty')
    expect(await refusal(backUp(data, at('file', 'below'), 0))).to.equal('backup-failed')
    mkdirSync(at('empty'))
    expect(await refusal(backUp(data, at('empty'), 0))).to.equal('done')
    // A database with a damaged page is no backup.
    const bytes = readFileSync(join(data, 'registry.sqlite'))
    writeFileSync(join(data, 'registry.sqlite'), Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0x55)]))
    expect(await refusal(backUp(data, at('damaged'), 0))).to.be.oneOf(['data-unreadable', 'backup-damaged'])
    rmSync(join(data, 'registry.pem'))
    expect(await refusal(backUp(data, at('damaged'), 0))).to.equal('data-unreadable')
    expect(readdirSync(folder.path).sort()).to.deep.equal(['data', 'empty', 'file', 'full'])
  })

  it('is put back only when it is whole, and only into a folder of its own', async () => {
    const data = await house(2)
    await backUp(data, at('backup'), 0)
    expect(await refusal(restore(at('backup'), data))).to.equal('folder-not-empty')
    const spoil = async (name: string, how: (path: string) => void) => {
      const path = at('backup', name)
      const before = readFileSync(path)
      how(path)
      expect(await refusal(restore(at('backup'), at('again'))), name).to.equal('backup-damaged')
      expect(existsSync(at('again')), name).to.equal(false)
      writeFileSync(path, before)
    }
    for (const name of ['registry.sqlite', 'registry.pem', 'registry.opaque']) {
      await spoil(name, (path) => appendFileSync(path, 'x'))
      await spoil(name, (path) => truncateSync(path, 100))
      await spoil(name, (path) => rmSync(path))
    }
    const manifest = JSON.parse(readFileSync(at('backup', 'manifest.json'), 'utf8')) as Manifest
    const change = (what: object) => spoil('manifest.json', (path) => writeFileSync(path, JSON.stringify({ ...manifest, ...what })))
    await change({ version: 2 })
    await change({ head: 99 })
    await change({ files: manifest.files.map((file) => ({ ...file, name: '../../etc/passwd' })) })
    await change({ files: Array.from({ length: 3 }, () => manifest.files[0]) })
    await spoil('manifest.json', (path) => writeFileSync(path, 'x'.repeat(100_000)))
    await spoil('manifest.json', (path) => rmSync(path))
    // A folder that is there and empty, as a file system of its own is.
    mkdirSync(at('again'), { mode: 0o755 })
    expect(await refusal(restore(at('backup'), at('again')))).to.equal('done')
    const registry = await start(at('again'))
    expect(registry.fingerprint).to.equal(manifest.fingerprint)
    expect(await refusal(restore(at('backup'), at('again')))).to.equal('folder-not-empty')
  })
})
