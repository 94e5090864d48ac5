import { request } from 'node:http'
import { connect as dial } from 'node:net'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { Histogram, Meter, metric } from '../../core/registry/metrics.ts'
import type { RegistryOptions, RunningRegistry } from '../../core/registry/options.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { say, temporaryFolder } from './support/house.ts'
import { login, register } from './support/password.ts'

interface Got {
  readonly status: number
  readonly type: string
  readonly text: string
}

describe('metrics of a registry', () => {
  let folder: ReturnType<typeof temporaryFolder>
  const running: RunningRegistry[] = []

  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(async () => {
    for (const registry of running.splice(0)) await registry.close()
    folder.remove()
  })

  async function start(over: Partial<RegistryOptions> = {}): Promise<RunningRegistry> {
    const options = { data: folder.path, name: 'Team', port: 0, host: '127.0.0.1', metricsPort: 0, log: () => undefined }
    const registry = await startRegistry({ ...options, ...over })
    running.push(registry)
    return registry
  }

  const get = (registry: RunningRegistry, path: string, options: { method?: string; host?: string } = {}) =>
    new Promise<Got>((resolve, reject) => {
      const { method = 'GET', host = `127.0.0.1:${registry.metricsPort}` } = options
      const asked = request({ host: '127.0.0.1', port: registry.metricsPort ?? 0, path, method, headers: { host } }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }))
      })
      asked.on('error', reject)
      asked.end()
    })

  /** The value of a sample, as a scraper reads it. */
  const value = ({ text }: Got, sample: string): number => {
    const line = text.split('\n').find((row) => row.startsWith(`optichat_${sample} `))
    expect(line, sample).to.be.a('string')
    return Number(line?.split(' ')[1])
  }

  async function signUp(registry: RunningRegistry): Promise<TestClient> {
    const { port } = registry
    const client = new TestClient(await dialWebSocket({ host: '127.0.0.1', port, identity: await identityOf('metrics') }))
    await client.ask('hello', { version: 1, device: 'test' })
    await register(client, 'Alice', 'secret password')
    await login(client, 'Alice', 'secret password')
    await client.sync()
    return client
  }

  it('count people, messages, commits, frames and refusals, in the text that Prometheus reads', async () => {
    const registry = await start()
    const before = await get(registry, '/metrics')
    expect([before.status, before.type]).to.deep.equal([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect([value(before, 'users'), value(before, 'sessions'), value(before, 'messages_total')]).to.deep.equal([0, 0, 0])
    const alice = await signUp(registry)
    const same = '00000000-0000-4000-8000-000000000001'
    await Promise.all(Array.from({ length: 20 }, (_, index) => say(alice, 'everyone', `${index}`)))
    await say(alice, 'everyone', 'one', same)
    await say(alice, 'everyone', 'one', same)
    expect(await alice.refusal('send', { id: same, to: 'everyone', body: { kind: 'text', text: 'another' } })).to.equal('id-taken')
    const after = await get(registry, '/metrics')
    expect([value(after, 'users'), value(after, 'users_signed_in'), value(after, 'sessions')]).to.deep.equal([1, 1, 1])
    // A repeat is the same message; what is refused is none.
    expect([value(after, 'messages_total'), value(after, 'log_head')]).to.deep.equal([21, 21])
    expect(value(after, 'refused_total{code="id-taken"}')).to.equal(1)
    expect(value(after, 'commits_total')).to.be.greaterThan(value(before, 'commits_total'))
    expect(value(after, 'commit_seconds_count')).to.equal(value(after, 'commit_rows_count'))
    expect(value(after, 'commit_seconds_bucket{le="+Inf"}')).to.equal(value(after, 'commit_seconds_count'))
    expect(value(after, 'commit_seconds_sum')).to.be.greaterThan(0)
    // Twenty at once are not twenty commits.
    expect(value(after, 'commit_rows_sum')).to.be.greaterThan(value(after, 'commit_rows_count'))
    expect(value(after, 'frames_total{direction="in"}')).to.be.greaterThan(25)
    expect(value(after, 'frames_total{direction="out"}')).to.be.greaterThan(25)
    expect(value(after, 'bytes_total{direction="in"}')).to.be.greaterThan(25 * 60)
    expect(value(after, 'memory_bytes{kind="resident"}')).to.be.greaterThan(1e6)
    expect(value(after, 'uptime_seconds')).to.be.greaterThan(0)
    expect(value(after, 'event_loop_lag_seconds{quantile="1"}')).to.be.at.least(value(after, 'event_loop_lag_seconds{quantile="0.5"}'))
    for (const line of after.text.trimEnd().split('\n')) {
      expect(line).to.match(/^(# (HELP|TYPE) optichat_[a-z_]+ .+|optichat_[a-z0-9_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+)$/)
    }
  })

  it('count who came with something else', async () => {
    const registry = await start()
    const socket = dial(registry.port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    socket.end('GET / HTTP/1.1\r\n\r\n')
    await until('the count', async () => value(await get(registry, '/metrics'), 'connections_refused_total') === 1)
  })

  it('are for this machine only: no other address, no foreign Host, no other method, no other path', async () => {
    const registry = await start()
    const status = async (...asked: Parameters<typeof get>) => (await get(...asked)).status
    const port = registry.metricsPort
    expect(await status(registry, '/metrics', { host: `localhost:${port}` })).to.equal(200)
    expect(await status(registry, '/metrics', { host: `evil.example:${port}` })).to.equal(403)
    expect(await status(registry, '/metrics', { host: '127.0.0.1' })).to.equal(403)
    expect(await status(registry, '/metrics', { host: `127.0.0.1:${registry.port}` })).to.equal(403)
    expect(await status(registry, '/metrics', { method: 'POST' })).to.equal(405)
    expect(await status(registry, '/')).to.equal(404)
    expect(await status(registry, '/__proto__')).to.equal(404)
    const elsewhere = await new Promise((resolve) => {
      const socket = dial(port ?? 0, '127.0.0.2')
      socket.once('connect', () => resolve('connected'))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    expect(elsewhere).to.equal('ECONNREFUSED')
  })

  it('are not served unless asked for, and a port that is taken is named', async () => {
    const first = await start()
    const elsewhere = temporaryFolder()
    const taken = { data: elsewhere.path, metricsPort: first.metricsPort ?? 0 }
    const refused = await startRegistry({ name: 'x', port: 0, host: '127.0.0.1', log: () => undefined, ...taken }).catch(
      (error: unknown) => error,
    )
    expect(refused).to.include({ code: 'port-taken' }).and.have.property('message').that.includes(`port ${first.metricsPort}, for metrics`)
    const quiet = await startRegistry({ name: 'x', port: 0, host: '127.0.0.1', log: () => undefined, data: elsewhere.path })
    running.push(quiet)
    expect(quiet.metricsPort).to.equal(null)
    await quiet.close()
    elsewhere.remove()
  })

  it('say that it is well, and end with it', async () => {
    const registry = await start()
    expect(await get(registry, '/healthz')).to.deep.equal({ status: 200, type: 'application/json', text: '{"ok":true}\n' })
    await registry.close()
    const gone = await get(registry, '/healthz').catch((error: NodeJS.ErrnoException) => error.code)
    expect(gone).to.equal('ECONNREFUSED')
  })

  it('know a full disk until something is stored again, and a broken store for good', () => {
    const meter = new Meter()
    const report = { rows: 1, commits: 1, messages: 1, seconds: 0.001, wrote: true, failed: null }
    meter.committed({ ...report, wrote: false, failed: 'registry-full' })
    expect(meter.trouble).to.equal('registry-full')
    // What was only read says nothing of the disk.
    meter.committed({ ...report, wrote: false })
    expect(meter.trouble).to.equal('registry-full')
    meter.committed(report)
    expect(meter.trouble).to.equal(null)
    meter.broken('internal')
    meter.committed(report)
    expect(meter.trouble).to.equal('internal')
  })

  it('put values into buckets up to and including their bound', () => {
    const histogram = new Histogram([1, 10])
    for (const one of [0.5, 1, 1.5, 10, 11]) histogram.observe(one)
    expect([histogram.cumulative(), histogram.count, histogram.sum]).to.deep.equal([[2, 4], 5, 24])
    expect(metric('x', 'gauge', 'X.', [[1, { why: 'a "quoted"\nline' }]])).to.contain('optichat_x{why="a \\"quoted\\"\\nline"} 1')
  })
})
