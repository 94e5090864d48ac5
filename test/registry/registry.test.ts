import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { conversationId } from '../../core/protocol/conversation.ts'
import type { RegistryOptions, RunningRegistry } from '../../core/registry/options.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { offer, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { login, register } from './support/password.ts'

const DAY = 24 * 60 * 60_000

describe('a registry', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let data: string
  let lines: string[]
  let running: RunningRegistry[]

  beforeEach(() => {
    folder = temporaryFolder()
    data = join(folder.path, 'made', 'by', 'it')
    lines = []
    running = []
  })
  afterEach(async () => {
    for (const registry of running) await registry.close()
    folder.remove()
  })

  async function start(over: Partial<RegistryOptions> = {}): Promise<RunningRegistry> {
    const registry = await startRegistry({ data, name: 'Team', port: 0, host: '127.0.0.1', log: (line) => lines.push(line), ...over })
    running.push(registry)
    return registry
  }

  async function connect(registry: RunningRegistry, device: string): Promise<TestClient> {
    const { port, fingerprint: expect } = registry
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf(device), expect }))
    await client.ask('hello', { version: 1, device })
    return client
  }

  async function signUp(registry: RunningRegistry, name: string): Promise<TestClient> {
    const client = await connect(registry, name)
    await register(client, name, 'secret password')
    await login(client, name, 'secret password')
    return client
  }

  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'started',
      (error: { code: string }) => error.code,
    )

  it('keeps its identity, users, devices, messages, receipts and offers over a restart, and goes on from there', async () => {
    const first = await start()
    const alice = await signUp(first, 'Alice')
    const bob = await signUp(first, 'Bob')
    const { users } = await alice.sync()
    await bob.sync()
    const ids = new Map(users.map(({ name, id }) => [name, id]))
    const to = [ids.get('Bob') ?? '']
    const transfer = '00000000-0000-4000-8000-000000000001'
    await say(alice, to, 'hello')
    const position = await say(alice, to, offer(transfer))
    const conversation = conversationId([...ids.values()].sort())
    await bob.ask('receipt', { delivered: position, read: { conversation, position: 1 } })
    const before = bob.messages()
    await first.close()
    const second = await start()
    expect([second.id, second.fingerprint]).to.deep.equal([first.id, first.fingerprint])
    const back = await connect(second, 'Bob')
    const reply = await back.sync()
    await until('all', () => back.messages().length === 2)
    expect(back.messages()).to.deep.equal(before)
    expect(reply.reads).to.deep.equal([{ user: ids.get('Bob'), conversation, position: 1 }])
    const [presence] = reply.users.filter(({ name }) => name === 'Alice')
    expect(presence).to.have.property('lastSeen').greaterThan(0)
    expect(reply.users.find(({ name }) => name === 'Bob')?.delivered).to.equal(position)
    const aliceBack = await connect(second, 'Alice')
    await aliceBack.ask('serve', { transfers: [transfer] })
    expect((await back.ask('ticket', { transfer })).ticket.peer.user).to.equal(ids.get('Alice'))
    const { stamp } = await aliceBack.ask('send', { id: transfer, to: 'everyone', body: { kind: 'text', text: 'x' } })
    expect(stamp > (before.at(-1)?.stamp ?? '')).to.equal(true)
    const elsewhere = await connect(second, 'another device')
    expect((await login(elsewhere, 'Alice', 'secret password'))?.reply.user.id).to.equal(ids.get('Alice'))
  })

  it('goes on in the order of stamps when the clock was set back', async () => {
    const clock = new ManualClock()
    const first = await start({ clock })
    const alice = await signUp(first, 'Alice')
    const before = await alice.ask('send', {
      id: '00000000-0000-4000-8000-000000000001',
      to: 'everyone',
      body: { kind: 'text', text: '1' },
    })
    const closing = first.close()
    await closing
    clock.set(clock.now() - 5 * DAY)
    const back = await connect(await start({ clock }), 'Alice')
    const after = await back.ask('send', { id: '00000000-0000-4000-8000-000000000002', to: 'everyone', body: { kind: 'text', text: '2' } })
    expect([after.position, after.stamp > before.stamp]).to.deep.equal([before.position + 1, true])
  })

  it('deletes what is older than it is to be kept, while it runs and at a start that keeps it for less', async () => {
    const HOUR = 60 * 60_000
    const deleted = '1 message older than 3 days deleted'
    const clock = new ManualClock()
    let registry = await start({ clock, retentionDays: 3 })
    const alice = await signUp(registry, 'Alice')
    await alice.sync()
    await say(alice, 'everyone', 'old')
    clock.set(clock.now() + 2 * DAY)
    await say(alice, 'everyone', 'newer')
    clock.set(clock.now() + 2 * DAY)
    await say(alice, 'everyone', 'newest')
    expect(lines).to.not.include(deleted)
    clock.advance(5 * HOUR)
    await until('the look after the clock was believed', () => lines.includes(deleted))
    const seen = async () => {
      const back = await connect(registry, 'Alice')
      await back.sync()
      return back.texts()
    }
    expect(await seen()).to.deep.equal(['newer', 'newest'])
    await registry.close()
    registry = await start({ clock, retentionDays: 1 })
    expect(await seen()).to.deep.equal(['newest'])
  })

  it('tells its sessions why it ends, answers what it accepted, and leaves a clean database', async () => {
    const registry = await start()
    const alice = await signUp(registry, 'Alice')
    await alice.sync()
    const sent = Array.from({ length: 200 }, (_, index) =>
      say(alice, 'everyone', `${index}`).then(
        (position) => position,
        () => null,
      ),
    )
    await until('the first', () => alice.order.includes('reply send'))
    await registry.close()
    await until('the end', () => alice.ended)
    expect([alice.ended, alice.events('bye')]).to.deep.equal(['registry-stopping', [{ reason: 'registry-stopping' }]])
    expect(await registry.stopped).to.equal(null)
    expect(readdirSync(data).sort()).to.deep.equal(['registry.lock', 'registry.opaque', 'registry.pem', 'registry.sqlite'])
    const acknowledged = (await Promise.all(sent)).filter((position) => position !== null)
    const back = await connect(await start(), 'Alice')
    await back.sync()
    expect(back.messages().map(({ position }) => position)).to.include.members(acknowledged)
  })

  it('keeps its folder and its keys to its owner', async () => {
    await start()
    const mode = (path: string) => statSync(path).mode & 0o777
    expect(mode(data)).to.equal(0o700)
    expect([mode(join(data, 'registry.pem')), mode(join(data, 'registry.opaque'))]).to.deep.equal([0o600, 0o600])
    await running[0]?.close()
    chmodSync(data, 0o755)
    await start()
    expect(mode(data)).to.equal(0o700)
  })

  it('does not start twice on one folder, on a port that is used, or on an address of somebody else', async () => {
    const registry = await start()
    expect(await refusal(start())).to.equal('data-in-use')
    const elsewhere = { data: join(folder.path, 'other') }
    expect(await refusal(start({ ...elsewhere, port: registry.port }))).to.equal('port-taken')
    expect(await refusal(start({ ...elsewhere, host: '203.0.113.1' }))).to.equal('interface-unknown')
    // What failed has let go of its folder.
    expect(await refusal(start(elsewhere))).to.equal('started')
    await registry.close()
    expect(await refusal(start())).to.equal('started')
  })

  it('does not start on a folder that is damaged or has lost a key, and leaves it as it is', async () => {
    await (await start()).close()
    const [pem, opaque, database] = ['registry.pem', 'registry.opaque', 'registry.sqlite'].map((name) => join(data, name)) as [
      string,
      string,
      string,
    ]
    const damage = async (path: string, content: string | null) => {
      const before = readFileSync(path)
      if (content === null) rmSync(path)
      else writeFileSync(path, content)
      expect(await refusal(start()), path).to.equal('data-unreadable')
      expect(existsSync(path) ? readFileSync(path, 'utf8') : null).to.equal(content)
      writeFileSync(path, before)
    }
    await damage(pem, null)
    await damage(pem, 'no key')
    await damage(opaque, null)
    await damage(opaque, 'no setup')
    await damage(database, 'no database '.repeat(1_000))
    writeFileSync(join(folder.path, 'file'), '')
    expect(await refusal(start({ data: join(folder.path, 'file') }))).to.equal('data-unreadable')
    expect(await refusal(start())).to.equal('started')
  })

  it('says on its log who came with something else than OptiChat', async () => {
    const registry = await start()
    const { connect: open } = await import('node:net')
    const socket = open(registry.port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    socket.end('GET / HTTP/1.1\r\n\r\n')
    await until('the line', () => lines.some((line) => /^a connection from 127\.0\.0\.1 was refused: TLS/.test(line)))
  })

  it('stops with an error when it can store nothing any more, and acknowledges nothing then', async () => {
    const workers: Worker[] = []
    const post = Worker.prototype.postMessage
    Worker.prototype.postMessage = function (this: Worker, ...message: Parameters<typeof post>) {
      // The loader of modules is a worker too.
      if (typeof message[0] === 'object' && 'batch' in message[0]) workers.push(this)
      return post.apply(this, message)
    }
    let registry: RunningRegistry
    try {
      registry = await start()
    } finally {
      Worker.prototype.postMessage = post
    }
    const alice = await signUp(registry, 'Alice')
    await alice.sync()
    const sent = say(alice, 'everyone', 'x').then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
    await workers[0]?.terminate()
    expect(await registry.stopped).to.have.property('code', 'internal')
    expect(await sent).to.be.oneOf(['internal', 'connection-lost'])
    await until('the end', () => alice.ended === 'internal')
    expect(lines.some((line) => /^the registry stops, since it can store nothing any more/.test(line))).to.equal(true)
    // Its port and its folder are free again.
    await new Promise<void>((resolve) => {
      const server = createServer().listen(registry.port, '127.0.0.1', () => server.close(() => resolve()))
    })
    expect((await connect(await start(), 'Alice')).ended).to.equal(null)
  })
})
