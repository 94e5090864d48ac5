import { expect } from 'chai'
import type { Connection, KnownRegistry } from '../../core/client/client.ts'
import { StandingConnection } from '../../core/client/connection.ts'
import type { Dial } from '../../core/client/handshake.ts'
import type { Link } from '../../core/link/link.ts'
import { memoryPair } from '../../core/link/memory.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { parseRequest, type RequestFrame } from '../../core/protocol/parse.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'

const registry: KnownRegistry = { id: 'R'.repeat(22), name: 'Lab', host: 'lab', port: 6784, fingerprint: 'f'.repeat(64) }
const user = { id: 'U'.repeat(22), name: 'alice' }
const hello = { version: 1, registry: { id: registry.id, name: registry.name }, user }
const start = { head: 0, users: [], rooms: [], reads: [], serving: [] }

type Script = (request: RequestFrame, link: Link) => void

/** Answers hello and sync as a registry does, changed by `change`. */
const polite =
  (change: Partial<typeof hello> & { user?: typeof user | undefined } = {}): Script =>
  ({ verb, n }, link) => {
    if (verb === 'hello') link.send(JSON.stringify({ reply: n, ...hello, ...change }))
    if (verb === 'sync') link.send(JSON.stringify({ reply: n, ...start }))
  }

async function setUp(script: Script | OptiChatError) {
  const clock = fakeClock()
  const identity = await identityOf('device')
  const links: Link[] = []
  const dialled: string[] = []
  const control = { script }
  const dial: Dial = async ({ host, port }) => {
    dialled.push(`${host}:${port}`)
    if (control.script instanceof OptiChatError) throw control.script
    const [near, far] = memoryPair({ fingerprints: ['d'.repeat(64), registry.fingerprint] })
    links.push(far)
    far.start({
      frame: (text) => {
        if (!(control.script instanceof OptiChatError)) control.script(parseRequest(text), far)
      },
      ended: () => undefined,
    })
    return near
  }
  const states: Connection[] = []
  let revoked = 0
  const connection = new StandingConnection(
    { registry, user, token: 'token' },
    { dial, identity, device: 'test', clock, random: () => 1 },
    {
      changed: (state) => states.push(state),
      after: () => 0,
      online: () => undefined,
      event: () => undefined,
      offline: () => undefined,
      moved: () => undefined,
      revoked: () => revoked++,
    },
  )
  return { clock, connection, control, states, links, dialled, revoked: () => revoked }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: OptiChatError) => error.code,
  )

describe('staying connected', () => {
  it('tries again and again with growing waits while nobody answers, and says when', async () => {
    const { connection, clock, states, dialled, control } = await setUp(new OptiChatError('registry-unreachable'))
    expect(await codeOf(connection.start())).to.equal('registry-unreachable')
    await clock.advance(60_000)
    const waits = states.flatMap((state) => (state.at === 'waiting' ? [state] : []))
    expect(dialled).to.have.length(waits.length)
    expect(waits.length).to.be.within(6, 9)
    control.script = polite()
    await clock.advance(20_000)
    await until('it is online', () => connection.state.at === 'online')
    await connection.stop()
    expect(clock.pending).to.deep.equal([])
  })

  it('does not knock without pause at a registry that ends each session at once', async () => {
    const { connection, clock, dialled } = await setUp((request, link) => {
      polite()(request, link)
      if (request.verb === 'sync') link.close('internal')
    })
    await connection.start().catch(() => null)
    for (let second = 0; second < 60; second++) await clock.advance(1_000)
    expect(dialled.length).to.be.within(5, 10)
    await connection.stop()
  })

  it('waits as long as a registry asks it to', async () => {
    const { connection, clock, dialled } = await setUp(({ n }, link) =>
      link.send(JSON.stringify({ error: 'slow-down', n, retryAfter: 45_000 })),
    )
    expect(await codeOf(connection.start())).to.equal('slow-down')
    await clock.advance(44_000)
    expect(dialled).to.have.length(1)
    await clock.advance(2_000)
    expect(dialled).to.have.length(2)
    await connection.stop()
  })

  const refusals: [string, string, Script][] = [
    ['the device is not enrolled any more', 'device-revoked', polite({ user: undefined })],
    ['the device belongs to somebody else now', 'not-signed-in', polite({ user: { id: 'V'.repeat(22), name: 'bob' } })],
    ['another registry answers with the certificate', 'registry-untrusted', polite({ registry: { id: 'S'.repeat(22), name: 'Other' } })],
    ['it speaks another version', 'protocol-version', polite({ version: 2 })],
  ]
  for (const [what, code, script] of refusals)
    it(`gives up, with a code, when ${what}`, async () => {
      const { connection, clock, dialled, revoked, control } = await setUp(script)
      expect(await codeOf(connection.start())).to.equal(code)
      expect(connection.state).to.deep.equal({ at: 'refused', registry, code })
      await clock.advance(600_000)
      expect(dialled).to.have.length(1)
      expect(revoked()).to.equal(code === 'device-revoked' ? 1 : 0)
      expect(await codeOf(connection.ready(1_000))).to.equal(code)
      control.script = polite()
      connection.retryNow()
      await until('a person may still try', () => connection.state.at === 'online')
      await connection.stop()
    })

  it('joins attempts that are asked for at once, and lets those wait who need it', async () => {
    const { connection, dialled } = await setUp(polite())
    const waiting = connection.ready(5_000).catch((error) => error.code)
    expect(await waiting, 'nobody asked to connect yet').to.equal('not-connected')
    const [, , session] = await Promise.all([connection.start(), connection.start(), connection.ready(5_000)])
    expect(dialled).to.have.length(1)
    expect(session).to.equal(connection.session)
    await connection.stop()
  })

  it('asks a registry that sleeps on after the machine woke, and begins anew when it is silent', async () => {
    const { connection, clock, dialled } = await setUp(polite())
    await connection.start()
    clock.jump(3_600_000)
    await clock.advance(5_000)
    expect(connection.state.at, 'it has some seconds to answer').to.equal('online')
    await clock.advance(4_000)
    expect(connection.state.at).to.be.oneOf(['waiting', 'connecting'])
    await clock.advance(1_000)
    await until('it is online again', () => connection.state.at === 'online')
    expect(dialled).to.have.length(2)
    await connection.stop()
  })

  it('stops in the middle of an attempt', async () => {
    const { connection, clock } = await setUp(() => undefined)
    const attempt = codeOf(connection.start())
    await clock.advance(100)
    await connection.stop()
    expect(await attempt).to.equal('cancelled')
    expect(clock.pending).to.deep.equal([])
  })
})
