import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Link, LinkHandlers } from '../../core/link/link.ts'
import { memoryPair } from '../../core/link/memory.ts'
import { MAX_BUFFERED } from '../../core/protocol/limits.ts'
import { formatRequest } from '../../core/protocol/parse.ts'
import { CATCH_UP_BUFFERED, CATCH_UP_PAUSE, MAX_IN_FLIGHT, MAX_REFUSED, MAX_STRANGERS_PER_ADDRESS } from '../../core/registry/limits.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { fingerprint, House, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'

/** A link at the registry's end whose other end takes nothing until it is told to. */
class StuckLink implements Link {
  readonly remoteAddress = '10.0.0.9'
  readonly peerFingerprint: string
  readonly sent: string[] = []
  buffered = 0
  closed: string | null = null
  handlers: LinkHandlers | null = null

  constructor(device: string) {
    this.peerFingerprint = fingerprint(device)
  }
  exportKey(): Buffer {
    return Buffer.alloc(32)
  }
  send(frame: string): void {
    this.sent.push(frame)
    this.buffered += frame.length
  }
  start(handlers: LinkHandlers): void {
    this.handlers = handlers
  }
  close(reason: string): void {
    this.closed = reason
    this.handlers?.ended(reason)
  }
  destroy(): void {
    this.close('lost')
  }
}

describe('a registry that is treated badly', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House
  let clock: ManualClock

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    await house.user('Alice')
    await house.user('Bob')
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const stuck = (device: string) => {
    const link = new StuckLink(device)
    house.hub.accept(link)
    link.handlers?.frame(formatRequest('hello', 1, { version: 1, device: 'stuck' }))
    link.handlers?.frame(formatRequest('sync', 2, { after: 0 }))
    return link
  }

  it('answers garbage with a code, and ends the session when it goes on', async () => {
    const client = house.connect()
    const garbage = ['', 'x', '[]', '{}', '{"verb":"hello"}', '{"n":1}', '{"verb":"constructor","n":1}', '{"verb":"hello","n":1,"x":1}']
    for (const frame of garbage) client.link.send(frame)
    await until('the answers', () => client.order.length === garbage.length)
    expect(client.refused.every(({ code }) => code === 'bad-frame')).to.equal(true)
    for (let more = garbage.length; more < MAX_REFUSED + 10; more++) client.link.send('garbage')
    await until('the end', () => client.ended === 'bad-frame')
    expect(client.order.filter((what) => what === 'error')).to.have.length(MAX_REFUSED)
  })

  it('forgives a program that makes a mistake now and then', async () => {
    const alice = await house.online('Alice')
    for (let round = 0; round < MAX_REFUSED * 2; round++) {
      alice.link.send('garbage')
      for (let good = 0; good < 3; good++) await alice.settled()
    }
    expect(alice.ended).to.equal(null)
  })

  it('closes a session that does not keep up, and serves the others', async () => {
    const link = stuck('Bob')
    const alice = await house.online('Alice')
    await until('its stream', () => link.sent.some((frame) => frame.includes('"synced"')))
    link.buffered = MAX_BUFFERED
    // It is looked at every 64 Ki characters.
    await say(alice, 'everyone', 'one more '.padEnd(40_000, 'x'))
    await say(alice, 'everyone', 'and one '.padEnd(40_000, 'x'))
    expect(link.closed).to.equal('too-slow')
    expect(link.sent.at(-1)).to.equal('{"event":"bye","reason":"too-slow"}')
    await say(alice, 'everyone', 'and on')
    await until('it', () => alice.texts().includes('and on'))
    expect(house.lines.some((line) => line === 'Bob at 10.0.0.9 was closed: too-slow')).to.equal(true)
  })

  it('sends what was missed no faster than it is taken', async () => {
    const alice = await house.online('Alice')
    await Promise.all(Array.from({ length: 60 }, (_, index) => say(alice, 'everyone', `${index} ${'x'.repeat(60_000)}`)))
    const link = stuck('Bob')
    const messages = () => link.sent.filter((frame) => frame.includes('"event":"message"')).length
    await until('a page', () => link.buffered > CATCH_UP_BUFFERED)
    const early = messages()
    clock.advance(CATCH_UP_PAUSE * 3)
    await alice.settled()
    expect(messages()).to.equal(early)
    expect(early).to.be.lessThan(40)
    await until('the rest', () => {
      link.buffered = 0
      clock.advance(CATCH_UP_PAUSE)
      return link.sent.at(-1)?.includes('"synced"')
    })
    expect(messages()).to.equal(60)
    expect(link.closed).to.equal(null)
  })

  it('takes a bounded number of strangers from one address', async () => {
    const strangers = Array.from({ length: MAX_STRANGERS_PER_ADDRESS }, () => house.connect())
    const late = house.connect()
    await until('the end', () => late.ended)
    expect([late.ended, late.events('bye')]).to.deep.equal(['slow-down', [{ reason: 'slow-down' }]])
    expect(strangers.every(({ ended }) => ended === null)).to.equal(true)
    strangers[0]?.link.close('lost')
    await until('room', () => house.context.sessions.count < MAX_STRANGERS_PER_ADDRESS)
    expect((await house.online('Alice')).ended).to.equal(null)
  })

  it('refuses somebody without a certificate', async () => {
    const [client, registry] = memoryPair({ fingerprints: [null, fingerprint('registry')] })
    house.hub.accept(registry)
    const connected = new TestClient(client)
    await until('the end', () => connected.ended === 'bad-frame')
  })

  it('bounds what one session has it work on', async () => {
    const alice = await house.online('Alice')
    let release: () => void = () => undefined
    const disk = new Promise<void>((resolve) => {
      release = resolve
    })
    const { append } = house.context.store
    house.context.store.append = async (draft) => {
      await disk
      return append(draft)
    }
    let slow = 0
    const codes = Array.from({ length: MAX_IN_FLIGHT + 500 }, async () => {
      const code = await alice.refusal('send', { id: randomUUID(), to: 'everyone', body: { kind: 'text', text: 'x' } })
      if (code === 'slow-down') slow++
      return code
    })
    await until('the refusals', () => slow === 500)
    release()
    expect((await Promise.all(codes)).filter((code) => code === 'done')).to.have.length(MAX_IN_FLIGHT)
  })
})
