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
const hello = { version: 1, registry: { id: registry.id, name: registry.name }, registration: 'open', user }
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
  const control = { script, addresses: ['10.0.0.2'] }
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
  let [revoked, readdressed, disturbed] = [0, 0, 0]
  const connection = new StandingConnection(
    { registry, user, token: 'token' },
    { dial, identity, device: 'test', clock, random: () => 1, addresses: () => control.addresses },
    {
      changed: (state) => states.push(state),
      after: () => 0,
      online: () => undefined,
      event: () => undefined,
      offline: () => undefined,
      moved: () => undefined,
      readdressed: () => readdressed++,
      disturbed: () => disturbed++,
      revoked: () => revoked++,
    },
  )
  return {
    clock,
    connection,
    control,
    states,
    links,
    dialled,
    revoked: () => revoked,
    readdressed: () => readdressed,
    disturbed: () => disturbed,
  }
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

  it('says why it was away after a sleep of an hour, and since when, while it is and when it is back', async () => {
    const { connection, clock, control, states } = await setUp(polite())
    await connection.start()
    await clock.advance(4_000)
    const asleep = clock.now()
    control.script = new OptiChatError('registry-unreachable')
    clock.jump(3_600_000)
    await clock.advance(5_000)
    await clock.advance(6_000)
    const waiting = states.findLast(({ at }) => at === 'waiting')
    if (waiting?.at !== 'waiting') throw new Error('it does not wait')
    expect([waiting.code, waiting.away?.code]).to.deep.equal(['registry-unreachable', 'was-asleep'])
    expect(waiting.away?.since).to.be.within(asleep - 5_000, asleep)
    control.script = polite()
    await clock.advance(30_000)
    const online = connection.state
    if (online.at !== 'online') throw new Error('it is not online')
    expect(online.away).to.include({ code: 'was-asleep', since: waiting.away?.since })
    expect(online.away?.until).to.be.within(clock.now() - 30_000, clock.now())
    await connection.stop()
  })

  it('puts it down to the sleep when the link of a machine that wakes is found closed, and to the registry when that ended it', async () => {
    const { connection, clock, links } = await setUp(polite())
    await connection.start()
    clock.jump(3_600_000)
    links[0]?.destroy()
    await until('it is noticed', () => connection.state.at !== 'online')
    expect(connection.state).to.have.nested.property('away.code', 'was-asleep')
    await clock.advance(60_000)
    expect(connection.state.at).to.equal('online')
    links[1]?.close('registry-stopping')
    await until('it is noticed', () => connection.state.at !== 'online')
    expect(connection.state).to.have.nested.property('away.code', 'registry-stopping')
    await connection.stop()
  })

  it('comes back by itself when the address changed, and tells the new one when the link outlived that', async () => {
    const { connection, clock, control, readdressed, disturbed } = await setUp((request, link) => {
      polite()(request, link)
      if (request.verb === 'receipt') link.send(JSON.stringify({ reply: request.n }))
    })
    await connection.start()
    control.addresses = ['10.0.0.2', '192.168.7.7']
    await clock.advance(5_000)
    await until('it has asked and told', () => readdressed() === 1)
    expect(disturbed(), 'transfers look, too').to.equal(1)
    expect(connection.state.at).to.equal('online')
    control.addresses = ['10.99.0.1']
    control.script = polite()
    for (const millis of [5_000, 4_000, 1_000]) await clock.advance(millis)
    await until('it is online again', () => connection.state.at === 'online')
    expect(connection.state).to.have.nested.property('away.code', 'address-changed')
    expect(readdressed(), 'a new session is told anyway').to.equal(1)
    await connection.stop()
  })

  it('does not mind a clock that is set back or ahead while it is on', async () => {
    let asked = 0
    const { connection, clock, dialled, states } = await setUp((request, link) => {
      polite()(request, link)
      if (request.verb !== 'receipt') return
      asked++
      link.send(JSON.stringify({ reply: request.n }))
    })
    await connection.start()
    const before = states.length
    for (const [index, millis] of [-86_400_000, 86_400_000, 3_600_000].entries()) {
      clock.jump(millis)
      await clock.advance(5_000)
      await until('it has asked where it may have slept', () => asked === index)
      await clock.advance(0)
    }
    await clock.advance(5_000)
    expect([dialled.length, states.length]).to.deep.equal([1, before])
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
