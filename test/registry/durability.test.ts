import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { startRegistry } from '../../core/registry/registry.ts'
import { until } from '../support/wait.ts'
import { temporaryFolder } from './support/house.ts'

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
    return until('the registry', () => port || null)
  }

  async function kill(): Promise<void> {
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    child = null
  }

  it('leaves its folder to the next, while one that runs does not', async () => {
    await start()
    const options = { data: folder.path, name: 'Second', port: 0, host: '127.0.0.1', log: () => undefined }
    const refused = await startRegistry(options).catch((error: unknown) => error)
    expect(refused).to.have.property('code', 'data-in-use')
    await kill()
    await (await startRegistry(options)).close()
  })
})
