import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { say, temporaryFolder } from './support/house.ts'
import { login, register } from './support/password.ts'

const ROUNDS = 3

describe('a registry that is killed', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let child: ChildProcess | null = null

  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(async () => {
    await kill()
    folder.remove()
  })

  async function start(): Promise<number> {
    child = fork(fileURLToPath(new URL('./support/killed-registry.ts', import.meta.url)), [folder.path], { execArgv: process.execArgv })
    let port = 0
    child.on('message', (message: { port?: number }) => {
      port = message.port ?? port
    })
    return until('the registry', () => port || null, 20_000)
  }

  async function kill(): Promise<void> {
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    child = null
  }

  const connect = async (port: number) => {
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf('registry test') }))
    await client.ask('hello', { version: 1, device: 'test' })
    return client
  }

  it('has lost nothing it acknowledged and doubled nothing that is sent again', async () => {
    const acknowledged = new Map<string, number>()
    let unanswered: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const client = await connect(await start())
      if (round === 0) {
        await register(client, 'Alice', 'secret password')
        await login(client, 'Alice', 'secret password')
      }
      await client.sync()
      // Those of the last round whose fate is unknown, as a client does when it is back.
      for (const id of unanswered) acknowledged.set(id, await say(client, 'everyone', id, id))
      const messages = client.messages()
      expect(new Set(messages.map(({ id }) => id)).size).to.equal(messages.length)
      for (const [id, position] of acknowledged) expect(messages.find((message) => message.id === id)?.position).to.equal(position)
      expect(messages.map(({ position }) => position)).to.deep.equal([...messages.map(({ position }) => position)].sort((a, b) => a - b))
      const sending = new Set<string>()
      let answered = 0
      const done = Array.from({ length: 64 }, async () => {
        while (!client.ended) {
          const id = randomUUID()
          sending.add(id)
          const position = await say(client, 'everyone', id, id).catch(() => null)
          if (position === null) return
          sending.delete(id)
          acknowledged.set(id, position)
          answered++
        }
      })
      await until('some hundred answers', () => answered > 300 * (round + 1))
      await kill()
      await Promise.all(done)
      unanswered = [...sending]
    }
    const client = await connect(await start())
    await client.sync()
    const stored = new Map(client.messages().map(({ id, position }) => [id, position]))
    expect([...acknowledged].filter(([id, position]) => stored.get(id) !== position)).to.deep.equal([])
    const stamps = client.messages().map(({ stamp }) => stamp)
    expect(stamps).to.deep.equal([...stamps].sort())
  }).timeout(120_000)

  it('leaves its folder to the next, while one that runs does not', async () => {
    await start()
    const options = { data: folder.path, name: 'Second', port: 0, host: '127.0.0.1', log: () => undefined }
    const refused = await startRegistry(options).catch((error: unknown) => error)
    expect(refused).to.have.property('code', 'data-in-use')
    await kill()
    await (await startRegistry(options)).close()
  }).timeout(60_000)
})
