import { expect } from 'chai'
import { Session } from '../../core/client/session.ts'
import type { Link } from '../../core/link/link.ts'
import { memoryPair } from '../../core/link/memory.ts'
import type { ErrorCode } from '../../core/protocol/errors.ts'
import { type EventFrame, parseRequest, type RequestFrame } from '../../core/protocol/parse.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { until } from '../support/wait.ts'

/** A session and the script's end of its link. */
function pair() {
  const clock = fakeClock()
  const [near, far] = memoryPair()
  const requests: RequestFrame[] = []
  let reason: string | null = null
  far.start({
    frame: (text) => requests.push(parseRequest(text)),
    ended: (why) => {
      reason = why
    },
  })
  const session = new Session(near, clock)
  const events: EventFrame[] = []
  const ends: ErrorCode[] = []
  session.listen({ event: (frame) => events.push(frame), ended: (code) => ends.push(code) })
  return { clock, session, far, requests, events, ends, reason: () => reason }
}

const say = (link: Link, frame: unknown) => link.send(JSON.stringify(frame))
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => error.code,
  )

describe('a session with a registry', () => {
  it('gives each answer to its question, in whatever order they come', async () => {
    const { session, far, requests } = pair()
    const hello = session.request('hello', { version: 1, device: 'test' })
    const receipt = session.request('receipt', { delivered: 3 })
    const refused = codeOf(session.request('ticket', { transfer: '00000000-0000-4000-8000-000000000000' }))
    await until('all are asked', () => requests.length === 3)
    const [first, second, third] = requests.map(({ n }) => n)
    say(far, { error: 'peer-away', n: third })
    say(far, { reply: second })
    say(far, { reply: first, version: 1, registry: { id: 'R'.repeat(22), name: 'Lab' }, registration: 'open' })
    expect(await refused).to.equal('peer-away')
    expect(await receipt).to.deep.equal({})
    expect((await hello).registry.name).to.equal('Lab')
  })

  it('hands an answer over before any event that follows it', async () => {
    const { session, far, requests, events } = pair()
    let eventsBefore = -1
    const asked = session.request('sync', { after: 0 }, { arrived: () => (eventsBefore = events.length) })
    await until('it is asked', () => requests.length === 1)
    say(far, { reply: 1, head: 0, users: [], rooms: [], reads: [], serving: [] })
    say(far, { event: 'synced', position: 0 })
    await asked
    await until('the event came', () => events.length === 1)
    expect(eventsBefore).to.equal(0)
  })

  it('gives a silent registry up: timed out for who asked, and over for all', async () => {
    const { session, clock, ends, reason } = pair()
    const first = codeOf(session.request('receipt', {}, { timeout: 1_000 }))
    const second = codeOf(session.request('receipt', {}))
    await clock.advance(1_000)
    expect(await first).to.equal('timed-out')
    expect(await second).to.equal('not-connected')
    expect(ends).to.deep.equal(['timed-out'])
    await until('the link is closed', () => reason() === 'timed-out')
    expect(await codeOf(session.request('receipt', {}))).to.equal('not-connected')
    expect(clock.pending).to.deep.equal([])
  })

  it('tells why the registry ended it: its goodbye, else the reason of the close, else that it is gone', async () => {
    const goodbye = pair()
    say(goodbye.far, { event: 'bye', reason: 'device-revoked' })
    goodbye.far.destroy()
    const closed = pair()
    closed.far.close('registry-stopping')
    const strange = pair()
    strange.far.close('a reason of tomorrow')
    for (const [{ ends }, code] of [
      [goodbye, 'device-revoked'],
      [closed, 'registry-stopping'],
      [strange, 'registry-unreachable'],
    ] as const) {
      await until(`it ended as ${code}`, () => ends.length > 0)
      expect(ends).to.deep.equal([code])
    }
  })

  const nonsense: [string, string][] = [
    ['no JSON', '{'],
    ['no object', '[]'],
    ['an unknown event', '{"event":"explode"}'],
    ['a malformed event', '{"event":"synced","position":-1}'],
    ['a malformed message', '{"event":"message","message":{"position":1}}'],
    ['a reply to nothing', '{"reply":99}'],
    ['neither', '{"hello":"there"}'],
    ['too much', `"${'x'.repeat(600_000)}"`],
  ]
  for (const [what, text] of nonsense)
    it(`ends with a code when the registry says nonsense: ${what}`, async () => {
      const { session, far, ends, events } = pair()
      const asked = codeOf(session.request('receipt', {}))
      far.send(text)
      far.send('{"event":"synced","position":5}')
      expect(await asked).to.equal('not-connected')
      expect(ends).to.deep.equal([what === 'too much' ? 'too-large' : 'bad-frame'])
      expect(events).to.deep.equal([])
    })

  it('ends when an answer has not the shape of its question', async () => {
    const { session, far, ends } = pair()
    const asked = codeOf(session.request('hello', { version: 1, device: 'test' }))
    say(far, { reply: 1, version: 'one' })
    expect(await asked).to.equal('bad-frame')
    expect(ends).to.deep.equal(['bad-frame'])
  })

  it('ends with its code when an event cannot be worked on', async () => {
    const clock = fakeClock()
    const [near, far] = memoryPair()
    far.start({ frame: () => undefined, ended: () => undefined })
    const session = new Session(near, clock)
    const ends: ErrorCode[] = []
    session.listen({
      event: () => {
        throw new Error('the disk is full')
      },
      ended: (code) => ends.push(code),
    })
    say(far, { event: 'synced', position: 5 })
    await until('it ended', () => ends.length > 0)
    expect(ends).to.deep.equal(['internal'])
  })
})
